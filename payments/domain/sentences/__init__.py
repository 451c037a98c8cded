"""What people read, as values that each face writes for its readers."""
