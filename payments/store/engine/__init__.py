"""Connections with SQLite and PostgreSQL, and their differences."""
