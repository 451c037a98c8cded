"""What takes several commands and calls."""
