"""A member is one customer at Stripe, and nobody reads their address behind a forwarded link."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from app.customers import customers_of
from payments.domain.values.flags import parse_flags
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.time import HOUR, MINUTE
from payments.infra.outbound import Outbound, Policy
from payments.integrations.flags import Flags
from payments.providers.errors import AccessRefused
from payments.providers.stripe.provider import StripeProvider
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.sellers import Sellers
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.customers import CustomerIds, CustomerKey
from sandbox.base.faults import Fault
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, BEN, GUILD, START, key, package
from tests.support.web import SECRET, Web

KEY, NARROW = "sk_test_1", "rk_test_narrow"
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)


class Counter:
    """Sells at the local Stripe to members who are customers there."""

    def __init__(
        self, local: LocalStripe, runner: Runner, queries: Queries, clock: Time, database: Database
    ) -> None:
        self.local, self.runner, self.queries, self.clock = local, runner, queries, clock
        self.database = database
        self.ids = CustomerIds(database)
        self.refusals: list[AccessRefused] = []
        self._numbers = itertools.count(1)
        self.providers: list[StripeProvider] = []

    def service(self, secret: str = KEY) -> CheckoutService:
        provider = StripeProvider(
            secret_key=secret,
            webhook_secrets=[SECRET],
            outbound=Outbound(QUICK),
            api_url=self.local.url,
            refused=self.refusals.append,
            keeps_customers=True,
        )
        self.providers.append(provider)

        async def own(_: GuildId) -> dict[str, str]:
            return dict(parse_flags({}))

        providers = {"stripe": provider}
        customers = customers_of(providers, self.database, self.queries, self.clock)
        assert customers is not None
        return CheckoutService(
            runner=self.runner,
            queries=self.queries,
            sellers=Sellers(providers, Flags({}, own), customers=customers),
            clock=self.clock,
            new_id=lambda: f"0199a3c4-0000-7000-8000-{next(self._numbers):012}",
            public_url="http://localhost:8080",
            sells_in=lambda _: True,
        )

    async def buy(self, service: CheckoutService, member: MemberId = ADA) -> Payment:
        return await service.buy(key=key(), guild=GUILD, member=member, package=package().id)

    def customer_of(self, payment: Payment) -> str | None:
        return self.local.state.sessions[payment.session or ""].customer

    async def stored(self, member: MemberId = ADA) -> str | None:
        found = await self.ids.find(CustomerKey("stripe", False, member))
        return None if found is None else found.id


@pytest.fixture
async def counter(
    web: Web,
    local: LocalStripe,
    runner: Runner,
    queries: Queries,
    clock: Time,
    database: Database,
) -> AsyncIterator[Counter]:
    local.add_webhook_endpoint(f"{web.url}/webhooks/stripe", SECRET)
    await put_up(runner)
    opened = Counter(local, runner, queries, clock, database)
    yield opened
    for each in opened.providers:
        await each.close()


async def paid(counter: Counter, payment: Payment, email: str) -> None:
    await counter.local.pay(payment.session or "", email=email)
    await counter.local.drain()


async def test_a_member_is_one_customer_with_nothing_but_their_id(
    counter: Counter,
) -> None:
    service = counter.service()
    first = await counter.buy(service)
    await paid(counter, first, "ada@example.com")
    second = await counter.buy(service)
    other = await counter.buy(service, BEN)
    customer = counter.customer_of(first)
    assert customer is not None
    assert counter.customer_of(second) == customer == await counter.stored()
    assert counter.customer_of(other) not in {None, customer}
    shown = counter.local.state.customers[customer]
    assert (shown.email, shown.name, shown.phone, shown.description) == (None,) * 4
    assert shown.metadata["guildbank_member"] == str(ADA)


async def test_no_way_to_pay_is_saved_or_shown(counter: Counter) -> None:
    asked: dict[str, Any] = json.loads((await counter.buy(counter.service())).request)
    assert asked["customer"].startswith("cus_")
    assert not {"customer_email", "customer_update", "saved_payment_method_options"} & asked.keys()
    assert "setup_future_usage" not in asked["payment_intent_data"]


async def test_whoever_opens_a_link_never_reads_the_address_of_another_purchase(
    counter: Counter,
) -> None:
    """The second page is opened while the first can be paid, and the third afterwards."""
    service = counter.service()
    first, second = await counter.buy(service), await counter.buy(service)
    assert (counter.customer_of(first) is None, counter.customer_of(second)) == (False, None)
    await paid(counter, first, "ada@example.com")
    third = await counter.buy(service)
    assert counter.customer_of(third) == counter.customer_of(first)
    async with aiohttp.ClientSession() as http:
        for each in (second, third):
            async with http.get(counter.local.state.sessions[each.session or ""].address) as page:
                assert "ada@example.com" not in await page.text()


async def test_a_checkout_that_was_left_stops_the_next_ones_only_until_it_lapses(
    counter: Counter,
) -> None:
    service = counter.service()
    left = await counter.buy(service)
    assert counter.customer_of(await counter.buy(service)) is None
    counter.clock.pass_(CHECKOUT_LIFE + 11 * MINUTE)
    assert counter.customer_of(await counter.buy(service)) == counter.customer_of(left)


async def test_two_purchases_at_once_make_one_customer(counter: Counter) -> None:
    services = counter.service(), counter.service()
    both = await asyncio.gather(*(counter.buy(each) for each in services))
    (customer,) = counter.local.state.customers
    assert sorted(map(str, map(counter.customer_of, both))) == sorted([customer, "None"])
    assert await counter.stored() == customer


async def test_a_customer_that_was_deleted_is_made_again(counter: Counter) -> None:
    service = counter.service()
    first = await counter.buy(service)
    await paid(counter, first, "ada@example.com")
    counter.local.delete_customer(str(counter.customer_of(first)))
    second = await counter.buy(service)
    assert counter.customer_of(second) not in {None, counter.customer_of(first)}
    assert counter.customer_of(second) == await counter.stored()
    assert sum(not each.deleted for each in counter.local.state.customers.values()) == 1


async def test_live_and_test_mode_have_customers_of_their_own(counter: Counter) -> None:
    ids = counter.ids
    await ids.keep(CustomerKey("stripe", True, ADA), "cus_live", instead_of=None)
    bought = await counter.buy(counter.service())
    assert counter.customer_of(bought) not in {None, "cus_live"}
    live = await ids.find(CustomerKey("stripe", True, ADA))
    assert live is not None
    assert live.id == "cus_live"


async def test_a_key_that_may_not_sells_as_before_and_is_asked_once_an_hour(
    counter: Counter,
) -> None:
    needed = ["checkout_session_write", "payment_intent_write", "charge_write"]
    counter.local.add_restricted_key(NARROW, needed)
    service = counter.service(NARROW)
    for _ in range(2):
        bought = await counter.buy(service)
        assert bought.url is not None
        assert counter.customer_of(bought) is None
    assert counter.refusals == [], "the provider is not in trouble"
    counter.local.add_restricted_key(NARROW, [*needed, "customer_write"])
    assert counter.customer_of(await counter.buy(service)) is None
    counter.clock.pass_(2 * HOUR)
    assert counter.customer_of(await counter.buy(service)) is not None


async def test_where_customers_cannot_be_reached_it_is_sold_without(counter: Counter) -> None:
    counter.local.faults.add(Fault(kind="error", status=503, path="/v1/customers*", times=99))
    bought = await counter.buy(counter.service())
    assert (bought.url is None, counter.customer_of(bought)) == (False, None)


async def test_what_was_kept_first_counts_and_is_lent_once(database: Database) -> None:
    ids, ada = CustomerIds(database), CustomerKey("stripe", False, ADA)
    first = await ids.keep(ada, "cus_1", instead_of=None)
    assert await ids.keep(ada, "cus_2", instead_of=None) == first
    assert await ids.keep(ada, "cus_2", instead_of="cus_0") == first
    assert await ids.lend(ada, first, PaymentId("p1"), START)
    assert not await ids.lend(ada, first, PaymentId("p2"), START)
    found = await ids.find(ada)
    assert found is not None
    assert found.lent_to == "p1"
    assert (await ids.keep(ada, "cus_2", instead_of="cus_1")).id == "cus_2"
    await ids.forget_all()
    assert await ids.find(ada) is None


async def test_off_nobody_is_a_customer(
    provider: StripeProvider, database: Database, queries: Queries, clock: Time
) -> None:
    assert provider.customers is None
    assert customers_of({"stripe": provider}, database, queries, clock) is None
