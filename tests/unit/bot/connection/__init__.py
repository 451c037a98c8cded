"""The connection with Discord."""
