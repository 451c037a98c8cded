"""What people and providers do to the books, one file for each thing. Pure."""
