"""Where a request came from."""

import re
from ipaddress import IPv6Address, ip_address
from typing import Final

from aiohttp import web

from payments.infra.settings import Network

_WITH_PORT: Final = re.compile(r"(?P<v4>[\d.]+):\d+|\[(?P<v6>[^\]]+)\](?::\d+)?")


def client_address(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """The address of the client.

    What a proxy says in `X-Forwarded-For` is believed from the right, as long as each hop is a
    proxy that we trust.
    """
    address = request.remote or ""
    hops = [
        _without_port(hop.strip())
        for hop in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    ]
    while hops and is_trusted(address, trusted):
        address = hops.pop() or address
    return address


def _without_port(hop: str) -> str:
    """A hop's address: some proxies write `203.0.113.9:4242` or `[2001:db8::1]:4242`.

    The port is another one for each connection: with it, each would be a client of its own.
    """
    found = _WITH_PORT.fullmatch(hop)
    return hop if found is None else found["v4"] or found["v6"]


def is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    """Whether the address is that of a proxy that is named in the settings."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):  # as a socket for both shows an IPv4 client
        parsed = parsed.ipv4_mapped or parsed
    return any(parsed in network for network in trusted)
