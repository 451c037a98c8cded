"""What was written by an older version reads the same after the migrations."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, select, text

from migrations import SCRIPTS
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.share import Share
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.audit.archive import archive_audit
from payments.store.audit.check import check_chain
from payments.store.audit.log import BEGINNING, seal, seal_of
from payments.store.books.installation import load_installation
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.queries import Queries
from payments.store.verify.references import wrong_references
from tests.support.migrated import at, empty


async def test_an_audit_chain_of_before_goes_on(tmp_path: Path) -> None:
    """Version 0005 numbers the seals: those that are there keep their order.

    Before it, there was nothing but SQLite.
    """
    database = open_database(f"sqlite:///{tmp_path}/old.db")
    migrations = Migrations(SCRIPTS)

    def before(connection: Connection) -> None:
        migrations._config.attributes["connection"] = connection
        command.upgrade(migrations._config, "0004")
        stands_on = BEGINNING
        for number in (1, 2, 3):
            row = {
                "audit_id": number,
                "guild_id": 1,
                "at": number,
                "actor": "system",
                "action": "x",
                "command_key": f"c{number}",
                "outcome": "null",
            }
            connection.execute(tables.audit.insert(), row)
            stands_on = seal_of(row, stands_on)
            sealed = {"audit_id": number, "seal": stands_on}
            connection.execute(
                text("INSERT INTO audit_seals (audit_id, seal) VALUES (:audit_id, :seal)"), sealed
            )

    await database.transact(before)
    assert await migrations.apply(database) == "0004"

    def chain(connection: Connection) -> list[tuple[int, int]]:
        query = select(tables.audit_seals.c.position, tables.audit_seals.c.audit_id)
        return [tuple(row) for row in connection.execute(query.order_by("position"))]

    assert await database.transact(chain) == [(1, 1), (2, 2), (3, 3)]
    complaints = await database.transact(lambda connection: list(check_chain(connection)))
    assert not [each for each in complaints if "seal" in each or "changed" in each]
    await database.close()


@pytest.fixture
async def old(database_url: str, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without a table."""
    if database_url.startswith("sqlite"):
        database_url = f"sqlite:///{tmp_path}/old.db"
    database = open_database(database_url)

    await database.transact(empty)
    yield database
    await database.close()


async def test_settings_of_before_have_names_for_points_and_no_currency(old: Database) -> None:
    """Version 0007 lets guilds name their points: those that never did go on as they were."""

    def before(connection: Connection) -> None:
        at("0006", connection)
        connection.execute(
            text("INSERT INTO guild_settings (guild_id, mod_channel, maturity) VALUES (1, 7, 5)")
        )

    await old.transact(before)
    assert await Migrations(SCRIPTS).apply(old) == "0006"
    settings = await Queries(old.reader).settings(GuildId(1))
    assert settings == GuildSettings(guild=GuildId(1), mod_channel=7, maturity=5)


async def test_a_limit_without_a_currency_means_always_a_second_moderator(old: Database) -> None:
    """Version 0013 gives limits a currency: the guild's own, or the code for none."""

    def before(connection: Connection) -> None:
        at("0008", connection)
        for guild, limit, currency in ((1, 5_000_000, None), (2, 5000, "USD"), (3, None, "EUR")):
            connection.execute(
                text(
                    "INSERT INTO guild_settings (guild_id, maturity, approval_limit, currency) "
                    "VALUES (:guild, 0, :limit, :currency)"
                ),
                {"guild": guild, "limit": limit, "currency": currency},
            )

    await old.transact(before)
    await Migrations(SCRIPTS).apply(old)
    limits = [(await Queries(old.reader).settings(GuildId(n))).approval_limit for n in (1, 2, 3)]
    assert limits == [
        Money(minor=5_000_000, currency="XXX"),
        Money(minor=5000, currency="USD"),
        None,
    ]
    assert limits[0] is not None
    for currency in ("USD", "KRW", "JPY"):
        assert not limits[0].covers(Money(minor=1, currency=currency))


async def test_the_audit_chain_of_before_is_whole_and_can_be_archived(old: Database) -> None:
    """Version 0008 remembers where the chain begins: at its beginning, where nothing left yet."""

    def before(connection: Connection) -> None:
        at("0007", connection)
        common = [{"command_key": f"c{n}", "actor": "system", "at": n} for n in range(1, 4)]
        stored = [each | {"kind": "x", "content": "{}", "result": "null"} for each in common]
        connection.execute(tables.commands.insert(), stored)
        audited = [each | {"action": "x", "outcome": "null"} for each in common]
        connection.execute(tables.audit.insert(), audited)
        assert seal(connection).sealed == 3

    await old.transact(before)
    assert await Migrations(SCRIPTS).apply(old) == "0007"
    assert await old.transact(lambda connection: list(check_chain(connection))) == []
    kept: list[dict[str, Any]] = []
    assert await archive_audit(old, Instant(10), kept.extend) == 2
    assert [row["command_key"] for row in kept] == ["c1", "c2"]
    assert await old.transact(lambda connection: list(check_chain(connection))) == []


_PAYMENT: dict[str, Any] = {
    "guild_id": 1,
    "member_id": 7,
    "provider": "stripe",
    "livemode": 0,
    "package_id": "x",
    "package_name": "X",
    "points": 5,
    "price_minor": 499,
    "currency": "EUR",
    "maturity": 0,
    "created_at": 1,
    "attempt": 1,
    "request": "{}",
    "checkout": "open",
    "money": "unpaid",
}


async def test_what_providers_call_a_payment_of_before_is_kept_in_one_table(old: Database) -> None:
    """Version 0011: checkouts, intents, warnings, refunds and disputes name their payment."""

    def before(connection: Connection) -> None:
        at("0008", connection)
        known = {"session": "cs_1", "intent": "pi_1", "fraud_warning": "issfr_1"}
        _insert(connection, "payments", _PAYMENT | {"payment_id": "p1"} | known)
        _insert(connection, "payments", _PAYMENT | {"payment_id": "p2"})
        claim = {"guild_id": 1, "payment_id": "p1", "status": "pending", "amount": 1}
        _insert(connection, "refunds", claim | {"refund_id": "r1", "provider_id": "re_1"})
        _insert(connection, "refunds", claim | {"refund_id": "r2"})
        _insert(connection, "disputes", claim | {"dispute_id": "du_1", "reinstated": 0})

    def after(connection: Connection) -> set[tuple[Any, ...]]:
        assert list(wrong_references(connection)) == []
        query = select(tables.provider_references)
        return {tuple(row) for row in connection.execute(query)}

    await old.transact(before)
    await Migrations(SCRIPTS).apply(old)
    assert await old.transact(after) == {
        ("stripe", name, kind, 1, "p1")
        for name, kind in {
            "cs_1": "checkout",
            "pi_1": "intent",
            "issfr_1": "fraud_warning",
            "re_1": "refund",
            "du_1": "dispute",
        }.items()
    }
    assert len(await old.transact(load_installation)) == 36


async def test_claims_of_before_are_in_their_payments_currency_and_were_answered_once(
    old: Database,
) -> None:
    """Version 0009: what came back becomes a share; the amount speaks for how much it is."""

    def before(connection: Connection) -> None:
        at("0008", connection)
        _insert(connection, "payments", _PAYMENT | {"payment_id": "p1"})
        claim = {"guild_id": 1, "payment_id": "p1", "amount": 300}
        made = {"status": "succeeded", "refund_id": "r1", "provider_id": "re_1"}
        asked = {"status": "pending", "refund_id": "r2"}
        _insert(connection, "refunds", claim | made)
        _insert(connection, "refunds", claim | asked)
        lost = {"status": "lost", "dispute_id": "du_1", "reinstated": 100}
        _insert(connection, "disputes", claim | lost)
        free = {"status": "won", "dispute_id": "du_2", "reinstated": 0, "amount": 0}
        _insert(connection, "disputes", claim | free)

    await old.transact(before)
    await Migrations(SCRIPTS).apply(old)
    payment = await Queries(old.reader).payment(PaymentId("p1"))
    assert payment is not None
    money = Money(minor=300, currency="EUR")
    refunds = sorted(payment.refunds, key=lambda each: each.id)
    assert [(x.id, x.amount, x.share, x.version) for x in refunds] == [
        ("r1", money, Share(part=300), 1),
        ("r2", money, Share(part=300), 0),
    ]
    lost, free = sorted(payment.disputes, key=lambda each: each.id)
    assert (lost.amount, lost.share, lost.version) == (money, Share(part=300), 1)
    assert (lost.returned, lost.left.minor) == (Share(part=100, whole=300), 200)
    assert (free.returned.part, free.left.minor) == (0, 0)
    assert [each.is_charged_back for each in (lost, free)] == [True, False]


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    """A row with the columns of that time."""
    columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    statement = f"INSERT INTO {table} ({columns}) VALUES ({values})"  # noqa: S608 - names of ours
    connection.execute(text(statement), row)
