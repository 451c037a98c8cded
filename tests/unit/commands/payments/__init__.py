"""Commands that change a payment."""
