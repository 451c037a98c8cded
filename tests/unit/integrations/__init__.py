"""Services beside the payment providers."""
