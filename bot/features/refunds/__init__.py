"""Money given back: `/refund`."""
