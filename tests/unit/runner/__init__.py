"""The runner and its observers."""
