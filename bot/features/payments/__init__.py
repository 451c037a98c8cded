"""What was paid: `/payments`."""
