"""What the local Stripe keeps, and how each thing looks in Stripe's JSON."""
