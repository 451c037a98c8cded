"""What changes a payment: purchases, refunds, and what a provider says."""
