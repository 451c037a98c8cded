"""Refunds and disputes in another currency than their payment's are measured by what it was."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.ids import House, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.share import Share
from payments.infra.outbound import Outbound
from payments.providers.stripe.provider import StripeProvider
from payments.providers.stripe.shares import measured, movements, share_of
from payments.services.refunds import RefundService
from sandbox.stripe import LocalStripe
from tests.support.claim_objects import moved
from tests.support.databases import only_on_sqlite
from tests.support.make import BEN, GUILD, euros, key
from tests.support.shop import Shop
from tests.support.shop_facts import dispute_of, events_of, payment_of
from tests.support.web import PAYMENT

pytestmark = only_on_sqlite


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


USD_CHARGE = {
    "amount": 499,
    "currency": "eur",
    "balance_transaction": {"amount": 540, "currency": "usd"},
}


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
