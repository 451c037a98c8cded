"""What is for sale: `/package`."""
