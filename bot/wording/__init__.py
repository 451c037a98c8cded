"""How the bot writes numbers, money, times and other people's words."""
