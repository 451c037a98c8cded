"""Square's lists are read to their end, or the look-up fails and is made again."""

import json
from collections.abc import AsyncIterator

import pytest

from payments.domain.values.time import HOUR, later
from payments.providers.errors import ProviderUnavailable
from payments.providers.square.provider import SquareProvider
from sandbox.base.faults import Fault
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.providers.square.shop import provider_of

EVENTS = "/v2/events"
PAYMENTS = "/v2/payments"
MOST = 3


@pytest.fixture(autouse=True)
def few_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for each in ("calls", "listing"):
        monkeypatch.setattr(f"payments.providers.square.{each}.PAGES", MOST)


@pytest.fixture
async def asked(local: LocalSquare, clock: Time) -> AsyncIterator[SquareProvider]:
    """One that asks for events."""
    opened = provider_of(local, clock, has_events=True)
    yield opened
    await opened.close()


async def read(provider: SquareProvider, clock: Time) -> None:
    _ = [each async for each in provider.listing.events(later(clock(), -HOUR))]


def answers(local: LocalSquare, path: str, *cursors: str) -> None:
    """The next pages of a list, each with where it goes on."""
    for each in cursors:
        body = json.dumps({"cursor": each}).encode()
        local.faults.add(Fault(kind="malformed", path=path, body=body, times=1))


async def test_objects_without_end_are_not_taken_for_whole(
    provider: SquareProvider, local: LocalSquare, clock: Time
) -> None:
    answers(local, PAYMENTS, "a", "b", "")
    await read(provider, clock)
    answers(local, PAYMENTS, "a", "b", "c", "d")
    records = local.record()
    with pytest.raises(ProviderUnavailable, match="does not end") as error:
        await read(provider, clock)
    assert error.value.answered
    assert sum(each.path == PAYMENTS for each in records) == MOST


@pytest.mark.parametrize("cursors", [("a", "b", "c", "d"), ("a", "a", "")])
async def test_events_without_end_are_not_taken_for_whole(
    asked: SquareProvider, local: LocalSquare, clock: Time, cursors: tuple[str, ...]
) -> None:
    await read(asked, clock)  # switches them on
    clock.pass_(2 * HOUR)
    answers(local, EVENTS, "a", "b", "")
    await read(asked, clock)
    answers(local, EVENTS, *cursors)
    with pytest.raises(ProviderUnavailable, match="does not end"):
        await read(asked, clock)
