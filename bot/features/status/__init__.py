"""Whether everything works: `/status`."""
