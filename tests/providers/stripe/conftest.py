"""Stripe's messages at the real web face, and a shop whose provider is the local Stripe."""

from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry

from payments.infra.outbound import Outbound, Policy
from payments.providers.stripe.provider import StripeProvider
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.health import Health, usual_checks
from payments.services.inbox import Inbox
from payments.services.provider_access import AccessRefusals, ProviderAccess
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from payments.services.surplus import SurplusRefunds
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from payments.store.verify.verify import verify
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.key_access import KEY, QUICK, Watched
from tests.support.make import ADA, GUILD, key, package
from tests.support.refunding import fresh_id
from tests.support.selling import sellers_of
from tests.support.shop import Shop
from tests.support.web import PAYMENT, SECRET, Web, inbox, open_payment, parts, web

__all__ = ["inbox", "open_payment", "parts", "web"]


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_1", clock=clock, seed=1) as running:
        yield running


@pytest.fixture
async def provider(local: LocalStripe) -> AsyncIterator[StripeProvider]:
    quick = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
    opened = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=[SECRET],
        outbound=Outbound(quick),
        api_url=local.url,
    )
    yield opened
    await opened.close()


@pytest.fixture
async def shop(
    web: Web,
    local: LocalStripe,
    provider: StripeProvider,
    inbox: Inbox,
    queries: Queries,
    runner: Runner,
    database: Database,
    clock: Time,
) -> AsyncIterator[Shop]:
    local.add_webhook_endpoint(f"{web.url}/webhooks/stripe", SECRET)
    await put_up(runner)
    buying = CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": provider}),
        clock=clock,
        new_id=lambda: PAYMENT,
        public_url=web.url,
        sells_in=lambda _: True,
    )
    payment = await buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)
    assert payment.session is not None
    opened = Shop(
        stripe=local,
        inbox=inbox,
        queries=queries,
        runner=runner,
        database=database,
        clock=clock,
        session=payment.session,
    )
    yield opened
    assert await database.transact(lambda connection: list(verify(connection))) == []


@pytest.fixture
async def paid(shop: Shop) -> Shop:
    await shop.stripe.pay(shop.session)
    await shop.settle()
    assert await shop.points() == 500
    return shop


@pytest.fixture
def refunding(shop: Shop, provider: StripeProvider) -> RefundService:
    return RefundService(
        runner=shop.runner,
        queries=shop.queries,
        providers={"stripe": provider},
        clock=shop.clock,
        new_id=fresh_id,
    )


@pytest.fixture
def reconciliation(
    shop: Shop, provider: StripeProvider, refunding: RefundService
) -> Reconciliation:
    return Reconciliation(
        runner=shop.runner,
        queries=shop.queries,
        states=ProviderStates(shop.database),
        inbox=shop.inbox,
        refunding=refunding,
        surplus=SurplusRefunds(
            runner=shop.runner,
            queries=shop.queries,
            providers={"stripe": provider},
            clock=shop.clock,
            new_id=fresh_id,
        ),
        providers={"stripe": provider},
        clock=shop.clock,
    )


@pytest.fixture
async def watched(
    paid: Shop, queries: Queries, runner: Runner, clock: Time
) -> AsyncIterator[Watched]:
    refusals, registry, outbound = AccessRefusals(clock), CollectorRegistry(), Outbound(QUICK)
    provider = StripeProvider(
        secret_key=KEY,
        webhook_secrets=[SECRET],
        outbound=outbound,
        api_url=paid.stripe.url,
        refused=lambda error: refusals.note("stripe", error),
    )
    providers = {"stripe": provider}
    inbox = Inbox(runner=runner, queries=queries, providers=providers, clock=clock, home=GUILD)
    access = ProviderAccess(
        providers=providers,
        refusals=refusals,
        states=ProviderStates(paid.database),
        queries=queries,
        runner=runner,
        guilds=(GUILD,),
        clock=clock,
        shown=Metrics(registry),
        mended=inbox.retry_waiting,
    )
    health = Health(
        usual_checks(
            queries=queries,
            migrations=all_migrations(),
            providers=providers,
            outbound=outbound,
            clock=clock,
        )
    )
    yield Watched(
        shop=paid,
        inbox=inbox,
        access=access,
        refusals=refusals,
        provider=provider,
        registry=registry,
        health=health,
    )
    await provider.close()
