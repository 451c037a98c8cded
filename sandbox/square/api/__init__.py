"""The REST interface of the local Square."""
