"""Where subscribers may live: public addresses only, so that nobody reaches into our own network.

The address of a name is checked at the moment of each connection, on what the connection uses: a
name that is looked up anew, or that points elsewhere by then, is checked like any other. Redirects
are not followed.
"""

import ipaddress
import socket

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from payments.domain.errors import Refused

MAX_LENGTH = 500
"""The most characters of an address."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 addresses that lead to IPv4 ones (RFC 6052)."""


class PrivateAddress(OSError):
    """The name leads to an address that is not public."""


def check_address(text: str, *, private_allowed: bool) -> str:
    """An address as it was typed, if a subscriber may have it.

    Raises:
        Refused: Says what is wrong with it.
    """
    try:
        url = URL(text.strip())
        host = url.host or ""
    except ValueError:
        raise Refused("That is no address. Write it like https://example.com/hook.") from None
    if len(text) > MAX_LENGTH:
        raise Refused(f"An address has at most {MAX_LENGTH} characters.")
    schemes = {"https", "http"} if private_allowed else {"https"}
    if url.scheme not in schemes or not host:
        raise Refused("The address must begin with https://, like https://example.com/hook.")
    if url.user is not None or url.password is not None:
        raise Refused("The address must not hold a name or a password.")
    if not private_allowed and ((_is_literal(host) and not is_public(host)) or host == "localhost"):
        raise Refused("That address is not public: nothing is sent into private networks.")
    return str(url)


def is_public(address: str) -> bool:
    """Whether an IP address, in whatever disguise, is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


class PublicResolver(AbstractResolver):
    """Looks names up, and refuses those that lead to addresses that are not public.

    Args:
        inner: Who looks up.
    """

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name.

        Raises:
            PrivateAddress: One of them is not public.
        """
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise PrivateAddress("the name leads to an address that is not public")
        return found

    async def close(self) -> None:
        """Let go of whoever looks up."""
        await self._inner.close()


def open_session(*, private_allowed: bool, seconds: float) -> aiohttp.ClientSession:
    """Connections to subscribers: no cookies, no proxies of the environment, one time limit."""
    resolver: AbstractResolver = aiohttp.ThreadedResolver()
    if not private_allowed:
        resolver = PublicResolver(resolver)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, limit=32),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trust_env=False,
        headers={"User-Agent": "Guildbank"},
    )
