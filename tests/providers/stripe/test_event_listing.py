"""Events that Stripe lists: each is read by itself, and none stops the others."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from payments.domain.values.time import DAY, later, to_seconds
from payments.infra.outbound import Outbound
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.requests import ProviderEvent
from payments.providers.stripe import event_listing as listing
from payments.providers.stripe.provider import StripeProvider
from sandbox.stripe import Fault, LocalStripe
from tests.support.make import START
from tests.support.stripe_events import happened
from tests.support.web import session_object

VERSION = "2026-10-28.endive"


@pytest.fixture
async def stripe() -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_1", clock=lambda: START, seed=1) as running:
        yield running


@pytest.fixture
async def provider(stripe: LocalStripe) -> AsyncIterator[StripeProvider]:
    opened = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(),
        api_url=stripe.url,
    )
    yield opened
    await opened.close()


async def listed(provider: StripeProvider) -> list[str]:
    return [event.id for event in await events(provider)]


async def events(provider: StripeProvider) -> list[ProviderEvent]:
    parts = [part async for part in provider.listing.events(later(START, -DAY))]
    return [event for part in parts for event in part.events]


async def test_a_session_with_a_rate_of_exchange_is_kept_as_stripe_sent_it(
    provider: StripeProvider, stripe: LocalStripe
) -> None:
    """The SDK makes a Decimal of `fx_rate`, which no JSON has."""
    rate = {
        "amount_subtotal": 499,
        "amount_total": 499,
        "fx_rate": "160.12",
        "source_currency": "jpy",
    }
    happened(stripe, "evt_1")
    happened(stripe, "evt_2", session_object(currency_conversion=rate))
    happened(stripe, "evt_3")
    assert await listed(provider) == ["evt_1", "evt_2", "evt_3"]
    _, event, _ = await events(provider)
    assert json.loads(event.body)["data"]["object"]["currency_conversion"] == rate
    assert event.updates


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        pytest.param("evt_2", {"livemode": True}, id="of the other mode"),
        pytest.param("evt 2", {}, id="no event of Stripe's"),
    ],
)
async def test_an_event_that_is_rejected_stops_no_other(
    provider: StripeProvider, stripe: LocalStripe, name: str, changes: dict[str, Any]
) -> None:
    happened(stripe, "evt_1")
    happened(stripe, name, **changes)
    happened(stripe, "evt_3")
    assert await listed(provider) == ["evt_1", "evt_3"]


async def test_an_event_that_the_reader_trips_over_is_kept_to_be_read_again_and_stops_no_other(
    provider: StripeProvider, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a mistake of ours, which no reader's author has foreseen."""
    listed = provider.listing._events
    understand = listed._understand

    def trip(text: str) -> ProviderEvent:
        if "evt_2" in text:
            raise TypeError("a mistake of ours")
        return understand(text)

    monkeypatch.setattr(listed, "_understand", trip)
    for name in ("evt_1", "evt_2", "evt_3"):
        happened(stripe, name)
    one, two, three = await events(provider)
    assert (one.look_up, two.look_up, three.look_up) == (None, "evt_2", None)
    assert (two.id, two.kind, json.loads(two.body)["id"]) == ("evt_2", one.kind, "evt_2")


@pytest.mark.parametrize("spread", [1, 0, 2])
async def test_a_long_list_is_read_in_complete_parts_from_old_to_new(
    provider: StripeProvider, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, spread: int
) -> None:
    """Whether its events lie seconds apart, in one second, or some of both."""
    monkeypatch.setattr(listing, "MOST", 6)
    monkeypatch.setattr(listing, "PAGE", 2)
    first = to_seconds(START) - 1000
    for number in range(25):
        apart = number * spread if number < 10 or spread < 2 else 20 + number // 4
        happened(stripe, f"evt_{number:02}", created=first + apart)
    parts = [part async for part in provider.listing.events(later(START, -DAY))]
    names = [[event.id for event in part.events] for part in parts]
    assert [each for part in names for each in part] == [f"evt_{each:02}" for each in range(25)]
    untils = [part.until for part in parts]
    assert untils == sorted(untils)
    assert untils == [part.events[-1].created for part in parts]
    assert len(parts) > 1 or spread == 0


async def test_a_page_that_cannot_be_had_costs_only_the_parts_that_are_not_complete(
    provider: StripeProvider, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 4)
    monkeypatch.setattr(listing, "PAGE", 2)
    for number in range(12):
        happened(stripe, f"evt_{number:02}", created=to_seconds(START) - 100 + number)
    parts = provider.listing.events(later(START, -DAY))
    complete = await anext(parts)
    stripe.faults.add(Fault(kind="error", status=400, path="/v1/events", times=99))
    with pytest.raises(ProviderRefused):
        await anext(parts)
    names = [event.id for event in complete.events]
    assert names == [f"evt_{each:02}" for each in range(len(names))]


@pytest.mark.parametrize("body", [b'{"data": 1}', b'{"data": [1]}', b'{"data": [{"id": "x"}]}'])
async def test_a_list_that_makes_no_sense_is_none(
    provider: StripeProvider, stripe: LocalStripe, body: bytes
) -> None:
    stripe.faults.add(Fault(kind="malformed", path="/v1/events", times=99, body=body))
    with pytest.raises(ProviderUnavailable, match="makes no sense"):
        await events(provider)
