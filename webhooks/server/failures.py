"""Who sends what is not genuine: after too much of it, from one address, it is no longer looked at.

Genuine messages still pass, from any address: behind a proxy that is not trusted, all of
them are one.
"""

from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from aiolimiter import AsyncLimiter

FAILURES = 30
"""Number of requests of an address that may be refused with a reason and a log line..."""

SECONDS = 60
"""...within this time."""

ADDRESSES = 10_000
"""Number of addresses for which it is remembered."""


class Failures:
    """Counts refusals by address."""

    def __init__(self) -> None:
        self._of = lru_cache(maxsize=ADDRESSES)(lambda _: AsyncLimiter(FAILURES, SECONDS))

    def is_known(self, address: str) -> bool:
        """Whether there were too many of that address lately; counts nothing."""
        return not self._of(host_of(address)).has_capacity()

    async def is_too_many(self, address: str) -> bool:
        """Count one more; whether there were too many of that address lately."""
        limiter = self._of(host_of(address))
        if not limiter.has_capacity():
            return True
        await limiter.acquire()
        return False


def host_of(address: str) -> str:
    """Who has the address: an IPv6 host has all that begin alike."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return f"{int(parsed) >> 64:x}::/64" if mapped is None else str(mapped)
    return str(parsed)
