"""What Square knows, as the API shows it."""
