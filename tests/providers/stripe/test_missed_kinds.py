"""What was missed is found whatever kind it is of; what cannot be asked for stops nothing else."""

from collections.abc import Awaitable, Callable

import pytest

from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.services.reconciliation import Reconciliation
from sandbox.stripe import Fault
from tests.support.databases import only_on_sqlite
from tests.support.shop import Shop

pytestmark = only_on_sqlite

Happening = Callable[[Shop], Awaitable[object]]


async def _expires(shop: Shop) -> None:
    await shop.stripe.expire(shop.session)


async def _is_paid(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)


async def _arrives_later(shop: Shop) -> None:
    await shop.stripe.pay_later(shop.session)
    await shop.stripe.succeed_later(shop.session)


async def _fails_later(shop: Shop) -> None:
    await shop.stripe.pay_later(shop.session)
    await shop.stripe.fail_later(shop.session)


async def _refund_succeeds(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)
    made = await shop.stripe.refund(shop.session, status="pending")
    await shop.stripe.succeed_refund(made["id"])


async def _refund_fails(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)
    made = await shop.stripe.refund(shop.session)
    await shop.stripe.fail_refund(made["id"])


async def _dispute_won(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)
    opened = await shop.stripe.open_dispute(shop.session)
    await shop.stripe.answer_dispute(opened["id"])
    await shop.stripe.win_dispute(opened["id"])


async def _dispute_reinstated(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)
    opened = await shop.stripe.open_dispute(shop.session)
    await shop.stripe.lose_dispute(opened["id"])
    await shop.stripe.reinstate(opened["id"], 499)


async def _warned(shop: Shop) -> None:
    await shop.stripe.pay(shop.session)
    await shop.stripe.warn_of_fraud(shop.session)


@pytest.mark.parametrize(
    ("kind", "happens", "points"),
    [
        ("checkout.session.completed", _is_paid, 500),
        ("checkout.session.expired", _expires, 0),
        ("checkout.session.async_payment_succeeded", _arrives_later, 500),
        ("checkout.session.async_payment_failed", _fails_later, 0),
        ("refund.created", _refund_succeeds, 0),
        ("refund.updated", _refund_succeeds, 0),
        ("charge.refund.updated", _refund_succeeds, 0),
        ("charge.refunded", _refund_succeeds, 0),
        ("refund.failed", _refund_fails, 500),
        ("charge.dispute.created", _dispute_won, 500),
        ("charge.dispute.funds_withdrawn", _dispute_won, 500),
        ("charge.dispute.updated", _dispute_won, 500),
        ("charge.dispute.closed", _dispute_won, 500),
        ("charge.dispute.funds_reinstated", _dispute_reinstated, 500),
        ("radar.early_fraud_warning.created", _warned, 500),
    ],
)
async def test_a_message_of_each_kind_that_we_use_is_asked_for(
    shop: Shop, reconciliation: Reconciliation, kind: str, happens: Happening, points: int
) -> None:
    """The others of what happened came: only those of this kind were lost."""
    shop.stripe.plan("lose", kind, times=None)
    await happens(shop)
    await shop.settle()
    assert await shop.outcomes(kind) == set()
    shop.clock.pass_(10 * MINUTE)
    await reconciliation.reconcile(later(shop.clock(), -DAY))
    await shop.settle()
    assert await shop.outcomes(kind) == {"handled"}
    assert await shop.points() == points


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_a_listing_that_is_refused_does_not_end_the_whole(
    shop: Shop, reconciliation: Reconciliation, status: int
) -> None:
    """Open checkouts and refunds are still looked up, and the failure is named."""
    shop.stripe.plan("lose", "*", times=None)
    await shop.stripe.pay(shop.session)
    shop.clock.pass_(10 * MINUTE)
    shop.stripe.faults.add(
        Fault(kind="error", status=status, method="GET", path="/v1/events", times=5)
    )
    report = await reconciliation.reconcile(later(shop.clock(), -DAY))
    await shop.settle()
    assert len(report.failed) == 1
    assert (report.looked_up, report.changed) == (1, 1)
    assert await shop.state() is PaymentState.COMPLETED
    assert await shop.points() == 500


async def test_a_look_up_that_is_refused_does_not_end_the_others(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    """Stripe knows nothing of an intent any more; the refund in question stays as it is."""
    made = await paid.stripe.refund(paid.session, status="pending")
    await paid.settle()
    paid.stripe.plan("lose", "*", times=None)
    await paid.stripe.succeed_refund(made["id"])
    paid.clock.pass_(HOUR)
    paid.stripe.faults.add(
        Fault(kind="error", status=404, method="GET", path="/v1/refunds", times=1)
    )
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert len(report.failed) == 1
    assert report.missed > 0
    await paid.settle()
    assert await paid.state() is PaymentState.REFUNDED
