"""Who sends what is not genuine is limited alone: nobody else's address is."""

import pytest

from webhooks.server.failures import FAILURES, Failures


async def spent(failures: Failures, address: str) -> None:
    """An address has used up all that it may."""
    for _ in range(FAILURES):
        assert not await failures.is_too_many(address)
    assert await failures.is_too_many(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("203.0.113.7", "203.0.113.8"),
        ("203.0.113.7", "198.51.100.7"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("2001:db8:0:1::7", "2001:db8:0:2::7"),
        ("2001:db8::7", "203.0.113.7"),
        ("unix", "203.0.113.7"),
    ],
)
async def test_each_host_has_a_limit_of_its_own(one: str, other: str) -> None:
    failures = Failures()
    await spent(failures, one)
    assert not await failures.is_too_many(other)


async def test_an_ipv6_host_has_one_limit_for_all_its_addresses() -> None:
    failures = Failures()
    await spent(failures, "2001:db8:0:1::7")
    assert await failures.is_too_many("2001:db8:0:1:ffff::8")
