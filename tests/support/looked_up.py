"""A shop whose provider is asked for what is open."""

from typing import Any

import pytest

from payments.commands.payments.buy import OpenCheckout
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    DisputeUpdate,
    MoneyStatus,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import Instant
from payments.providers.requests import OpenedCheckout
from payments.runner.runner import Runner
from payments.services.lookups import Looked, LookUps
from payments.services.refunds import RefundService
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.fakes import FakeProvider
from tests.support.make import (
    GUILD,
    SYSTEM,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)


class Asked(FakeProvider):
    """Notes what it is asked for; fails for some of it."""

    def __init__(self, name: str = "stripe", *, livemode: bool = False) -> None:
        super().__init__(name=name, livemode=livemode)
        self.asked: list[str] = []
        self.wrong: dict[str, Exception] = {}

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if what in self.wrong:
            raise self.wrong[what]

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        self._ask(session)
        return await super().retrieve_checkout(session)

    async def refunds_of(self, intent: str) -> list[RefundUpdate]:
        self._ask(intent)
        return await super().refunds_of(intent)

    async def dispute(self, dispute: str) -> DisputeUpdate:
        self._ask(dispute)
        return await super().dispute(dispute)


class Shop:
    """Payments in every state, and who looks them up."""

    def __init__(self, runner: Runner, queries: Queries, clock: Time) -> None:
        self.runner, self.queries, self.clock = runner, queries, clock
        self.provider = Asked()
        self.events: list[tuple[int, int]] = []
        self.providers: dict[str, Any] = {"stripe": self.provider}

    def look_ups(self, runner: Any = None) -> LookUps:
        common: dict[str, Any] = {
            "runner": runner or self.runner,
            "queries": self.queries,
            "providers": self.providers,
            "clock": self.clock,
        }
        refunding = RefundService(new_id=lambda: "new", **common)
        return LookUps(refunding=refunding, **common)

    async def begin(self, name: str, *, at: Instant | None = None) -> None:
        """A checkout is open, here and there."""
        begun = initiate(name, at=self.clock() if at is None else at)
        await self.runner.run(begun)
        update = checkout_update(name, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
        self.provider.checkouts_by_id[f"cs_{name}"] = update
        await self.runner.run(
            OpenCheckout(
                key=key(),
                at=begun.at,
                actor=SYSTEM,
                guild=GUILD,
                payment=PaymentId(name),
                url="https://pay.example",
                update=update,
            )
        )

    async def buy(self, name: str, *, at: Instant | None = None) -> None:
        """A payment that was paid."""
        begun = initiate(name, at=self.clock() if at is None else at)
        await self.runner.run(begun)
        await self.runner.run(event(checkout_update(name), at=begun.at))

    async def refunding(self, name: str) -> None:
        """A refund of the dashboard is on its way."""
        update = refund_update(name, f"re_{name}", 100, RefundStatus.PENDING)
        await self.runner.run(event(update, at=self.clock()))

    async def disputed(self, name: str, status: DisputeStatus) -> None:
        update = dispute_update(name, f"dp_{name}", 100, status)
        await self.runner.run(event(update, at=self.clock()))
        self.provider.disputed[f"dp_{name}"] = update

    async def checkouts(self, **changes: Any) -> Looked:
        wanted: dict[str, Any] = {"all_of_them": True, "on_progress": self.note} | changes
        return await self.look_ups().checkouts(self.clock(), **wanted)

    async def refunds(self, **changes: Any) -> Looked:
        return await self.look_ups().refunds(**({"all_of_them": True} | changes))

    async def disputes(self, **changes: Any) -> Looked:
        wanted: dict[str, Any] = {"all_of_them": True, "on_progress": self.note} | changes
        return await self.look_ups().disputes(**wanted)

    def note(self, done: int, of: int) -> None:
        self.events.append((done, of))

    async def state(self, name: str) -> PaymentState:
        found = await self.queries.payment(PaymentId(name))
        assert found is not None
        return found.state


@pytest.fixture
async def shop(runner: Runner, queries: Queries, clock: Time) -> Shop:
    await put_up(runner)
    return Shop(runner, queries, clock)
