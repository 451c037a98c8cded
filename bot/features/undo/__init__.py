"""Taking back what was done: `/undo`."""
