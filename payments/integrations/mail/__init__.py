"""Mail: a protocol, and a folder for each service that sends it. Off unless one is chosen."""
