"""Disputes and refunds turn round at Stripe, in any status and currency, and points follow."""

import inspect
import re
import typing
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from sqlalchemy import select

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import ApplyClaimLookup
from payments.domain.values.claims import Dispute
from payments.domain.values.errors import Refused
from payments.domain.values.ids import House, PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    ClaimUpdate,
    DisputeStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import Share
from payments.infra.outbound import Outbound
from payments.providers.errors import ProviderRefused
from payments.providers.requests import ProviderEvent
from payments.providers.stripe import StripeProvider
from payments.providers.stripe.reversal_updates import DISPUTE_STATUS, REFUND_STATUS
from payments.providers.stripe.shares import measured, movements, returned, share_of
from payments.services.fresh_lookup import LOOKS, FreshLook
from payments.services.refunds import RefundService
from payments.store import tables
from payments.store.rows.codec import decode_event
from sandbox.stripe import LocalStripe
from tests.providers.stripe.test_reversals import Shop, local, paid, provider, shop
from tests.support.make import ADA, BEN, GUILD, euros, key
from tests.support.web import PAYMENT

__all__ = ["local", "paid", "provider", "shop"]  # fixtures


OURS = "0199a3c4-0000-7000-8000-0000000000aa"
"""The id that a refund gets here."""


async def payment_of(shop: Shop) -> Payment:
    found = await shop.queries.payment(PaymentId(PAYMENT))
    assert found is not None
    return found


async def dispute_of(shop: Shop) -> Dispute:
    (dispute,) = (await payment_of(shop)).disputes
    return dispute


async def events_of(shop: Shop, name: str) -> list[Any]:
    """All events of a kind, as they were told."""
    events = tables.events
    query = select(events.c.body).where(events.c.name == name).order_by(events.c.event_id)
    bodies = await shop.database.transact(lambda c: list(c.execute(query).scalars()))
    return [decode_event(name, body) for body in bodies]


async def is_purchase_banned(shop: Shop) -> bool:
    return bool(await shop.queries.purchase_banned_by(GUILD, ADA))


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


async def test_case_56_yen_of_a_payment_in_euros_are_measured_by_what_was_withdrawn(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(paid.session, amount=300, currency="jpy", withdrawal=250)
    await paid.settle()
    assert await paid.points() == 500 - 500 * 250 // 499
    dispute = await dispute_of(paid)
    assert dispute.amount == Money(minor=300, currency="JPY")
    assert dispute.share == Share(part=250, whole=499)
    (disputed,) = await events_of(paid, "payment.disputed")
    assert disputed.disputed == Money(minor=300, currency="JPY")
    await paid.stripe.lose_dispute(made["id"])
    await paid.settle()
    assert await paid.house(House.ISSUED) == -500 + 500 * 250 // 499


async def test_case_56_a_dispute_in_what_the_buyer_saw_is_measured_by_that(shop: Shop) -> None:
    """Adaptive pricing: €4.99 were shown and paid as ¥800, the bank disputes ¥400 of them."""
    await shop.stripe.pay(shop.session, presentment=(800, "jpy"))
    await shop.settle()
    await shop.stripe.open_dispute(shop.session, amount=400, currency="jpy")
    await shop.settle()
    assert (await dispute_of(shop)).share == Share(part=400, whole=800)
    assert await shop.points() == 250


async def test_case_56_a_key_that_may_not_read_the_balance_measures_by_the_charge(
    paid: Shop, local: LocalStripe
) -> None:
    made = await paid.stripe.open_dispute(paid.session, amount=300, currency="jpy", withdrawal=250)
    may = ("charge_read", "dispute_read", "payment_intent_read")
    local.add_restricted_key("rk_test_narrow", may)
    narrow = StripeProvider(
        secret_key="rk_test_narrow",
        webhook_secrets=["whsec_1"],
        outbound=Outbound(),
        api_url=local.url,
    )
    assert (await narrow.disputes.retrieve(made["id"])).share == Share(part=250, whole=499)
    await narrow.close()


async def test_case_56_what_cannot_be_measured_is_quarantined_with_its_own_unit(
    paid: Shop,
) -> None:
    made = await paid.stripe.open_dispute(
        paid.session, amount=300, currency="jpy", status="warning_needs_response"
    )
    await paid.settle()
    assert (await paid.points(), await paid.outcomes("charge.dispute.%")) == (500, {"quarantined"})
    assert (await payment_of(paid)).disputes == ()
    (stuck,) = await events_of(paid, "provider_event.stuck")
    assert (stuck.guild, "300 JPY" in stuck.reason) == (GUILD, True)
    await paid.stripe.escalate_inquiry(made["id"])  # now something moves
    await paid.settle()
    assert await paid.points() == 0


async def test_case_56_a_refund_in_another_currency_is_measured_by_its_charge(shop: Shop) -> None:
    await shop.stripe.pay(shop.session, presentment=(800, "jpy"))
    await shop.settle()
    made = await shop.stripe.refund(shop.session, status="pending")
    shop.stripe.state.refunds[made["id"]].amount = 200
    shop.stripe.state.refunds[made["id"]].currency = "jpy"
    await shop.settle()
    (refund,) = (await payment_of(shop)).refunds
    assert (refund.amount, refund.share) == (
        Money(minor=200, currency="JPY"),
        Share(part=200, whole=800),
    )
    assert await shop.points() == 375
    assert (await payment_of(shop)).refundable == 499 - 499 // 4


@pytest.fixture
def refunding(paid: Shop, provider: StripeProvider) -> RefundService:
    return RefundService(
        runner=paid.runner,
        queries=paid.queries,
        providers={"stripe": provider},
        clock=paid.clock,
        new_id=lambda: OURS,
    )


async def made_in_yen(shop: Shop) -> str:
    """A refund in a currency in which nothing says what the payment was; nobody tells of it."""
    shop.stripe.plan("never", "*", times=None)
    made = await shop.stripe.refund(shop.session, 100)
    shop.stripe.state.refunds[made["id"]].currency = "jpy"
    return str(made["id"])


async def test_case_56_a_refund_that_cannot_be_measured_is_named_when_it_is_looked_up(
    paid: Shop, refunding: RefundService
) -> None:
    await made_in_yen(paid)
    with pytest.raises(Refused, match="100 JPY"):
        await refunding.look_up(await payment_of(paid))
    assert ((await payment_of(paid)).refunds, await paid.points()) == ((), 500)


async def test_a_refund_is_not_given_up_while_the_list_of_refunds_is_not_understood(
    paid: Shop, refunding: RefundService
) -> None:
    """Stripe refuses it for a dispute that nobody has told of."""
    await made_in_yen(paid)
    await paid.stripe.open_dispute(paid.session, amount=100)
    asked = await refunding.ask(
        key=key(), guild=GUILD, moderator=BEN, payment=PaymentId(PAYMENT), amount=euros(399)
    )
    assert (asked.refund.status, asked.problem) == (RefundStatus.PENDING, "")
    assert (await payment_of(paid)).is_refunding


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


USD_CHARGE = {
    "amount": 499,
    "currency": "eur",
    "balance_transaction": {"amount": 540, "currency": "usd"},
}


def moved(*amounts: int, currency: str = "usd", **odd: object) -> list[dict[str, object]]:
    """Movements of a dispute: what is negative was taken, what is positive came back."""
    return [
        {
            "amount": amount,
            "currency": currency,
            "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        }
        | odd
        for amount in amounts
    ]


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


@pytest.mark.parametrize(
    ("amount", "currency", "found", "share"),
    [
        (250, "eur", [], (250, 499)),
        (270, "usd", [], (270, 540)),
        (300, "jpy", moved(-270), (270, 540)),
        (300, "jpy", moved(-540, 540, -270), (270, 540)),
        (300, "jpy", moved(-200, currency="eur"), (200, 499)),
        (300, "jpy", moved(-200, currency="gbp"), None),
        (300, "jpy", moved(200), None),
        (300, "jpy", [], None),
    ],
)
def test_case_56_a_share_comes_from_the_charge_or_from_the_movements(
    amount: int, currency: str, found: object, share: tuple[int, int] | None
) -> None:
    charge = measured(USD_CHARGE)
    assert charge is not None
    expected = share and Share(part=share[0], whole=share[1])
    assert share_of(amount, currency, charge, movements(found)) == expected


def test_a_charge_that_says_too_little_measures_nothing() -> None:
    assert measured(None) is None
    assert measured({"amount": 499}) is None
    bare = measured({"amount": 0, "currency": "eur", "balance_transaction": "txn_1"})
    assert bare is not None
    assert bare.whole_in("eur") is None


class Overtaken:
    """Lets other answers be applied while the provider is asked, so many times."""

    def __init__(self, shop: Shop, times: int, on_progress: Callable[[int], ClaimUpdate]) -> None:
        self.shop = shop
        self.left = times
        self.overtaking = on_progress

    async def overtake(self) -> None:
        if not self.left:
            return
        self.left -= 1
        dispute = await dispute_of(self.shop)
        update = self.overtaking(dispute.version)
        await self.shop.runner.run(
            ApplyClaimLookup(
                key=ApplyClaimLookup.key_of(update),
                at=self.shop.clock(),
                actor=by_provider("stripe"),
                guild=GUILD,
                payment=PaymentId(PAYMENT),
                told=update,
            )
        )


async def look_ups_are_overtaken(
    shop: Shop, provider: StripeProvider, times: int, monkeypatch: pytest.MonkeyPatch
) -> Overtaken:
    """Each of the next look-ups finds that another answer was applied while it asked."""
    asked = (await payment_of(shop)).disputes[0]

    def open_again(version: int) -> ClaimUpdate:
        return DisputeUpdate(
            payment=PaymentId(PAYMENT),
            dispute=asked.id,
            status=DisputeStatus.OPEN,
            amount=asked.amount,
            intent=asked.intent,
            seen=version,
        )

    overtaken = Overtaken(shop, times, open_again)
    ask = provider.events.look_up

    async def look_up(event: ProviderEvent) -> ProviderEvent:
        found = await ask(event)
        await overtaken.overtake()
        return found

    monkeypatch.setattr(provider.events, "look_up", look_up)
    return overtaken


@pytest.mark.parametrize("times", [1, LOOKS - 1, LOOKS, LOOKS + 1])
async def test_an_answer_that_came_too_late_is_asked_for_again_without_an_attempt(
    paid: Shop, provider: StripeProvider, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await paid.stripe.open_dispute(paid.session)
    await paid.settle()
    overtaken = await look_ups_are_overtaken(paid, provider, times, monkeypatch)
    await paid.stripe.lose_dispute(made["id"])
    await paid.stripe.drain()
    event = paid.stripe.events("charge.dispute.closed")[0]["id"]
    await paid.inbox.retry_due()
    waiting = await paid.queries.inbox_event(event)
    assert waiting is not None
    if times >= LOOKS:
        assert (waiting.status, waiting.attempts) == (InboxStatus.PENDING, 1)
        assert waiting.retry_at is not None
        assert await paid.inbox.retry_due() == 0  # it waits a little
        paid.clock.pass_(2_000_000)
        await paid.inbox.retry_due()
    after = await paid.queries.inbox_event(event)
    assert after is not None
    assert (after.status, after.attempts) == (InboxStatus.HANDLED, 2)
    assert (overtaken.left, await paid.state()) == (0, PaymentState.CHARGED_BACK)


async def test_all_refunds_of_a_charge_are_asked_for_again_if_one_was_overtaken(
    paid: Shop,
) -> None:
    """`charge.refunded` names no refund: their versions are read for the second look."""
    paid.stripe.plan("hold", "*refund*", times=None)
    first = await paid.stripe.refund(paid.session, amount=100)
    await paid.stripe.refund(paid.session, amount=100)
    await paid.stripe.deliver(paid.stripe.events("charge.refunded")[0]["id"])
    await paid.settle()
    await paid.stripe.fail_refund(first["id"])
    await paid.stripe.deliver(paid.stripe.events("charge.refunded")[1]["id"])
    await paid.settle()
    assert await paid.points() == 500 - 500 * 100 // 499
    assert await paid.outcomes("charge.refunded") == {"handled"}
    assert {each.version for each in (await payment_of(paid)).refunds} == {2}


async def test_a_dispute_is_looked_up_by_its_id(paid: Shop, provider: StripeProvider) -> None:
    """As reconciliation does it: no message is needed."""
    paid.stripe.plan("never", "charge.dispute.*", times=None)
    made = await paid.stripe.open_dispute(paid.session)
    look = FreshLook(runner=paid.runner, queries=paid.queries, clock=paid.clock)
    for turn in (None, paid.stripe.win_dispute, paid.stripe.lose_dispute):
        if turn is not None:
            await turn(made["id"])

        async def ask() -> list[DisputeUpdate]:
            return [await provider.disputes.retrieve(made["id"])]

        (update,) = await look.take(await payment_of(paid), ask)
        assert (await dispute_of(paid)).status is update.status
    assert (await paid.state(), await paid.points()) == (PaymentState.CHARGED_BACK, 0)
    with pytest.raises(ProviderRefused):
        await provider.disputes.retrieve("du_unknown")
