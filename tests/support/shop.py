"""A shop with one purchase, whose provider is the local Stripe."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints
from payments.domain.values.ids import AccountKey, House, PaymentId, house_or_member
from payments.domain.values.payment_state import PaymentState
from payments.runner.runner import Runner
from payments.services.inbox import Inbox
from payments.store import tables
from payments.store.books.holds import load_payments_whole
from payments.store.engine.database import Database
from payments.store.queries import Queries
from sandbox.stripe import LocalStripe
from tests.conftest import Time
from tests.support.make import ADA, GUILD, key
from tests.support.web import PAYMENT


@dataclass(kw_only=True)
class Shop:
    """One paid purchase of 500 points for 4.99, and what both sides know of it."""

    stripe: LocalStripe
    inbox: Inbox
    queries: Queries
    runner: Runner
    database: Database
    clock: Time
    session: str = ""

    async def settle(self) -> None:
        """Let all that Stripe has sent be applied, looked up and carried out."""
        await self.stripe.drain()
        while await self.inbox.retry_due():
            pass

    async def points(self) -> int:
        return (await self.queries.balance(GUILD, ADA, self.clock())).points

    async def state(self) -> PaymentState:
        def work(connection: Connection) -> PaymentState:
            ((payment, _),) = load_payments_whole(connection, [PaymentId(PAYMENT)])
            return payment.state

        return await self.database.transact(work)

    async def house(self, account: House) -> int:
        """What one of the guild's own accounts holds."""

        def work(connection: Connection) -> int:
            total = 0
            for row in connection.execute(select(tables.transfers)).mappings():
                for side, sign_ in (("destination", 1), ("source", -1)):
                    owner = house_or_member(row[side])
                    if AccountKey(GUILD, owner) == AccountKey(GUILD, account):
                        total += sign_ * row["points"]
            return total

        return await self.database.transact(work)

    async def outcomes(self, kind: str) -> set[str]:
        """What became of the events of a kind."""
        table = tables.provider_events
        query = select(table.c.status).where(table.c.kind.like(kind))
        return await self.database.transact(lambda c: set(c.execute(query).scalars()))

    async def times_emitted(self, name: str) -> int:
        """How often something was told."""
        query = select(tables.events.c.event_id).where(tables.events.c.name == name)
        return await self.database.transact(lambda c: len(c.execute(query).all()))

    async def spend(self, points: int) -> None:
        await self.runner.run(
            SpendPoints(
                key=key(),
                at=self.clock(),
                actor=by_member(ADA),
                guild=GUILD,
                member=ADA,
                points=points,
            )
        )
