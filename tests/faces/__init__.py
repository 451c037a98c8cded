"""What people and programs see: Discord, web, command line."""
