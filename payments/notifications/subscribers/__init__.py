"""Other programs that get events: game servers, other bots, automation services."""
