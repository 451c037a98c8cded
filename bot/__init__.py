"""The Discord face: cogs, views, embeds, deliveries, and the command line that wires everything."""
