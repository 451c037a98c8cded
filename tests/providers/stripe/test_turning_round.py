"""Disputes and refunds turn round at Stripe, in any status and currency, and points follow."""

import inspect
import re
import typing
from typing import Any

import pytest
import stripe

from payments.domain.values.ids import House, PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import Share
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.reversal_updates import DISPUTE_STATUS, REFUND_STATUS
from payments.providers.stripe.shares import movements, returned
from payments.services.refunds import RefundService
from tests.support.claim_objects import moved
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import BEN, GUILD, euros, key
from tests.support.shop import Shop
from tests.support.shop_facts import dispute_of, events_of, is_purchase_banned
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite

OURS = "0199a3c4-0000-7000-8000-0000000000aa"
"""The id that a refund gets here."""


async def test_case_46_won_then_opened_again_and_lost_ends_as_lost(paid: Shop) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    await paid.stripe.win_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await is_purchase_banned(paid)) == (500, False)
    await paid.stripe.reopen_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.state()) == (0, PaymentState.DISPUTED)
    await paid.stripe.lose_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.house(House.ISSUED)) == (0, 0)
    assert (await paid.state(), await is_purchase_banned(paid)) == (PaymentState.CHARGED_BACK, True)
    assert (await dispute_of(paid)).returned.part == 0  # [-499, +499, -499]


@on_both
async def test_case_46_messages_of_all_turns_in_any_order_end_at_the_last_one(paid: Shop) -> None:
    """Nothing is taken from an event but the dispute's id."""
    paid.stripe.plan("hold", "charge.dispute.*", times=None)
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.win_dispute(made["id"])
    await paid.stripe.lose_dispute(made["id"])
    held = [each["id"] for each in paid.stripe.events() if "dispute" in each["type"]]
    assert len(held) == 6
    for event in reversed(held):
        await paid.stripe.deliver(event)
        await paid.settle()
        assert await paid.state() is PaymentState.CHARGED_BACK
    assert await paid.times_emitted("payment.charged_back") == 1
    assert (await dispute_of(paid)).version == 6


async def test_case_47_taken_again_after_it_came_back_means_that_nothing_came_back(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.lose_dispute(made["id"])
    await paid.stripe.reinstate(made["id"], 200)
    await paid.settle()
    assert await paid.points() == 500 - 500 * (499 - 200) // 499
    await paid.stripe.win_dispute(made["id"])
    lost = await paid.stripe.lose_dispute(made["id"])
    moved = [each["amount"] for each in lost["balance_transactions"]]
    assert moved == [-499, 200, 299, -499]
    await paid.settle()
    assert await paid.points() == 0


async def test_case_47_a_correction_of_the_currency_is_no_money_that_came_back(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.stripe.correct_dispute(made["id"], 3)
    lost = await paid.stripe.lose_dispute(made["id"])
    assert [each["amount"] for each in lost["balance_transactions"]] == [-499, 3]
    await paid.settle()
    assert (await paid.points(), (await dispute_of(paid)).returned.part) == (0, 0)


@pytest.mark.parametrize("decided", ["win_dispute", "lose_dispute"])
async def test_case_46_an_appeal_is_an_open_dispute(paid: Shop, decided: str) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await getattr(paid.stripe, decided)(made["id"])
    await paid.settle()
    asked = await paid.stripe.appeal_dispute(made["id"])
    await paid.settle()
    assert asked["status"] == "appeal_needs_response"
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    answered = await paid.stripe.answer_dispute(made["id"])
    await paid.settle()
    assert answered["status"] == "appeal_under_review"
    assert (await paid.state(), await is_purchase_banned(paid)) == (PaymentState.DISPUTED, False)
    await paid.stripe.win_dispute(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.state()) == (500, PaymentState.COMPLETED)
    assert await paid.outcomes("charge.dispute.%") == {"handled"}
    assert await paid.times_emitted("payment.error") == 0


async def test_case_46_a_dispute_first_seen_as_an_appeal_holds_the_points(paid: Shop) -> None:
    await paid.stripe.open_dispute(paid.session, status="appeal_under_review")
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)


async def test_case_46_an_unknown_status_of_a_dispute_holds_points_and_tells_once(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(paid.session, status="in_mediation")
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    await paid.stripe.say_of_dispute(made["id"], "in_arbitration")
    await paid.settle()
    (mismatched,) = await events_of(paid, "payment.error")
    assert (mismatched.guild, mismatched.payment) == (GUILD, PAYMENT)
    assert f"{made['id']} that it is “in_mediation”" in mismatched.reason
    assert (await dispute_of(paid)).unknown == "in_arbitration"
    assert await paid.times_emitted("provider_event.stuck") == 0
    await paid.stripe.say_of_dispute(made["id"], "won")
    await paid.settle()
    assert (await paid.points(), (await dispute_of(paid)).unknown) == (500, "")


async def test_case_39_an_unknown_status_of_a_refund_holds_points_and_tells_once(
    paid: Shop,
) -> None:
    made = await paid.stripe.refund(paid.session, status="held_for_review")
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (0, 500)
    await paid.stripe.say_of_refund(made["id"], "held_longer")
    await paid.settle()
    assert await paid.times_emitted("payment.error") == 1
    await paid.stripe.say_of_refund(made["id"], "failed")
    await paid.settle()
    assert await paid.points() == 500


@on_both
@pytest.mark.parametrize("status", ["", "\N{SNOWMAN}" * 90, "a b"])
async def test_any_word_for_a_status_can_be_kept(paid: Shop, status: str) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    paid.stripe.state.disputes[made["id"]].status = status
    await paid.settle()
    unknown = (await dispute_of(paid)).unknown
    assert unknown
    assert unknown.isascii()
    assert len(unknown) <= 60
    assert (await paid.points(), await paid.times_emitted("payment.error")) == (0, 1)


def literals(kind: Any) -> set[str]:
    """The words that the SDK lists for a field, wherever its type has them."""
    if typing.get_origin(kind) is typing.Literal:
        return set(typing.get_args(kind))
    return {word for part in typing.get_args(kind) for word in literals(part)}


def test_the_sdk_lists_no_status_of_a_dispute_that_is_not_in_our_table() -> None:
    listed = literals(stripe.Dispute.__annotations__["status"])
    assert "appeal_under_review" in listed
    assert listed <= DISPUTE_STATUS.keys()
    older = {"charge_refunded"}  # of versions before it (case 50)
    assert DISPUTE_STATUS.keys() - listed == older


def test_the_sdk_names_no_status_of_a_refund_that_is_not_in_our_table() -> None:
    """Its type is any text; the words stand in the field's description."""
    (described,) = re.findall(
        r'\n    status: Optional\[str\]\n    """(.*?)"""',
        inspect.getsource(stripe.Refund),
        re.DOTALL,
    )
    assert set(re.findall(r"`(\w+)`", described)) == REFUND_STATUS.keys()


@pytest.fixture
def refunding(paid: Shop, provider: StripeProvider) -> RefundService:
    return RefundService(
        runner=paid.runner,
        queries=paid.queries,
        providers={"stripe": provider},
        clock=paid.clock,
        new_id=lambda: OURS,
    )


@on_both
async def test_the_answer_to_our_own_request_never_overrules_what_was_told_meanwhile(
    paid: Shop, refunding: RefundService, provider: StripeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refund fails, and that is heard of, before the answer to the request arrives."""
    send = provider.refunds.make

    async def slow(request: str, *, idempotency_key: str) -> RefundUpdate:
        answer = await send(request, idempotency_key=idempotency_key)
        assert answer.provider_id is not None
        await paid.stripe.fail_refund(answer.provider_id)
        await paid.settle()
        return answer

    monkeypatch.setattr(provider.refunds, "make", slow)
    done = await refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=PaymentId(PAYMENT), amount=euros(499)
    )
    assert (done.refund.status, await paid.points()) == (RefundStatus.FAILED, 500)


@pytest.mark.parametrize(
    ("found", "back"),
    [
        (moved(-499), (0, 499)),
        (moved(-499, 499), (499, 499)),
        (moved(-499, 499, -499), (0, 499)),
        (moved(-499, 100, 99), (199, 499)),
        (moved(-499, 499, -300, 100), (100, 300)),
        (moved(-499, 700), (499, 499)),
        ([*moved(-499), *moved(3, reporting_category="other_adjustment")], (0, 499)),
        ([*moved(-499), *moved(-20, 100, reporting_category="fee")], (0, 499)),
        ([*moved(-499), *moved(499, currency="jpy")], (0, 499)),
        (moved(499), (0, 1)),
        ([*moved(-499, 100), None, "odd", {"amount": "9"}], (100, 499)),
        (None, (0, 1)),
        ("odd", (0, 1)),
    ],
)
def test_case_47_what_came_back_is_read_in_order(found: object, back: tuple[int, int]) -> None:
    assert returned(movements(found)) == Share(part=back[0], whole=back[1])
