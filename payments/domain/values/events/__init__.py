"""Events: what has happened, once it is committed."""
