"""Stripe, from its messages to the books."""
