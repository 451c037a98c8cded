"""The web server: connections, bodies, addresses, and what it refuses."""
