"""Cases at PayPal: inquiries, claims, outcomes, appeals, and the money that goes with them."""

import pytest

from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import DAY, MINUTE, SECOND, later
from payments.providers.reading import written_time
from sandbox.base.faults import Fault
from tests.providers.paypal.shop import PayPalShop, order_of
from tests.support.databases import only_on_sqlite

pytestmark = only_on_sqlite

NOT_RECEIVED = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"


async def opened(
    shop: PayPalShop, paid: Payment, *, amount: int | None = None, **words: str
) -> str:
    """A dispute is opened, and known here."""
    found = await shop.paypal.dispute(order_of(paid), amount=amount, **words)
    await shop.settle()
    return str(found["dispute_id"])


async def resolved(shop: PayPalShop, dispute: str, outcome: str, **how: bool) -> None:
    await shop.paypal.resolve_dispute(dispute, outcome, **how)
    await shop.settle()


async def status(shop: PayPalShop, paid: Payment) -> DisputeStatus:
    [dispute] = (await shop.now(paid)).disputes
    return dispute.status


async def test_an_inquiry_moves_nothing_until_it_is_a_claim(shop: PayPalShop) -> None:
    paid = await shop.paid()
    dispute = await opened(shop, paid, reason=NOT_RECEIVED)
    assert (await status(shop, paid), await shop.points()) == (DisputeStatus.INQUIRY, 500)
    await shop.paypal.escalate(dispute)
    await shop.settle()
    assert (await status(shop, paid), await shop.points()) == (DisputeStatus.OPEN, 0)
    assert await shop.state(paid) is PaymentState.DISPUTED


@pytest.mark.parametrize(
    ("outcome", "ends", "points"),
    [
        ("RESOLVED_BUYER_FAVOUR", DisputeStatus.LOST, 0),
        ("ACCEPTED", DisputeStatus.LOST, 0),
        ("RESOLVED_SELLER_FAVOUR", DisputeStatus.WON, 500),
        ("CANCELED_BY_BUYER", DisputeStatus.WON, 500),
        ("DENIED", DisputeStatus.WON, 500),
    ],
)
async def test_outcomes(shop: PayPalShop, outcome: str, ends: DisputeStatus, points: int) -> None:
    paid = await shop.paid()
    await resolved(shop, await opened(shop, paid), outcome)
    assert (await status(shop, paid), await shop.points()) == (ends, points)


@pytest.mark.parametrize(("seller_pays", "points"), [(True, 0), (False, 500)])
async def test_with_a_payout_it_matters_who_has_paid(
    shop: PayPalShop, *, seller_pays: bool, points: int
) -> None:
    paid = await shop.paid()
    dispute = await opened(shop, paid)
    await resolved(shop, dispute, "RESOLVED_WITH_PAYOUT", seller_pays=seller_pays)
    assert await shop.points() == points


async def test_an_appeal_turns_it_and_turns_it_again(shop: PayPalShop) -> None:
    paid = await shop.paid()
    dispute = await opened(shop, paid)
    await resolved(shop, dispute, "RESOLVED_BUYER_FAVOUR")
    assert await shop.state(paid) is PaymentState.CHARGED_BACK
    await shop.paypal.appeal(dispute)
    await shop.settle()
    assert (await status(shop, paid), await shop.points()) == (DisputeStatus.OPEN, 0)
    await resolved(shop, dispute, "RESOLVED_SELLER_FAVOUR")
    assert (await shop.state(paid), await shop.points()) == (PaymentState.COMPLETED, 500)
    await shop.paypal.appeal(dispute)
    await resolved(shop, dispute, "RESOLVED_BUYER_FAVOUR")
    assert (await shop.state(paid), await shop.points()) == (PaymentState.CHARGED_BACK, 0)
    assert len((await shop.now(paid)).disputes) == 1


@pytest.mark.parametrize("channel", ["INTERNAL", "EXTERNAL"])
async def test_a_part_is_taken_once_although_two_objects_tell_it(
    shop: PayPalShop, channel: str
) -> None:
    """The reversal is the money side of the lost dispute."""
    paid = await shop.paid()
    dispute = await opened(shop, paid, amount=100, channel=channel)
    await resolved(shop, dispute, "RESOLVED_BUYER_FAVOUR")
    assert len(shop.paypal.events("PAYMENT.CAPTURE.REVERSED")) == 1
    assert await shop.points() == 400
    after = await shop.now(paid)
    assert (after.refunded, [each.status for each in after.disputes]) == (0, [DisputeStatus.LOST])


async def test_a_reversal_that_came_before_its_dispute_is_counted_with_it(
    shop: PayPalShop,
) -> None:
    paid = await shop.paid()
    await shop.paypal.reverse(order_of(paid), 100)
    await shop.settle()
    assert await shop.points() == 400
    dispute = await opened(shop, paid, amount=100)
    assert await shop.points() == 400, "the same money"
    await resolved(shop, dispute, "RESOLVED_SELLER_FAVOUR")
    assert await shop.points() == 500


async def test_a_dispute_that_is_not_listed_yet_has_its_reversal_counted_with_it(
    shop: PayPalShop,
) -> None:
    paid = await shop.paid()
    await shop.paypal.reverse(order_of(paid), 100)
    await shop.settle()
    empty = Fault(kind="malformed", path="/v1/customer/disputes", body=b'{"items": []}', times=9)
    shop.paypal.faults.add(empty)
    await opened(shop, paid, amount=100)
    after = await shop.now(paid)
    assert [each.status for each in after.refunds] == [RefundStatus.WITHDRAWN]
    assert await shop.points() == 400, "the same money"


async def test_an_older_reversal_counts_as_it_is_now(shop: PayPalShop) -> None:
    """Its message tells how it was then."""
    paid = await shop.paid()
    await shop.paypal.reverse(order_of(paid), 100)
    [older] = shop.paypal.state.refunds.values()
    older.status = "CANCELLED"
    await shop.paypal.reverse(order_of(paid), 50)
    await shop.settle()
    statuses = {each.amount.minor: each.status for each in (await shop.now(paid)).refunds}
    assert statuses == {100: RefundStatus.FAILED, 50: RefundStatus.SUCCEEDED}
    assert await shop.points() == 450


async def test_a_reversal_on_its_way_stays_counted_beside_its_dispute(shop: PayPalShop) -> None:
    """A look at the refunds alone does not know which part of it the dispute has."""
    paid = await shop.paid()
    await opened(shop, paid, amount=100)
    made = await shop.paypal.reverse(order_of(paid), 200)
    reversal = shop.paypal.state.refunds[str(made["id"])]
    reversal.status = "PENDING"
    await shop.settle()
    assert await shop.points() == 300
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert await shop.points() == 300
    reversal.status = "CANCELLED"
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert await shop.points() == 400


async def test_a_dispute_after_a_refund_takes_the_rest(shop: PayPalShop) -> None:
    paid = await shop.paid()
    await shop.refund(paid, 200)
    await shop.settle()
    await resolved(shop, await opened(shop, paid), "RESOLVED_BUYER_FAVOUR")
    assert await shop.points() == 0
    after = await shop.now(paid)
    assert (after.refunded, after.state) == (200, PaymentState.CHARGED_BACK)


async def test_what_nobody_told_of_an_open_dispute_is_looked_up(shop: PayPalShop) -> None:
    paid = await shop.paid()
    dispute = await opened(shop, paid)
    shop.paypal.lose_next_message()
    await shop.paypal.resolve_dispute(dispute, "RESOLVED_SELLER_FAVOUR")
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert await shop.points() == 500


async def test_a_dispute_of_which_no_message_came_is_found_in_the_list(shop: PayPalShop) -> None:
    paid = await shop.paid()
    assert await shop.reconcile() == ()
    shop.paypal.lose_next_message()
    await shop.paypal.dispute(order_of(paid))
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()
    assert await status(shop, paid) is DisputeStatus.OPEN


async def test_more_events_than_a_page_holds_are_all_found(shop: PayPalShop) -> None:
    """The published list knows no next page."""
    paid = await shop.paid()
    shop.paypal.lose_next_message()
    await shop.paypal.dispute(order_of(paid))
    foreign = {"id": "4CF18861HF410323U", "custom_id": "shop 7"}
    for _ in range(130):
        shop.clock.pass_(SECOND)
        shop.paypal.lose_next_message()
        shop.paypal.forge("PAYMENT.CAPTURE.COMPLETED", foreign)
    assert await shop.reconcile() == ()
    assert await status(shop, paid) is DisputeStatus.OPEN


async def test_after_two_months_of_silence_disputes_themselves_are_listed(
    shop: PayPalShop,
) -> None:
    """PayPal keeps events for a month."""
    paid = await shop.paid()
    assert await shop.reconcile() == ()
    shop.paypal.lose_next_message()
    await shop.paypal.dispute(order_of(paid))
    shop.paypal.state.events.clear()
    shop.clock.pass_(60 * DAY)
    asked = shop.paypal.record()
    assert await shop.reconcile() == ()
    assert await status(shop, paid) is DisputeStatus.OPEN
    oldest = written_time(later(shop.clock(), -30 * DAY))
    starts = [each.query.get("start_time") for each in asked]
    assert len([each for each in starts if each]) > 1
    assert all(each >= oldest for each in starts if each), "PayPal refuses what is older"


async def test_an_event_that_is_older_than_its_dispute_tells_how_it_is_now(
    shop: PayPalShop,
) -> None:
    paid = await shop.paid()
    dispute = await opened(shop, paid)
    await resolved(shop, dispute, "RESOLVED_SELLER_FAVOUR")
    created = shop.paypal.events("CUSTOMER.DISPUTE.CREATED")[0]
    shop.paypal.forge("CUSTOMER.DISPUTE.CREATED", created["resource"], resource_type="dispute")
    await shop.settle()
    assert (await status(shop, paid), await shop.points()) == (DisputeStatus.WON, 500)
