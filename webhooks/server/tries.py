"""How often something that costs money elsewhere is tried for one purchase: bounded in all ways."""

from collections import OrderedDict
from typing import Final

MOST: Final = 30
"""Tries for one purchase: nobody moves house so often before paying."""

REMEMBERED: Final = 10_000
"""Purchases that are remembered; the oldest are forgotten."""


class Tries:
    """Counts tries by purchase."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()

    def take(self, purchase: str) -> bool:
        """Count one more try; whether it may be made."""
        count = self._counts.pop(purchase, 0)
        self._counts[purchase] = min(count + 1, MOST + 1)
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        return count < MOST
