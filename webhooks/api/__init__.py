"""What other programs ask for: JSON over HTTP, each with a key of its own."""
