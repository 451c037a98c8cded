"""Makes the bot with all its features, and tells Discord its commands."""
