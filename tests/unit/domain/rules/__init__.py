"""What must hold when points or money move."""
