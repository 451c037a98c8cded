"""Tax of what is sold by providers that compute none: a protocol, and a folder for each service."""
