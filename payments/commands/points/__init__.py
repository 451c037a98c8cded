"""What moves points: grants, transfers, and points that lapse."""
