"""Where a request came from."""

from ipaddress import IPv6Address, ip_address

from aiohttp import web

from payments.settings import Network


def client_address(request: web.Request, trusted: tuple[Network, ...]) -> str:
    """The address of the client.

    What a proxy says in `X-Forwarded-For` is believed from the right, as long as each hop is a
    proxy that we trust.
    """
    address = request.remote or ""
    hops = [
        hop.strip() for hop in ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    ]
    while hops and _is_trusted(address, trusted):
        address = hops.pop() or address
    return address


def _is_trusted(address: str, trusted: tuple[Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):  # as a socket for both shows an IPv4 client
        parsed = parsed.ipv4_mapped or parsed
    return any(parsed in network for network in trusted)
