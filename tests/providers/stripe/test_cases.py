"""Numbered cases through the door that need both sides: old shapes, odd objects, slow answers."""

import asyncio
from http import HTTPStatus

import pytest

from payments.domain.values.inbox import InboxStatus
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.time import DAY
from payments.providers.stripe.updates import API_VERSION
from payments.services.refunds import RefundService
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.refunding import ask, refunds
from tests.support.shop import Shop
from tests.support.stripe_payloads import FOLDER, payload
from tests.support.web import Web, event_body, session_object

pytestmark = only_on_sqlite


def charge_of(shop: Shop) -> dict[str, str]:
    """The ids of a paid purchase at Stripe, as the shapes name them."""
    (charge,) = shop.stripe.state.charges.values()
    return {
        "session": shop.session,
        "charge": charge.id,
        "intent": str(charge.payment_intent),
    }


def silence(shop: Shop) -> None:
    """Stripe tells nothing by itself: the test does."""
    shop.stripe.plan("never", "*", times=None)


@on_both
async def test_case_15_16_the_same_refund_told_many_times_at_once_has_one_effect(
    web: Web, paid: Shop
) -> None:
    silence(paid)
    made = await paid.stripe.refund(paid.session, amount=200)
    ids = {"refund": made["id"], "amount": 200}
    same = [payload("refund_created.new", event="evt_same", **ids)] * 25
    others = [payload("refund_updated.new", event=f"evt_{n}", **ids) for n in range(25)]
    assert set(await asyncio.gather(*(web.post(body) for body in same + others))) == {200}
    await paid.settle()
    assert await paid.points() == 500 - 500 * 200 // 499
    assert await paid.times_emitted("payment.refunded") == 1
    assert await paid.times_emitted("points.reverted") == 1


@on_both
async def test_case_18_an_id_is_known_for_longer_than_stripe_sends_it_again(
    web: Web, paid: Shop
) -> None:
    (completed,) = paid.stripe.events("checkout.session.completed")
    before = await paid.queries.inbox_event(completed["id"])
    assert before is not None
    for days in (3, 30, 31, 400):
        paid.clock.pass_(days * DAY)
        paid.stripe.resend(completed["id"])
        await paid.settle()
        assert await paid.queries.inbox_event(completed["id"]) == before
    assert await paid.points() == 500
    assert await paid.times_emitted("payment.success") == 1
    del web


@pytest.mark.parametrize("shape", ["old", "new"])
async def test_case_28_33_a_checkout_in_another_currency_and_shape_brings_its_points(
    web: Web, shop: Shop, shape: str
) -> None:
    silence(shop)
    await shop.stripe.pay(shop.session)
    body = payload(f"checkout_session_completed.{shape}", event="evt_1", **charge_of(shop))
    assert await web.post(body) == 200
    await shop.settle()
    assert await shop.points() == 500
    assert await shop.outcomes("checkout.%") == {"handled"}


async def test_case_35_an_event_that_is_here_before_its_payment_waits_and_is_handled(
    web: Web, paid: Shop
) -> None:
    other = "0199a3c4-0000-7000-8000-000000000777"
    session = session_object(other, installation=await paid.queries.installation())
    assert await web.post(event_body(id="evt_early", session=session)) == 200
    early = await paid.queries.inbox_event("evt_early")
    assert early is not None
    assert early.status is InboxStatus.PENDING
    assert early.retry_at is not None


@pytest.mark.parametrize(
    "name",
    [
        "charge_refunded.old",
        "charge_refunded.new",
        "charge_refund_updated.old",
        "refund_created.new",
        "refund_updated.new",
    ],
)
async def test_case_36_37_38_each_shape_of_a_refunds_event_alone_is_enough(
    web: Web, paid: Shop, name: str
) -> None:
    silence(paid)
    made = await paid.stripe.refund(paid.session, amount=250)
    ids = charge_of(paid) | {"refund": made["id"]}
    assert await web.post(payload(name, event="evt_1", amount=250, **ids)) == 200
    await paid.settle()
    assert await paid.points() == 500 - 500 * 250 // 499
    (refund,) = await refunds(paid)
    assert (refund.id, refund.status, refund.amount.minor) == (
        made["id"],
        RefundStatus.SUCCEEDED,
        250,
    )


async def test_case_36_39_40_a_refund_that_fails_is_told_in_the_new_shape(
    web: Web, paid: Shop
) -> None:
    silence(paid)
    made = await paid.stripe.refund(paid.session)
    ids = charge_of(paid) | {"refund": made["id"]}
    assert await web.post(payload("refund_created.new", event="evt_1", amount=499, **ids)) == 200
    await paid.settle()
    assert await paid.points() == 0
    await paid.stripe.fail_refund(made["id"])
    for event in ("evt_2", "evt_3"):
        assert await web.post(payload("refund_failed.new", event=event, amount=499, **ids)) == 200
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.times_emitted("refund.failed") == 1


async def test_case_41_refunds_made_at_stripe_that_add_up_take_exactly_the_points(
    paid: Shop,
) -> None:
    for amount, left in ((166, 334), (166, 168), (167, 0)):
        await paid.stripe.refund(paid.session, amount=amount)
        await paid.settle()
        assert await paid.points() == left
    assert await paid.state() is PaymentState.REFUNDED


@on_both
async def test_case_41_one_that_fails_in_between_gives_back_exactly_its_share(
    paid: Shop,
) -> None:
    made = [await paid.stripe.refund(paid.session, amount=each) for each in (100, 150, 200)]
    await paid.settle()
    assert await paid.points() == 500 - 500 * 450 // 499
    await paid.stripe.fail_refund(made[1]["id"])
    await paid.settle()
    assert await paid.points() == 500 - 500 * 300 // 499


@on_both
async def test_case_48_several_disputes_and_more_than_was_paid_take_no_more_than_was_given(
    paid: Shop,
) -> None:
    opened = await paid.stripe.open_dispute(paid.session)
    paid.stripe.state.disputes[opened["id"]].amount = 2_000
    await paid.settle()
    (charge,) = paid.stripe.state.charges.values()
    charge.disputed = False
    await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    assert await paid.points() == 0
    await paid.stripe.lose_dispute(opened["id"])
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.DISPUTED


@pytest.mark.parametrize(
    ("name", "status"),
    [("charge_dispute_closed.old", "charge_refunded"), ("charge_dispute_closed.new", "prevented")],
)
async def test_case_50_older_and_newer_ends_of_a_dispute_move_nothing(
    web: Web, paid: Shop, name: str, status: str
) -> None:
    silence(paid)
    opened = await paid.stripe.open_inquiry(paid.session)
    paid.stripe.state.disputes[opened["id"]].status = status
    ids = charge_of(paid) | {"dispute": opened["id"]}
    assert await web.post(payload(name, event="evt_1", **ids)) == 200
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.outcomes("charge.dispute.%") == {"handled"}
    assert await paid.state() is PaymentState.COMPLETED


async def test_case_52_a_dispute_without_an_intent_is_found_through_its_charge(
    paid: Shop,
) -> None:
    paid.stripe.plan("hold", "*", times=None)
    opened = await paid.stripe.open_dispute(paid.session)
    paid.stripe.state.disputes[opened["id"]].payment_intent = None
    paid.stripe.release()
    await paid.settle()
    assert await paid.points() == 0
    assert await paid.state() is PaymentState.DISPUTED


@pytest.mark.parametrize("status", [429, 409, 500, 503])
async def test_case_54_a_busy_stripe_is_asked_again_by_us_under_the_same_key(
    paid: Shop, refunding: RefundService, status: int
) -> None:
    fault = Fault(kind="error", status=status, method="POST", path="/v1/refunds", times=2)
    paid.stripe.faults.add(fault)
    done = await ask(refunding)
    kept = status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert done.refund.status is (RefundStatus.PENDING if kept else RefundStatus.SUCCEEDED)
    assert len(paid.stripe.state.refunds) == (0 if kept else 1)


def test_the_shapes_are_of_our_version_and_of_others() -> None:
    versions = {
        path.name.split(".")[1]: API_VERSION in path.read_text() for path in FOLDER.iterdir()
    }
    assert versions == {"old": False, "new": True}
