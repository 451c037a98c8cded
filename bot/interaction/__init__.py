"""One interaction: who uses it, what they may, and how it is answered."""
