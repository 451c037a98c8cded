"""The queue of deliveries, as rows."""
