"""The HTTP face: provider webhooks, pay links and return pages, health, metrics."""
