"""Events that were committed, on their way to whoever should hear of them."""
