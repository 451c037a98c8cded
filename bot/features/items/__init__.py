"""What is given for points: `/item`."""
