"""The connection with Discord: login, rate limits, permissions, second copies of the bot."""
