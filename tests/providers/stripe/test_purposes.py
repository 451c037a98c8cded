"""What fails in the background closes no shop."""

import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.time import HOUR
from payments.infra.outbound import Line, Outbound, Policy, Purpose
from payments.providers.stripe.provider import StripeProvider
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.inbox import Inbox
from payments.store.queries import Queries
from sandbox.stripe import Fault, LocalStripe
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import ADA, GUILD, key, package
from tests.support.selling import sellers_of
from tests.support.web import PAYMENT, SECRET, event_body

QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)


@pytest.fixture
async def stripe(clock: Time) -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key="sk_test_1", clock=clock, seed=1) as running:
        yield running


@contextlib.asynccontextmanager
async def speaking(
    stripe: LocalStripe, outbound: Outbound, purpose: Purpose
) -> AsyncIterator[StripeProvider]:
    provider = StripeProvider(
        secret_key="sk_test_1",
        webhook_secrets=[SECRET],
        outbound=outbound,
        api_url=stripe.url,
        purpose=purpose,
    )
    yield provider
    await provider.close()


def dispute_event(name: str) -> str:
    return event_body("charge.dispute.created", id=f"evt_{name}", session={"id": f"du_{name}"})


async def test_disputes_that_cannot_be_looked_up_keep_nobody_from_buying(
    stripe: LocalStripe, runner: Runner, queries: Queries, clock: Time
) -> None:
    """Wave after wave, also with so many of them that their own breaker opens."""
    outbound = Outbound(QUICK)
    async with (
        speaking(stripe, outbound, Purpose.MEMBERS) as members,
        speaking(stripe, outbound, Purpose.BACKGROUND) as background,
    ):
        inbox = Inbox(runner=runner, queries=queries, providers={"stripe": background}, clock=clock)
        for number in range(6):
            await inbox.receive(background, background.events.read(dispute_event(str(number))))
        stripe.faults.add(Fault(kind="error", path="/v1/disputes/*", times=999))
        for _ in range(3):
            assert await inbox.retry_due() > 0
            clock.pass_(HOUR)
        states = {line.purpose: state for line, state in outbound.states.items()}
        assert states == {Purpose.BACKGROUND: "opened"}
        await put_up(runner)
        buying = CheckoutService(
            runner=runner,
            queries=queries,
            sellers=sellers_of({"stripe": members}),
            clock=clock,
            new_id=lambda: PAYMENT,
            public_url="http://localhost:8080",
            sells_in=lambda _: True,
        )
        bought = await buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)
        assert bought.url is not None


async def test_one_dispute_that_always_fails_holds_up_no_other(
    stripe: LocalStripe, runner: Runner, queries: Queries, clock: Time
) -> None:
    outbound = Outbound(QUICK)
    async with speaking(stripe, outbound, Purpose.BACKGROUND) as background:
        inbox = Inbox(runner=runner, queries=queries, providers={"stripe": background}, clock=clock)
        stripe.faults.add(Fault(kind="error", path="/v1/disputes/du_bad", times=999))
        await inbox.receive(background, background.events.read(dispute_event("bad")))
        for _ in range(5):
            clock.pass_(HOUR)
            await inbox.retry_due()
        line = Line(integration="stripe", purpose=Purpose.BACKGROUND)
        assert outbound.states == {line: "closed"}
        found = await background.checkouts.retrieve(await a_session(background))
        assert found.update.session


async def a_session(provider: StripeProvider) -> str:
    """Another object, of which nothing is wrong."""
    params = {
        "mode": "payment",
        "client_reference_id": PaymentId(PAYMENT),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 499,
                    "product_data": {"name": "Starter"},
                },
            }
        ],
        "success_url": "http://localhost:8080/yes",
        "cancel_url": "http://localhost:8080/no",
    }
    opened = await provider.checkouts.open(json.dumps(params), idempotency_key="another")
    return opened.update.session
