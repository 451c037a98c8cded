"""What every local service means by an object, and by something that cannot be."""

from typing import Any

Json = dict[str, Any]
"""A JSON object as the vendor sends it."""


class NotPossible(ValueError):
    """Something was to happen that cannot, such as paying what has lapsed."""
