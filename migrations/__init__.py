"""The database's versions, one file for each step."""
