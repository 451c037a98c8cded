"""Events that Stripe lists: each is read by itself, and none stops the others."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from payments.domain.time import DAY, later, to_seconds
from payments.outside import Outside
from payments.providers.protocol import ProviderEvent
from payments.providers.stripe import StripeProvider
from sandbox.stripe import LocalStripe
from sandbox.stripe.objects.event import Cause, Event
from tests.make import START
from tests.webhooks.conftest import session_object

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
        outside=Outside(),
        api_url=stripe.url,
    )
    yield opened
    await opened.close()


def happened(
    stripe: LocalStripe, name: str, session: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Stripe has one more event about a checkout."""
    given: dict[str, Any] = {
        "id": name,
        "type": "checkout.session.completed",
        "created": to_seconds(START) + len(stripe.state.events),
        "data": json.dumps({"object": session or session_object()}),
        "cause": Cause(),
    }
    stripe.state.events[name] = Event(**(given | changes))


async def listed(provider: StripeProvider) -> list[str]:
    return [event.id for event in await provider.events(later(START, -DAY), delivered=True)]


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
    _, event, _ = await provider.events(later(START, -DAY), delivered=True)
    assert json.loads(event.body)["data"]["object"]["currency_conversion"] == rate
    assert event.told


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


async def test_an_event_that_the_reader_trips_over_stops_no_other(
    provider: StripeProvider, stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a mistake of ours, which no reader's author has foreseen."""
    understand = StripeProvider._understand

    def trip(self: StripeProvider, text: str) -> ProviderEvent:
        if "evt_2" in text:
            raise TypeError("a mistake of ours")
        return understand(self, text)

    monkeypatch.setattr(StripeProvider, "_understand", trip)
    for name in ("evt_1", "evt_2", "evt_3"):
        happened(stripe, name)
    assert await listed(provider) == ["evt_1", "evt_3"]
