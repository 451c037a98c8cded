"""Commands that change a guild."""
