"""What can be done with the bot: `/help`."""
