"""The Discord face: features with their commands and buttons, and what the queue delivers."""
