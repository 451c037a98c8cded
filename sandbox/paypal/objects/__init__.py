"""What PayPal knows, as the API shows it."""
