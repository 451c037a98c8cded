"""What a provider is shown when a payment is disputed."""
