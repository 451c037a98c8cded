"""Who sends what is not genuine: after too much of it, from one address, it is no longer looked at.

What is genuine passes all the same, from any address: behind a proxy that is not trusted, all of
them are one.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from aiolimiter import AsyncLimiter

FAILURES = 30
"""So many requests of an address may be refused with a reason and a line in the log..."""

SECONDS = 60
"""...in so long."""

ADDRESSES = 10_000
"""Of so many addresses it is remembered."""


class Failures:
    """Counts refusals by address."""

    def __init__(self) -> None:
        self._of = lru_cache(maxsize=ADDRESSES)(lambda _: AsyncLimiter(FAILURES, SECONDS))

    async def is_too_many(self, address: str) -> bool:
        """Count one more; whether there were too many of that address lately."""
        limiter = self._of(_host(address))
        if not limiter.has_capacity():
            return True
        await limiter.acquire()
        return False


def _host(address: str) -> str:
    """Who has the address: an IPv6 host has all that begin alike."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return f"{int(parsed) >> 64:x}::/64"
    return address
