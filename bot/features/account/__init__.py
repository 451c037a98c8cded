"""A member's own points: `/balance` and `/history`."""
