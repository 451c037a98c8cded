"""Whoever invents names of certificates has few of them looked up, and nothing else asked."""

from collections.abc import AsyncIterator

import pytest

from payments.infra.outbound import Outbound, Policy
from payments.providers.errors import ProviderUnavailable
from payments.providers.paypal.certificates import CERTIFICATES
from payments.providers.paypal.provider import PayPalProvider
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.paypal.shop import provider_of, signed

BODY = b'{"id": "WH-1", "event_type": "X", "create_time": "2026-09-21T14:13:20Z"}'
HARDLY_EVER = 0.0001
"""Calls a second."""


@pytest.fixture
def outbound() -> Outbound:
    return Outbound(Policy(timeout_seconds=0.05))


@pytest.fixture
async def provider(
    local: LocalPayPal, clock: Time, outbound: Outbound
) -> AsyncIterator[PayPalProvider]:
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    opened = provider_of(local, clock, outbound=outbound)
    yield opened
    await opened.close()


async def unread(provider: PayPalProvider, local: LocalPayPal, clock: Time) -> None:
    """A message whose certificate is not kept is to be sent again; nobody is asked of it."""
    records = local.record()
    with pytest.raises(ProviderUnavailable):
        await provider.webhook.read(BODY, signed(local, BODY), clock())
    assert not records


async def test_over_the_pace_nothing_is_fetched_and_a_message_comes_again(
    provider: PayPalProvider, local: LocalPayPal, clock: Time, outbound: Outbound
) -> None:
    outbound.keep_pace(CERTIFICATES, HARDLY_EVER)
    await outbound._paces[CERTIFICATES].wait(seconds=1, in_background=False)  # the one turn
    await unread(provider, local, clock)


async def test_no_message_waits_without_end_for_others(
    provider: PayPalProvider, local: LocalPayPal, clock: Time
) -> None:
    certificates = provider.webhook.certificates
    async with certificates._one:  # somebody else's is being fetched, and does not come
        await unread(provider, local, clock)
