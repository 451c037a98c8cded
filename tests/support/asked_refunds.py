"""Refunds that are asked for of a provider in memory."""

import itertools
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.refund import ApproveRefund, DeclineRefund
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundUpdate
from payments.runner.runner import Runner
from payments.services.refund_sending import Refunded
from payments.services.refunds import RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, BEN, EVE, GUILD, checkout_update, euros, event, initiate, key

ONE = PaymentId("one")


class Asked(FakeProvider):
    """Notes what is asked of it, and what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, str]] = []

    async def refund(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        self.calls.append(("refund", idempotency_key))
        return await super().refund(request, idempotency_key=idempotency_key)

    async def refunds_of(self, intent: str) -> list[RefundUpdate]:
        self.calls.append(("refunds_of", intent))
        return await super().refunds_of(intent)

    async def fee_of(self, intent: str) -> Money | None:
        self.calls.append(("fee_of", intent))
        return await super().fee_of(intent)


@pytest.fixture
def provider() -> Asked:
    return Asked()


@pytest.fixture
async def refunding(
    runner: Runner, queries: Queries, provider: Asked, clock: Time
) -> RefundService:
    """Ada has bought 500 points for 4.99."""
    await put_up(runner)
    await runner.run(initiate("one", at=clock()))
    await runner.run(event(checkout_update("one"), at=clock()))
    numbers = itertools.count(1)
    return RefundService(
        runner=runner,
        queries=queries,
        providers={provider.name: provider},
        clock=clock,
        new_id=lambda: f"refund-{next(numbers)}",
    )


async def ask(refunding: RefundService, amount: int = 200, **changes: Any) -> Refunded:
    wanted: dict[str, Any] = {"key": key(), "guild": GUILD, "moderator": BEN, "payment": ONE}
    return await refunding.ask(amount=euros(amount), **(wanted | changes))


async def the_payment(queries: Queries) -> Payment:
    found = await queries.payment(ONE)
    assert found is not None
    return found


async def points(queries: Queries, clock: Time) -> int:
    return (await queries.balance(GUILD, ADA, clock())).points


async def limit(runner: Runner, minor: int) -> None:
    settings = GuildSettings(guild=GUILD, approval_limit=euros(minor))
    await runner.run(
        ChangeSettings(key=key(), at=0, actor=by_member(EVE), guild=GUILD, settings=settings)  # type: ignore[arg-type]
    )


async def decide(
    refunding: RefundService, asked: Refunded, *, approve: bool = True, **changes: Any
) -> Refunded:
    wanted: dict[str, Any] = {
        "key": key(),
        "guild": GUILD,
        "moderator": EVE,
        "payment": ONE,
        "refund": asked.refund.id,
    }
    word = ApproveRefund if approve else DeclineRefund
    return await refunding.decide(word, **(wanted | changes))
