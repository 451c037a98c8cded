"""What was done, and by whom: `/audit`."""
