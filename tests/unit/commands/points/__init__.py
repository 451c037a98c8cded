"""Commands that move points."""
