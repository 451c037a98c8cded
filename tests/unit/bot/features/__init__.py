"""Capabilities on Discord, as far as they need no Discord."""
