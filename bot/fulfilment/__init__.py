"""What members ordered is given on Discord, and taken again."""
