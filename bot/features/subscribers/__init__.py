"""Programs that are told what happens: `/subscriber`."""
