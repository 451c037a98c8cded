"""Nobody listened for longer than Stripe keeps events: the objects themselves are listed.

Open checkouts, refunds on their way and open disputes are looked up anyway; what was made or turned
round meanwhile stands nowhere but at Stripe.
"""

from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, Instant, later
from payments.services.reconciliation import Reconciliation
from sandbox.stripe import Fault
from tests.support.databases import only_on_sqlite
from tests.support.shop import Shop
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite

AWAY = 40 * DAY


async def leave(shop: Shop, reconciliation: Reconciliation) -> None:
    """From now on nobody listens."""
    await reconciliation.reconcile()
    shop.stripe.state.endpoints.clear()


async def come_back(shop: Shop, reconciliation: Reconciliation) -> None:
    shop.clock.pass_(AWAY)
    report = await reconciliation.reconcile()
    assert report.failed == ()
    await shop.settle()


async def watermark(shop: Shop) -> Instant | None:
    return (await shop.queries.provider_state("stripe", livemode=False)).listed_until


async def test_what_was_paid_when_nobody_listened_any_more_is_credited(
    shop: Shop, reconciliation: Reconciliation
) -> None:
    await leave(shop, reconciliation)
    await shop.stripe.pay(shop.session)
    await come_back(shop, reconciliation)
    assert await shop.points() == 500


async def test_a_dispute_that_was_opened_meanwhile_is_found(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    await leave(paid, reconciliation)
    await paid.stripe.open_dispute(paid.session)
    await come_back(paid, reconciliation)
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.DISPUTED


async def test_a_refund_of_the_dashboard_is_found(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    await leave(paid, reconciliation)
    await paid.stripe.refund(paid.session)
    await come_back(paid, reconciliation)
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.REFUNDED


async def test_a_refund_that_had_succeeded_and_failed_meanwhile_gives_its_points_back(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    refund = await paid.stripe.refund(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    paid.clock.pass_(20 * DAY)
    await leave(paid, reconciliation)
    await paid.stripe.fail_refund(refund["id"])
    await come_back(paid, reconciliation)
    assert await paid.points() == 500


async def test_a_dispute_that_was_lost_and_won_meanwhile_gives_its_points_back(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    dispute = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.lose_dispute(dispute["id"])
    await paid.settle()
    await reconciliation.reconcile()
    paid.clock.pass_(100 * DAY)
    await leave(paid, reconciliation)
    await paid.stripe.win_dispute(dispute["id"])
    await come_back(paid, reconciliation)
    assert await paid.points() == 500


async def test_a_refund_after_a_warning_that_nobody_told_is_one_for_fraud(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    await leave(paid, reconciliation)
    await paid.stripe.warn_of_fraud(paid.session)
    await come_back(paid, reconciliation)
    found = await paid.queries.payment(PaymentId(PAYMENT))
    assert found is not None
    assert found.fraud_warning is not None


async def test_the_objects_are_listed_once_and_again_only_if_a_list_failed(
    paid: Shop, reconciliation: Reconciliation
) -> None:
    await leave(paid, reconciliation)
    before = await watermark(paid)
    await paid.stripe.open_dispute(paid.session)
    paid.clock.pass_(AWAY)
    paid.stripe.faults.add(Fault(kind="error", status=403, path="/v1/disputes"))
    assert len((await reconciliation.reconcile()).failed) == 1
    assert await watermark(paid) == before
    assert (await reconciliation.reconcile()).missed == 1
    assert (await watermark(paid) or 0) > later(paid.clock(), -2 * DAY)
    paid.stripe.faults.add(Fault(kind="error", status=403, path="/v1/disputes"))
    assert (await reconciliation.reconcile()).failed == ()
