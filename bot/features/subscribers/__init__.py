"""Programs that get events: `/subscriber`."""
