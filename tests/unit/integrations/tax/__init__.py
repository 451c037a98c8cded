"""Who computes taxes."""
