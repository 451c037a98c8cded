"""Where subscribers may live: public addresses only, so that nobody reaches into our own network.

The address is checked at each connection, on what the system is asked to connect to: how the host
was written, and what its name pointed to before, make no difference. Redirects are not followed.
"""

import ipaddress
import re
import socket

import aiohttp
from aiohttp import AddrInfoType
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from payments.domain.errors import Refused

MAX_LENGTH = 500
"""The most characters of an address."""

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv6 addresses that lead to public IPv4 ones, where a network translates (RFC 6052)."""

_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out as global; site-local, unique local and link-local lie outside."""

_NOT_GLOBAL = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # protocols (RFC 6890)
        "192.88.99.0/24",  # relays of 6to4 (RFC 7526)
        "2001::/23",  # protocols, with Teredo and ORCHID (RFC 2928)
        "2001:db8::/32",  # documentation (RFC 3849)
        "2002::/16",  # 6to4 (RFC 7526)
        "3fff::/20",  # documentation (RFC 9637)
    )
)
"""What Python's own list leaves out in one version or another."""

_NUMERIC = re.compile(r"(?:0[xX][0-9a-fA-F]*|[0-9]+)\.?\Z")
"""How a host ends that some reader takes for an IPv4 address (WHATWG URL, "ends in a number")."""


class PrivateAddress(OSError):
    """The name leads to an address that is not public."""


def check_address(text: str, *, private_allowed: bool) -> str:
    """An address as it was typed, if a subscriber may have it.

    Raises:
        Refused: Says what is wrong with it.
    """
    try:
        url = URL(text.strip())
        host = url.raw_host or ""
    except ValueError:
        raise Refused("That is no address. Write it like https://example.com/hook.") from None
    if len(text) > MAX_LENGTH:
        raise Refused("An address has at most {most} characters.", most=MAX_LENGTH)
    schemes = {"https", "http"} if private_allowed else {"https"}
    if url.scheme not in schemes or not host:
        raise Refused("The address must begin with https://, like https://example.com/hook.")
    if url.user is not None or url.password is not None:
        raise Refused("The address must not hold a name or a password.")
    if not private_allowed and _is_inside(host):
        raise Refused("That address is not public: nothing is sent into private networks.")
    return str(url)


def is_public(address: str) -> bool:
    """Whether an IP address can be reached by all of the internet.

    Of IPv6 only what is global unicast counts; an IPv4 address inside an IPv6 one counts as itself
    (mapped, NAT64). Tunnels (6to4, Teredo) lead anywhere and never count.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip not in _UNICAST:
            return False
    if any(ip in network for network in _NOT_GLOBAL):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _is_inside(host: str) -> bool:
    """Whether a host as it is typed is no public one, or is an address in an odd spelling."""
    bare = host.rstrip(".").lower()
    if bare == "localhost" or bare.endswith(".localhost"):
        return True
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return _NUMERIC.search(host.rpartition(".")[2] or bare.rpartition(".")[2]) is not None
    return not is_public(host)


def connect_to_public_only(where: AddrInfoType) -> socket.socket:
    """A socket for a connection to this address, the last step before it connects.

    Whatever the host was, a name or an address in any spelling: this is what the system is asked
    to connect to, and so the peer.

    Raises:
        PrivateAddress: The address is not public.
    """
    family, kind, protocol, _, address = where
    if not is_public(str(address[0])):
        raise PrivateAddress("the name leads to an address that is not public")
    return socket.socket(family=family, type=kind, proto=protocol)


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
        """Close the resolver."""
        await self._inner.close()


def open_session(*, private_allowed: bool, seconds: float) -> aiohttp.ClientSession:
    """Connections to subscribers: no cookies, no proxies of the environment, one time limit."""
    resolver: AbstractResolver = aiohttp.ThreadedResolver()
    if not private_allowed:
        resolver = PublicResolver(resolver)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            resolver=resolver,
            socket_factory=None if private_allowed else connect_to_public_only,
            use_dns_cache=False,
            limit=32,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=seconds),
        trust_env=False,
        auto_decompress=False,  # a small answer must not become a large one
        headers={"User-Agent": "Guildbank"},
    )
