"""Whose word about a client's address is believed."""

from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from webhooks.server.addresses import client_address
from webhooks.server.failures import FAILURES, Failures

PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))


def address(remote: str, *forwarded: str, trusted: bool = True) -> str:
    headers = CIMultiDict([("X-Forwarded-For", each) for each in forwarded])
    request = make_mocked_request("GET", "/", headers=headers).clone(remote=remote)
    return client_address(request, PROXIES if trusted else ())


def test_without_trusted_proxies_nobody_is_believed() -> None:
    assert address("10.0.0.1", "198.51.100.7", trusted=False) == "10.0.0.1"


def test_who_is_not_a_trusted_proxy_is_not_believed() -> None:
    assert address("203.0.113.9", "198.51.100.7") == "203.0.113.9"


@pytest.mark.parametrize("proxy", ["10.0.0.1", "2001:db8::1", "::ffff:10.0.0.1"])
def test_a_trusted_proxy_is_believed(proxy: str) -> None:
    assert address(proxy, "198.51.100.7") == "198.51.100.7"


def test_of_several_hops_the_last_one_that_no_trusted_proxy_vouches_for_counts() -> None:
    """What a client writes itself stands on the left, and is not reached."""
    assert address("10.0.0.1", "127.0.0.1, 198.51.100.7, 10.0.0.2") == "198.51.100.7"
    assert address("10.0.0.1", "127.0.0.1", "198.51.100.7, 10.0.0.2") == "198.51.100.7"


@pytest.mark.parametrize("forwarded", ["", " , ", "10.0.0.2"])
def test_where_all_are_trusted_the_farthest_is_told(forwarded: str) -> None:
    assert address("10.0.0.1", forwarded) in {"10.0.0.1", "10.0.0.2"}


def test_nonsense_is_no_trusted_proxy() -> None:
    assert address("10.0.0.1", "198.51.100.7, unknown") == "unknown"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("198.51.100.7:4242", "198.51.100.7"),
        ("[2001:db9::7]:4242", "2001:db9::7"),
        ("[2001:db9::7]", "2001:db9::7"),
        ("2001:db9::7", "2001:db9::7"),
        ("198.51.100.7:", "198.51.100.7:"),
    ],
)
def test_the_port_that_a_proxy_writes_is_no_part_of_the_address(written: str, meant: str) -> None:
    """It is another one for each connection: each would be a client of its own."""
    assert address("10.0.0.1", written) == meant
    assert address("10.0.0.1", f"{written}, 10.0.0.2:80") == meant


async def test_a_client_is_one_however_its_address_is_written() -> None:
    failures = Failures()
    for number in range(FAILURES):
        assert not await failures.is_too_many(("::ffff:203.0.113.9", "203.0.113.9")[number % 2])
    assert await failures.is_too_many("203.0.113.9")
