"""The core: points, payments and their books. Knows no Discord and no web server."""
