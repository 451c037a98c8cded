"""What `guildbank init` asks an owner, checks at once, and writes down."""
