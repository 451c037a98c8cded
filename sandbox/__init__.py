"""A local Stripe and a local Discord, for the demo, the tests and developing.

Never imported by production.
"""
