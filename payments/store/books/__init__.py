"""Collections of the books in the database: each file loads and writes what belongs together."""
