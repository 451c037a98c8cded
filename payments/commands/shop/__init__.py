"""What members order for points, and what becomes of it."""
