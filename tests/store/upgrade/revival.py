"""Takes a stored database over: brings it to the newest version, with the Stripe that it knew."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from alembic import command
from sqlalchemy import Connection, MetaData, func, select, text

from app.core import Services
from migrations import SCRIPTS
from payments.commands.base import by_member
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.store.engine.database import Database
from payments.store.engine.migrate import Migrations
from sandbox.stripe import LocalStripe
from sandbox.stripe.ids import Ids
from tests.conftest import Time
from tests.support.make import key

STORED = Path(__file__).parent / "stored"
GUILD = GuildId(900_000_000_000_000_001)
OTHER = GuildId(900_000_000_000_000_002)
MIRA = MemberId(200_000_000_000_000_001)
NOA = MemberId(200_000_000_000_000_002)
NAMES = "ada ben cai dan eve fay gus hal ida jon kim leo mia ned ola pam quin rob sue tom"
MEMBERS = {
    name: MemberId(100_000_000_000_000_001 + number) for number, name in enumerate(NAMES.split())
}
SECRET_KEY = "sk_test_1"
WEBHOOK_SECRET = "whsec_of_today"
ENCRYPTION_KEY = "dXBncmFkZS1maXh0dXJlLWtleS0wMDAwMDAwMDAwMDA="


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What was lived before the database was stored.

    Attributes:
        entries: What the local Stripe lived through, in order.
        ids: Those that it gave, by prefix, in order.
        sessions: Each member's last checkout at Stripe.
        payments: Each member's last payment.
        ends: The time when the program stopped.
    """

    entries: list[dict[str, Any]] = field(repr=False)
    ids: dict[str, list[str]] = field(repr=False)
    sessions: dict[str, str]
    payments: dict[str, PaymentId]
    ends: int


def read_life(version: str) -> Life:
    """The life that belongs to the databases of a version."""
    return Life(**json.loads(unpacked(version, "life.json.gz")))


def unpacked(version: str, name: str) -> bytes:
    """A stored file's content."""
    return gzip.decompress((STORED / version / name).read_bytes())


def put_sqlite(version: str, folder: Path) -> str:
    """Put the stored file into a folder. Returns its address."""
    path = folder / "books.db"
    path.write_bytes(unpacked(version, "books.db.gz"))
    return f"sqlite:///{path}"


async def fill_postgres(version: str, database: Database) -> None:
    """Bring an empty database to the old version, and put the stored rows into it."""
    migrations = Migrations(SCRIPTS)
    rows: dict[str, list[dict[str, Any]]] = json.loads(unpacked(version, "rows.json.gz"))

    def fill(connection: Connection) -> None:
        migrations._config.attributes["connection"] = connection
        command.upgrade(migrations._config, version)
        then = MetaData()
        then.reflect(connection)
        for table in reversed(then.sorted_tables):  # migrations leave rows of their own
            if rows.get(table.name):
                connection.execute(table.delete())
        for table in then.sorted_tables:
            if rows.get(table.name):
                connection.execute(table.insert(), rows[table.name])
        for table in then.sorted_tables:
            for column in table.primary_key.columns:
                sequence = connection.scalar(
                    text("SELECT pg_get_serial_sequence(:table, :column)"),
                    {"table": table.name, "column": column.name},
                )
                if sequence is not None:
                    last = connection.scalar(select(func.coalesce(func.max(column), 1)))
                    setval = text("SELECT setval(:sequence, :last)")
                    connection.execute(setval, {"sequence": sequence, "last": last})

    await database.transact(fill)


class GivenBefore(Ids):
    """Gives the ids again that were given before, kind by kind; then new ones."""

    def __init__(self, before: Mapping[str, list[str]]) -> None:
        super().__init__(seed=9)
        self._before = {prefix: iter(ids) for prefix, ids in before.items()}

    def new(self, prefix: str) -> str:
        """The next one of its kind."""
        made = super().new(prefix)
        return next(self._before.get(prefix, iter(())), made)


async def live_again(stripe: LocalStripe, life: Life, clock: Time) -> None:
    """Let a fresh local Stripe live the same life; its webhooks were delivered then."""
    stripe.state.ids = GivenBefore(life.ids)
    silence = stripe.plan("never", "*", times=None)
    headers = {
        "Authorization": f"Bearer {SECRET_KEY}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with aiohttp.ClientSession(stripe.url, headers=headers) as session:
        for entry in life.entries:
            clock.now = entry["at"]
            if "post" in entry:
                named = {"Idempotency-Key": entry["key"]} if entry["key"] else {}
                form = entry["form"]
                async with session.post(entry["post"], data=form, headers=named) as answer:
                    assert answer.ok, await answer.text()
            elif "plan_refund" in entry:
                stripe.plan_refund(entry["plan_refund"])
            else:
                await getattr(stripe, entry["act"])(*entry["args"], **entry["given"])
    stripe.dispatcher.plans.cancel(silence)
    clock.now = life.ends  # type: ignore[assignment] # an instant, as it was written


@dataclass(frozen=True, kw_only=True)
class Revived:
    """The community, taken over by the program as it is now."""

    core: Services
    stripe: LocalStripe
    life: Life
    clock: Time

    async def settle(self) -> None:
        """Let what Stripe has sent be applied, looked up and carried out."""
        await self.stripe.drain()
        while await self.core.inbox.retry_due():
            pass

    async def points(self, name: str, guild: GuildId = GUILD) -> int:
        """A member's balance."""
        return (await self.core.queries.balance(guild, MEMBERS[name], self.clock())).points

    async def payment(self, name: str) -> Payment:
        """A member's last payment."""
        found = await self.core.queries.payment(self.life.payments[name])
        assert found is not None
        return found

    def refund_at_stripe(self, name: str) -> str:
        """Stripe's id of the last refund of a member's payment."""
        charge = self.stripe.state.charge_of(self.life.sessions[name])
        made = [each.id for each in self.stripe.state.refunds.values() if each.charge == charge.id]
        return made[-1]

    def dispute_at_stripe(self, name: str) -> str:
        """Stripe's id of the dispute of a member's payment."""
        charge = self.stripe.state.charge_of(self.life.sessions[name])
        kept = self.stripe.state.disputes.values()
        (dispute,) = (each.id for each in kept if each.charge == charge.id)
        return dispute

    def common(self, by: MemberId, guild: GuildId = GUILD) -> dict[str, Any]:
        """What each command has."""
        return {"key": key("later"), "at": self.clock(), "actor": by_member(by), "guild": guild}

    def press(self) -> CommandKey:
        """The key of a person's next act."""
        return key("press")
