"""A tour: all that the program asks of Stripe is as published, and so is all that it is answered.

The requests are those that really went over the wire; each is held to the published schema, and so
are the answers and the events. Skipped where the schema is not at hand.
"""

from collections.abc import Iterator

import pytest

from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.providers.errors import ProviderRefused
from payments.providers.stripe.provider import StripeProvider
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from sandbox.stripe import Fault, LocalStripe
from tests.support.databases import only_on_sqlite
from tests.support.make import GUILD
from tests.support.refunding import MIRA, OURS, ask, later_on, refunds
from tests.support.shop import Shop
from tests.support.stripe_tour import Tour, record

pytestmark = only_on_sqlite


@pytest.fixture
def tour(local: LocalStripe) -> Iterator[Tour]:
    """Recorded from before the shop opens; at the end nothing is wrong."""
    started = record(local)
    yield started
    assert started.exchanges, "nothing was asked"
    assert started.violations() == []


async def test_refunds_of_all_kinds(
    tour: Tour, paid: Shop, refunding: RefundService, reconciliation: Reconciliation
) -> None:
    await refunding.quote(GUILD, MIRA, OURS)
    await ask(refunding, 50, reason="asked kindly")
    for status in ("pending", "requires_action"):
        paid.stripe.plan_refund(status)
        await ask(refunding, 20)
    paid.stripe.plan_refund("pending")
    await ask(refunding, 20)
    await paid.stripe.fail_refund(list(paid.stripe.state.refunds)[-1])
    await later_on(paid, reconciliation)
    paid.stripe.faults.add(Fault(kind="error", status=500, method="POST", path="/v1/refunds"))
    await ask(refunding, 10)
    for _ in range(2):  # Stripe repeats its 500 under the same key; then comes another
        paid.clock.pass_(10 * MINUTE)
        await reconciliation.reconcile(later(paid.clock(), -DAY))
    await ask(refunding, 10, fraudulent=True)
    await paid.stripe.refund(paid.session, 30, reason="duplicate")
    await paid.settle()
    statuses = {each.status for each in await refunds(paid)}
    assert {RefundStatus.SUCCEEDED, RefundStatus.PENDING, RefundStatus.FAILED} <= statuses
    asked = tour.requests()
    assert {"POST /v1/refunds", "GET /v1/refunds", "GET /v1/refunds/{}"} <= asked.keys()


async def test_disputes_in_all_their_turns(
    tour: Tour, paid: Shop, reconciliation: Reconciliation
) -> None:
    stripe = paid.stripe
    await stripe.warn_of_fraud(paid.session)
    made = (await stripe.open_dispute(paid.session, amount=300))["id"]
    await paid.settle()
    for turn in (
        *("answer_dispute", "win_dispute", "reopen_dispute", "lose_dispute"),
        *("appeal_dispute", "answer_dispute", "lose_dispute"),
    ):
        await getattr(stripe, turn)(made)
        await paid.settle()
    await stripe.reinstate(made, 100)
    await stripe.correct_dispute(made, 1)
    asked = (await stripe.open_inquiry(paid.session))["id"]
    await stripe.escalate_inquiry(asked)
    await stripe.open_dispute(paid.session, amount=10, currency="usd", withdrawal=9)
    await stripe.open_dispute(paid.session, amount=10, status="prevented")
    await paid.settle()
    await later_on(paid, reconciliation)
    requests = tour.requests()
    warned = "GET /v1/radar/early_fraud_warnings/{}"
    assert {"GET /v1/disputes/{}", "GET /v1/charges/{}", warned} <= requests.keys()


async def test_checkouts_that_nobody_pays_and_messages_that_never_came(
    tour: Tour, shop: Shop, provider: StripeProvider, reconciliation: Reconciliation
) -> None:
    shop.stripe.plan("never", "*", times=None)
    shop.clock.pass_(6 * MINUTE)
    await reconciliation.reconcile(later(shop.clock(), -DAY))
    update = await provider.checkouts.expire(shop.session, idempotency_key="expire-1")
    assert update.session == shop.session
    with pytest.raises(ProviderRefused):
        await provider.checkouts.expire(shop.session, idempotency_key="expire-2")
    shop.clock.pass_(2 * HOUR)
    await reconciliation.reconcile(later(shop.clock(), -DAY))
    requests = tour.requests()
    assert {"POST /v1/checkout/sessions", "GET /v1/events"} <= requests.keys()
    assert "POST /v1/checkout/sessions/{}/expire" in requests


async def test_what_the_key_may_do_and_the_fee(
    tour: Tour, paid: Shop, provider: StripeProvider
) -> None:
    assert await provider.access.refusals(thoroughly=True) == []
    intent = paid.stripe.state.session(paid.session).payment_intent
    assert intent is not None
    assert (await provider.refunds.fee_of(intent)) is not None
    assert await provider.access.time() == paid.clock()
    assert tour.requests()["GET /v1/payment_intents/{}"] == 1
