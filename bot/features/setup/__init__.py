"""How a server is set up: `/setup`."""
