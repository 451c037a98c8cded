"""A taxed package, bought on Stripe's page: what is asked for, paid, refunded and reported."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from payments.domain.values.guilds import Package
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.report import Period
from payments.domain.values.tax import PaymentTax, TaxBehavior, TaxRule
from payments.domain.values.time import DAY, later
from payments.providers.stripe.provider import StripeProvider
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.inbox import Inbox
from payments.services.journal import read_journal
from payments.services.refunds import RefundService
from payments.services.reports import read_report
from payments.services.taxes import NO_TAXES
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, BEN, GUILD, key, package
from tests.support.refunding import fresh_id
from tests.support.selling import sellers_of
from tests.support.shop import Shop
from tests.support.taxing import taxes_on
from tests.support.web import PAYMENT, SECRET, Web

Buy = Callable[..., Awaitable[Shop]]


@pytest.fixture
async def buy(
    web: Web,
    local: LocalStripe,
    provider: StripeProvider,
    inbox: Inbox,
    queries: Queries,
    runner: Runner,
    database: Database,
    clock: Time,
) -> AsyncIterator[Buy]:
    """Puts a package up and begins to buy it, where taxes are on or not."""
    local.add_webhook_endpoint(f"{web.url}/webhooks/stripe", SECRET)

    async def begin(of: Package, *, is_taxed: bool = True) -> Shop:
        await put_up(runner, of)
        buying = CheckoutService(
            runner=runner,
            queries=queries,
            sellers=sellers_of({"stripe": provider}),
            clock=clock,
            new_id=lambda: PAYMENT,
            public_url=web.url,
            sells_in=lambda _: True,
            taxes=taxes_on() if is_taxed else NO_TAXES,
        )
        payment = await buying.buy(key=key(), guild=GUILD, member=ADA, package=of.id)
        return Shop(
            stripe=local,
            inbox=inbox,
            queries=queries,
            runner=runner,
            database=database,
            clock=clock,
            session=payment.session or "",
        )

    yield begin
    assert await database.transact(lambda connection: list(verify(connection))) == []


def taxed(behavior: str, minor: int = 499, currency: str = "EUR") -> Package:
    return replace(
        package(minor=minor, currency=currency), tax=TaxRule(behavior=TaxBehavior(behavior))
    )


async def payment_of(shop: Shop) -> Payment:
    found = await shop.queries.payment(PaymentId(PAYMENT))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("behavior", "currency", "price", "place", "paid", "tax"),
    [
        ("exclusive", "EUR", 499, ("DE", "10115"), 594, 95),
        ("inclusive", "EUR", 499, ("DE", "10115"), 499, 80),
        ("exclusive", "JPY", 505, ("JP", "100-0001"), 556, 51),
        ("inclusive", "JPY", 505, ("JP", "100-0001"), 505, 46),
        ("exclusive", "EUR", 499, ("US", "97201"), 499, 0),
    ],
)
async def test_points_come_for_the_price_whatever_the_tax(
    buy: Buy,
    behavior: str,
    currency: str,
    price: int,
    place: tuple[str, str],
    paid: int,
    tax: int,
) -> None:
    shop = await buy(taxed(behavior, price, currency))
    assert (await payment_of(shop)).tax == PaymentTax(rule=TaxRule(behavior=TaxBehavior(behavior)))
    await shop.stripe.pay(shop.session, place=place)
    await shop.settle()
    payment = await payment_of(shop)
    assert (payment.paid, payment.mismatch) == (paid, None)
    assert payment.tax is not None
    assert payment.tax.taken == tax
    assert await shop.points() == 500
    period = Period(
        start=later(shop.clock(), -DAY), end=later(shop.clock(), DAY), guild=GUILD, livemode=False
    )
    report = await read_report(shop.queries, period)
    (money,) = report.money
    assert (money.gross, money.tax, money.worth) == (paid, tax, paid - tax)
    (entry,) = await read_journal(shop.queries, period)
    assert sum(line.credit for line in entry.lines) == paid
    assert {line.credit for line in entry.lines if line.account == "Tax payable"} <= {tax}


async def test_the_session_asks_for_code_and_behavior(buy: Buy) -> None:
    shop = await buy(
        replace(package(), tax=TaxRule(behavior=TaxBehavior.INCLUSIVE, code="txcd_10502000"))
    )
    asked = json.loads((await payment_of(shop)).request)
    assert asked["automatic_tax"] == {"enabled": True}
    price = asked["line_items"][0]["price_data"]
    assert price["tax_behavior"] == "inclusive"
    assert price["product_data"]["tax_code"] == "txcd_10502000"


async def test_where_taxes_are_off_nothing_of_them_is_asked(buy: Buy) -> None:
    shop = await buy(taxed("exclusive"), is_taxed=False)
    payment = await payment_of(shop)
    assert payment.tax is None
    assert "tax" not in payment.request
    await shop.stripe.pay(shop.session)
    await shop.settle()
    assert await shop.points() == 500


@pytest.mark.parametrize(
    ("behavior", "total", "tax"),
    [
        ("inclusive", 594, 95),
        ("inclusive", 500, 80),
        ("exclusive", 499, 95),
        ("exclusive", 595, 95),
    ],
)
async def test_a_total_that_does_not_fit_its_tax_waits_for_a_person(
    buy: Buy, behavior: str, total: int, tax: int
) -> None:
    """Also what the other behaviour would have come to."""
    shop = await buy(taxed(behavior))
    shown = shop.stripe.state.session(shop.session).render()
    shown |= {"status": "complete", "payment_status": "paid", "amount_total": total}
    shown["total_details"] |= {"amount_tax": tax}
    shop.stripe.forge("checkout.session.completed", shown)
    await shop.settle()
    payment = await payment_of(shop)
    assert payment.mismatch is not None
    assert f"With {tax} of tax, which is {behavior}, the package costs" in payment.mismatch
    assert (await shop.points(), payment.paid) == (0, None)


@pytest.mark.parametrize("shares", [(594,), (100, 200, 294), (1, 1, 592)])
async def test_each_refund_takes_its_share_of_the_tax_back(
    buy: Buy, provider: StripeProvider, shares: tuple[int, ...]
) -> None:
    """The shares of all parts are the tax, in the report as in the quotes."""
    shop = await buy(taxed("exclusive"))
    await shop.stripe.pay(shop.session, place=("DE", "10115"))
    await shop.settle()
    refunding = RefundService(
        runner=shop.runner,
        queries=shop.queries,
        providers={"stripe": provider},
        clock=shop.clock,
        new_id=fresh_id,
    )
    quoted = 0
    for part in shares:
        payment = await payment_of(shop)
        quote = await refunding.quote(
            guild=GUILD,
            payment=payment.id,
            amount=replace(payment.price, minor=part),
            moderator=BEN,
        )
        quoted += quote.effect.tax.minor
        await shop.stripe.refund(shop.session, part)
        await shop.settle()
    assert (await payment_of(shop)).state is PaymentState.REFUNDED
    assert quoted == 95
    period = Period(
        start=later(shop.clock(), -DAY), end=later(shop.clock(), DAY), guild=GUILD, livemode=False
    )
    (money,) = (await read_report(shop.queries, period)).money
    assert (money.refunded, money.refunded_tax, money.worth) == (594, 95, 0)
