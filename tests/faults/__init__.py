"""Whatever breaks, nothing is lost and nothing is doubled."""
