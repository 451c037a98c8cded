"""The way of a purchase up to the pay link, and what comes in from the provider."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId, PackageId, PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import HOUR, SECOND
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.requests import OpenedCheckout
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.buying import buy, buying, provider
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, GUILD, initiate, package
from tests.support.outages import unreachable
from tests.support.selling import sellers_of

__all__ = ["buying", "provider"]  # fixtures


async def test_a_purchase_opens_a_checkout_and_gives_our_own_link(buying: CheckoutService) -> None:
    payment = await buy(buying)
    assert payment.state is PaymentState.INITIATED
    assert payment.url == "https://pay.example/cs_payment-1"
    assert buying.pay_url(payment.id) == "https://shop.example/pay/payment-1"


async def test_the_same_command_twice_is_one_purchase(
    buying: CheckoutService, provider: FakeProvider
) -> None:
    first, second = await buy(buying), await buy(buying)
    assert first.id == second.id
    assert len(provider.opened) == 1


async def test_the_request_that_was_stored_is_the_one_that_is_sent(
    buying: CheckoutService, provider: FakeProvider
) -> None:
    payment = await buy(buying)
    assert list(provider.opened) == ["payment-1:checkout:1"]
    assert json.loads(payment.request)["success_url"] == (
        "https://shop.example/pay/payment-1/success"
    )


async def test_the_way_back_from_the_provider_knows_the_channel(buying: CheckoutService) -> None:
    asked = json.loads((await buy(buying, channel=77)).request)
    page = "https://shop.example/pay/payment-1"
    assert asked["success_url"] == f"{page}/success?channel=77"
    assert asked["cancel_url"] == f"{page}/cancel?channel=77"


async def test_selling_works_only_where_it_is_allowed(buying: CheckoutService) -> None:
    with pytest.raises(Refused, match="not sold on this server"):
        await buy(buying, guild=GuildId(1))


async def test_what_is_not_for_sale_is_refused_with_a_sentence(buying: CheckoutService) -> None:
    with pytest.raises(Refused, match="no such package"):
        await buy(buying, package=PackageId("free money"))


@only_on_sqlite
@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (
            unreachable(),
            (
                "The payment provider cannot be reached right now. Nothing was charged. "
                "Please try again in a minute."
            ),
        ),
        (
            ProviderRefused("No such currency."),
            (
                "The payment provider did not accept this purchase. Nothing was charged. "
                "Please tell a moderator."
            ),
        ),
        (
            AccessRefused("The key is refused."),
            (
                "The payment provider does not let this bot sell right now. Nothing was "
                "charged. Whoever runs the bot has been told; please try again later."
            ),
        ),
    ],
)
async def test_why_there_is_no_link_is_said_without_the_providers_words(
    buying: CheckoutService, provider: FakeProvider, failure: Exception, sentence: str
) -> None:
    provider.failures.append(failure)
    with capture_logs() as lines, pytest.raises(Refused) as refused:
        await buy(buying)
    assert str(refused.value) == sentence
    (line,) = [line for line in lines if line["event"] == "checkout.not_opened"]
    assert (line["payment"], line["error"]) == ("payment-1", str(failure))


@only_on_sqlite
async def test_all_that_the_provider_is_asked_for_stands_with_the_payment(
    buying: CheckoutService, provider: FakeProvider, queries: Queries, clock: Time
) -> None:
    payment = await buy(buying)
    assert json.loads(payment.request) == {
        "payment": "payment-1",
        "installation": await queries.installation(),
        "guild": GUILD,
        "member": ADA,
        "package": package().id,
        "description": "500 for 499 (500 points)",
        "price": {"minor": 499, "currency": "EUR"},
        "expires_at": clock() + HOUR,
        "success_url": "https://shop.example/pay/payment-1/success",
        "cancel_url": "https://shop.example/pay/payment-1/cancel",
        "tax": None,
        "authorizes": False,
        "customer": None,
    }
    assert (payment.member, payment.provider, payment.livemode) == (ADA, provider.name, False)
    assert payment.installation == await queries.installation()
    assert payment.expires_at == clock() + HOUR


@only_on_sqlite
async def test_how_long_it_took_until_there_was_a_link_is_noted_once(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    await put_up(runner)
    taken: list[int] = []

    class Slow(FakeProvider):
        async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
            clock.pass_(3 * SECOND)
            return await FakeProvider.open_checkout(self, request, idempotency_key=idempotency_key)

    timed = CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": Slow()}),
        clock=clock,
        new_id=lambda: "one",
        public_url="https://shop.example",
        sells_in=lambda _: True,
        opened=taken.append,
    )
    for _ in range(2):
        await buy(timed)
    assert taken == [3 * SECOND]


class Odd(FakeProvider):
    """Opens checkouts for another amount."""

    async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        opened = await FakeProvider.open_checkout(self, request, idempotency_key=idempotency_key)
        return replace(opened, update=replace(opened.update, subtotal=1))


@only_on_sqlite
@pytest.mark.parametrize("provider", [Odd()])
async def test_a_page_that_does_not_fit_is_given_to_nobody_and_moderators_hear_of_it(
    buying: CheckoutService, queries: Queries, database: Database
) -> None:
    with pytest.raises(Refused, match=r"does not fit this package\. Please tell a moderator"):
        await buy(buying)
    payment = await queries.payment(PaymentId("payment-1"))
    assert payment is not None
    assert (payment.url, payment.session) == (None, None)
    assert payment.mismatch == "The checkout's amount is 1, the package's 499."
    query = select(tables.events.c.body).where(tables.events.c.name == "payment.error")
    (body,) = await database.transact(lambda c: c.execute(query).scalars().all())
    assert json.loads(body)["reason"] == payment.mismatch


async def begun_only(runner: Runner, clock: Time, name: str) -> None:
    """A purchase whose link was never given out: the process was killed in between, say."""
    await runner.run(replace(initiate(name, at=clock()), counts_for_quota=True))


@only_on_sqlite
async def test_where_no_unpaid_purchase_has_a_link_only_the_reason_is_said(
    buying: CheckoutService, runner: Runner, clock: Time
) -> None:
    for number in range(5):
        await begun_only(runner, clock, f"p{number}")
    with pytest.raises(Refused) as refused:
        await buy(buying)
    assert str(refused.value) == (
        "You have 5 unpaid purchases and can't start another. The oldest expires in 60 minutes."
    )


@only_on_sqlite
async def test_of_several_unpaid_purchases_the_first_that_has_a_link_is_offered(
    buying: CheckoutService, runner: Runner, clock: Time, provider: FakeProvider
) -> None:
    await put_up(runner, replace(package(), id=PackageId("other"), name="another"))
    for number in range(2):
        await begun_only(runner, clock, f"p{number}")
    elsewhere = [await buy(buying, f"buy:{n}", package=PackageId("other")) for n in range(2)]
    mine = [await buy(buying, "buy:mine")]
    assert (await buy(buying, "buy:again")).id == mine[0].id
    again = await buy(buying, "buy:other", package=PackageId("other"))
    assert again.id == elsewhere[0].id
    await put_up(runner, replace(package(), id=PackageId("third"), name="a third"))
    with pytest.raises(Refused, match=f"https://shop.example/pay/{elsewhere[0].id}$"):
        await buy(buying, "buy:third", package=PackageId("third"))
    assert len(provider.opened) == 3


@only_on_sqlite
async def test_a_purchase_that_the_database_has_lost_is_an_error(
    runner: Runner, queries: Queries, provider: FakeProvider, clock: Time
) -> None:
    """As after a restore behind our back: nobody is sent to a page for it."""
    await put_up(runner)

    class Forgetful:
        def __getattr__(self, name: str) -> Any:
            return getattr(queries, name)

        async def payment(self, payment: PaymentId) -> None:
            assert payment == "one"

    forgetful: Any = Forgetful()
    lost = CheckoutService(
        runner=runner,
        queries=forgetful,
        sellers=sellers_of({"stripe": provider}),
        clock=clock,
        new_id=lambda: "one",
        public_url="https://shop.example",
        sells_in=lambda _: True,
    )
    with pytest.raises(LookupError, match="payment one was committed and is not there"):
        await buy(lost)
    assert provider.opened == {}


@pytest.mark.parametrize("failure", [unreachable(), ProviderRefused("No such currency.")])
async def test_a_checkout_that_cannot_be_opened_is_given_up_with_a_sentence(
    buying: CheckoutService, provider: FakeProvider, queries: Queries, failure: Exception
) -> None:
    provider.failures.append(failure)
    with pytest.raises(Refused, match="Nothing was charged"):
        await buy(buying)
    payment = await queries.payment(PaymentId("payment-1"))
    assert payment is not None
    assert payment.state is PaymentState.FAILED
