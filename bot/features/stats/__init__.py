"""Figures of a server: `/stats`."""
