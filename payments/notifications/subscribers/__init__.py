"""Other programs that hear of what happens: game servers, other bots, automation services."""
