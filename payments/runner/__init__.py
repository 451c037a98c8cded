"""The one place that changes the books, and the observers that it tells."""
