"""How the bot writes."""
