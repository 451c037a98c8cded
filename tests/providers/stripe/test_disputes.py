"""What follows from disputes and fraud warnings: who is told, who may not buy, what is missed."""

import dataclasses

import pytest

from payments.commands.base import by_member
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import DAY, MINUTE, later
from payments.providers.stripe.provider import StripeProvider
from payments.services.checkout import CheckoutService
from payments.services.reconciliation import Reconciliation
from sandbox.stripe import Fault
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import ADA, BEN, EVE, GUILD, key, package
from tests.support.refunding import fresh_id
from tests.support.selling import sellers_of
from tests.support.shop import Shop
from tests.support.web import PAYMENT, Web

pytestmark = only_on_sqlite


@pytest.fixture
def buying(shop: Shop, provider: StripeProvider, web: Web) -> CheckoutService:
    return CheckoutService(
        runner=shop.runner,
        queries=shop.queries,
        sellers=sellers_of({"stripe": provider}),
        clock=shop.clock,
        new_id=fresh_id,
        public_url=web.url,
        sells_in=lambda _: True,
    )


async def dispute(shop: Shop) -> str:
    """The buyer's bank disputes the payment. Returns the dispute's id."""
    opened = await shop.stripe.open_dispute(shop.session)
    await shop.settle()
    return str(opened["id"])


async def may_buy(shop: Shop, buying: CheckoutService) -> bool:
    """Whether they can; what is asked of the books and what the member reads agree."""
    banned = await shop.queries.purchase_banned_by(GUILD, ADA)
    buy = buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)
    if not banned:
        assert (await buy).member == ADA
        return True
    assert banned == (PAYMENT,)
    with pytest.raises(Refused, match="charged back"):
        await buy
    return False


async def lift(shop: Shop) -> None:
    await shop.runner.run(
        LiftPurchaseBan(key=key(), at=shop.clock(), actor=by_member(EVE), guild=GUILD, member=ADA)
    )


@on_both
async def test_who_has_lost_a_dispute_may_not_buy_until_a_moderator_lifts_it(
    paid: Shop, buying: CheckoutService
) -> None:
    disputed = await dispute(paid)
    assert await may_buy(paid, buying)
    await paid.stripe.lose_dispute(disputed)
    await paid.settle()
    assert not await may_buy(paid, buying)
    await lift(paid)
    assert await may_buy(paid, buying)
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert await may_buy(paid, buying)
    with pytest.raises(Refused, match="can buy already"):
        await lift(paid)


@on_both
async def test_case_46_a_late_win_also_lets_the_member_buy_again(
    paid: Shop, buying: CheckoutService
) -> None:
    disputed = await dispute(paid)
    await paid.stripe.lose_dispute(disputed)
    await paid.settle()
    assert not await may_buy(paid, buying)
    await paid.stripe.win_dispute(disputed)
    await paid.settle()
    assert await may_buy(paid, buying)
    assert await paid.points() == 500
    assert await paid.times_emitted("payment.dispute_won") == 1


async def test_each_step_of_a_dispute_is_told_once_with_its_deadline(paid: Shop) -> None:
    asked = await paid.stripe.open_inquiry(paid.session)
    await paid.settle()
    assert await paid.times_emitted("payment.inquired") == 1
    await paid.stripe.escalate_inquiry(asked["id"])
    await paid.settle()
    assert await paid.times_emitted("payment.disputed") == 1
    shown = await paid.queries.payment(PaymentId(PAYMENT))
    assert shown is not None
    (known,) = shown.disputes
    assert known.reason
    assert known.due_by is not None
    assert known.due_by > paid.clock()
    await paid.stripe.lose_dispute(asked["id"])
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    for name in ("payment.inquired", "payment.disputed", "payment.charged_back"):
        assert await paid.times_emitted(name) == 1


async def test_a_fraud_warning_is_told_once_and_moves_nothing(paid: Shop) -> None:
    await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    assert await paid.times_emitted("payment.fraud_warned") == 1
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED
    assert await paid.outcomes("radar.%") == {"handled"}


@on_both
@pytest.mark.parametrize("how", ["by its reason", "after a warning"])
async def test_case_57_a_refund_for_fraud_takes_what_was_passed_on_and_bars(
    paid: Shop, buying: CheckoutService, how: str
) -> None:
    passed = TransferPoints(
        key=key(),
        at=later(paid.clock(), 4 * DAY),
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        points=400,
        recipient=BEN,
    )
    await paid.runner.run(passed)
    if how == "after a warning":
        await paid.stripe.warn_of_fraud(paid.session)
        await paid.settle()
    reason = "fraudulent" if how == "by its reason" else None
    await paid.stripe.refund(paid.session, reason=reason)
    await paid.settle()
    balances = [(await paid.queries.balance(GUILD, who, paid.clock())).points for who in (ADA, BEN)]
    assert balances == [0, 0]
    assert not await may_buy(paid, buying)
    await lift(paid)
    assert await may_buy(paid, buying)


async def test_a_refund_for_any_other_reason_reaches_nobody_and_bars_nobody(
    paid: Shop, buying: CheckoutService
) -> None:
    await paid.stripe.refund(paid.session, reason="duplicate")
    await paid.settle()
    assert await may_buy(paid, buying)


async def test_a_warning_that_comes_too_late_to_act_on_is_not_told(paid: Shop) -> None:
    await paid.stripe.refund(paid.session)
    await paid.settle()
    await paid.stripe.warn_of_fraud(paid.session)
    await paid.settle()
    assert await paid.times_emitted("payment.fraud_warned") == 0


@on_both
async def test_a_refund_of_another_intent_takes_no_points(
    paid: Shop, provider: StripeProvider, web: Web
) -> None:
    """Somebody has made a second session with our metadata, and paid it; it is no purchase."""
    first = paid.stripe.state.sessions[paid.session]
    second = await provider.refunds._client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "client_reference_id": PAYMENT,
            "metadata": dict(first.metadata),
            "payment_intent_data": {"metadata": dict(first.metadata)},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 499,
                        "product_data": {"name": "A copy"},
                    },
                }
            ],
            "success_url": f"{web.url}/x",
        }
    )
    await paid.stripe.pay(second.id)
    await paid.stripe.refund(second.id)
    await paid.stripe.open_dispute(second.id)
    await paid.settle()
    assert await paid.points() == 500
    assert await paid.state() is PaymentState.COMPLETED
    assert await paid.outcomes("refund.%") == {"quarantined"}
    assert await paid.outcomes("charge.dispute.%") == {"quarantined"}


async def test_case_20_a_bank_debit_that_settles_after_days_is_looked_up(
    shop: Shop, reconciliation: Reconciliation
) -> None:
    await shop.stripe.pay_later(shop.session)
    await shop.settle()
    assert await shop.state() is PaymentState.PROCESSING
    shop.stripe.plan("never", "*", times=None)
    shop.clock.pass_(5 * DAY)
    await shop.stripe.succeed_later(shop.session)
    await reconciliation.reconcile(later(shop.clock(), -DAY))
    assert await shop.points() == 500


@pytest.mark.parametrize("body", [b"[]", b"null", b'"x"', b"3", b'{"object": "list"}'])
async def test_an_answer_that_makes_no_sense_is_an_outage(
    paid: Shop, reconciliation: Reconciliation, body: bytes
) -> None:
    paid.clock.pass_(10 * MINUTE)
    paid.stripe.faults.add(
        Fault(kind="malformed", body=body, method="GET", path="/v1/events", times=3)
    )
    report = await reconciliation.reconcile(later(paid.clock(), -DAY))
    assert len(report.failed) == 1
    assert report.failed[0].startswith("The messages of stripe: Stripe: ")


async def test_a_stuck_message_about_a_payment_is_told_to_its_own_guild_once(
    paid: Shop,
) -> None:
    """Whichever guilds may sell: the payment says whose moderators must look."""
    made = await paid.stripe.refund(paid.session, amount=100)
    await paid.settle()
    paid.stripe.state.refunds[made["id"]].payment_intent = "pi_of_somebody_else"
    (charge,) = paid.stripe.state.charges.values()
    intent = paid.stripe.state.intents[str(charge.payment_intent)]
    paid.stripe.state.intents["pi_of_somebody_else"] = dataclasses.replace(
        intent, id="pi_of_somebody_else"
    )
    for event in paid.stripe.events("refund.created"):
        await paid.stripe.deliver(event["id"])
    paid.stripe.forge("refund.updated", {"id": made["id"], "object": "refund"})
    await paid.settle()
    assert await paid.times_emitted("provider_event.stuck") == 1
