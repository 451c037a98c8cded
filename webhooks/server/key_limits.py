"""How often other programs may ask."""

from functools import lru_cache
from typing import Final

from aiolimiter import AsyncLimiter

from payments.domain.values.api_keys import ApiKey

_KEYS: Final = 10_000
"""Number of keys for which it is remembered how often they were used."""


class ApiLimits:
    """How often each key may be used, in this process.

    Args:
        most: How many requests...
        seconds: ...within this time.
    """

    def __init__(self, most: int = 100, seconds: int = 10) -> None:
        self.most, self.seconds = most, seconds
        self._of = lru_cache(maxsize=_KEYS)(lambda _: AsyncLimiter(most, seconds))

    async def take(self, key: ApiKey) -> bool:
        """Count one more request of a key; whether it may be made."""
        limiter = self._of(key.id)
        if not limiter.has_capacity():
            return False
        await limiter.acquire()
        return True
