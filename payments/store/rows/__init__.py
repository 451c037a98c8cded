"""Rows of the tables, as values and back."""
