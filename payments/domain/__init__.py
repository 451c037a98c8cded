"""What points and payments are. Pure: imports only the standard library."""
