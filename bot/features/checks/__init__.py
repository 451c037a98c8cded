"""Moderators check purchases before anybody is charged."""
