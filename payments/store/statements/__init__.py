"""How statements are built, kept and run in bulk."""
