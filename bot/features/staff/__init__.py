"""Orders that wait for a person: their cards, and what staff do with them."""
