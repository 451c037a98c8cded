"""What members get for points: `/shop`, `/redeem` and `/orders`."""
