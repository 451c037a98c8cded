"""What changes a guild: its settings, packages and subscribers."""
