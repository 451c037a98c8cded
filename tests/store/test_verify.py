"""Books that prove themselves: whatever is changed by hand is named."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.records.timers import UnlevelPayments
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.databases import only_on_postgres, only_on_sqlite
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.tampered import not_named, said_of

TAMPERED = [
    ("UPDATE accounts SET balance = balance + 1", f"The member {ADA} of guild {GUILD}: balance"),
    ("UPDATE accounts SET debt = debt + 1", f"The member {ADA} of guild {GUILD}: debt"),
    ("UPDATE accounts SET reached = 7", "7 points of others are counted as kept, but 0 are"),
    ("UPDATE lots SET remaining = remaining + 1", f"The member {ADA} of guild {GUILD}: lot"),
    ("UPDATE holds SET owed = owed - 1 WHERE owed > 0", "Debt"),
    ("UPDATE holds SET released = released + 1 WHERE source = 'lot'", "are held"),
    ("UPDATE payments SET credited_at = NULL WHERE payment_id = 'one'", "Payment one: gave 500"),
    ("UPDATE disputes SET status = 'won'", "of its points are out"),
    ("UPDATE transfers SET points = points + 1 WHERE kind = 'spend'", "its transfers say"),
    (
        "DELETE FROM provider_references WHERE object_id = 'pi_two'",
        "Payment two: its intent pi_two is not kept.",
    ),
    (
        "UPDATE provider_references SET payment_id = 'two' WHERE object_id = 'dp_1'",
        "Payment one: its dispute dp_1 is kept as one of payment two.",
    ),
    (
        "UPDATE provider_references SET provider = 'paypal' WHERE object_id = 'pi_two'",
        "The intent pi_two of paypal is kept as one of payment two, which is by stripe.",
    ),
    ("UPDATE lot_entries SET points = points - 1 WHERE points < 0", "its entries say"),
]


@pytest.fixture
async def books(runner: Runner, database: Database) -> Database:
    """Ada bought twice, spent some, and disputes the first payment."""
    await put_up(runner)
    for payment in ("one", "two"):
        await runner.run(initiate(payment))
        await runner.run(event(checkout_update(payment)))
    await runner.run(
        SpendPoints(key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=700)
    )
    await runner.run(event(dispute_update("one", "dp_1", 499, DisputeStatus.OPEN)))
    return database


async def complaints(database: Database) -> list[str]:
    return await database.transact(lambda connection: list(verify(connection)))


@only_on_sqlite
async def test_books_are_proven_while_others_write(books: Database, runner: Runner) -> None:
    """Of one moment, and holding nobody up: what is written meanwhile is not seen."""
    loop = asyncio.get_running_loop()

    def work(connection: Connection) -> list[str]:
        first = connection.execute(text("SELECT count(*) FROM transfers")).scalar_one()
        spend = SpendPoints(
            key=key(), at=START, actor=by_member(ADA), guild=GUILD, member=ADA, points=1
        )
        asyncio.run_coroutine_threadsafe(runner.run(spend), loop).result(timeout=5)
        assert connection.execute(text("SELECT count(*) FROM transfers")).scalar_one() == first
        return list(verify(connection))

    await runner.run(
        GrantPoints(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=900)
    )
    assert await books.snapshot(work) == []


@only_on_postgres
async def test_books_are_proven_while_others_write_on_postgresql_too(
    books: Database, runner: Runner, database_url: str
) -> None:
    """A lock of the test's own holds the proof up in its middle."""

    def work(connection: Connection) -> list[str]:
        first = connection.execute(text("SELECT count(*) FROM transfers")).scalar_one()
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(1)"))
        assert connection.execute(text("SELECT count(*) FROM transfers")).scalar_one() == first
        return list(verify(connection))

    gate = await asyncpg.connect(database_url)
    await gate.execute("SELECT pg_advisory_lock(1)")
    proof = asyncio.create_task(books.snapshot(work))
    waiting = (
        "SELECT count(*) FROM pg_locks JOIN pg_database d ON database = d.oid "
        "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
    )
    while not await gate.fetchval(waiting):  # noqa: ASYNC110 - another connection
        await asyncio.sleep(0.01)
    await runner.run(
        GrantPoints(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=900)
    )
    await gate.close()
    assert await proof == []


async def test_a_snapshot_cannot_write(books: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await books.snapshot(lambda c: c.execute(text("DELETE FROM deliveries")))


async def test_untouched_books_are_clean(books: Database) -> None:
    assert await complaints(books) == []


async def test_whatever_is_changed_by_hand_is_named(books: Database) -> None:
    said = await said_of(books, dict(TAMPERED))
    assert not_named(said, TAMPERED) == {}
    assert await complaints(books) == []


async def test_debt_for_points_that_others_have_is_named(books: Database, runner: Runner) -> None:
    """Had Ben's refund been for fraud, it would have taken from Eve what he passed on to her."""
    await runner.run(initiate("three", member=BEN))
    await runner.run(event(checkout_update("three", member=BEN)))
    passed = TransferPoints(
        key=key(),
        at=later(START, 100 * HOUR),
        actor=by_member(BEN),
        guild=GUILD,
        member=BEN,
        points=500,
        recipient=EVE,
    )
    await runner.run(passed)
    await runner.run(event(refund_update("three", "re_3", 499), at=passed.at))
    assert await complaints(books) == []

    def tamper(connection: Connection) -> None:
        connection.execute(text("UPDATE refunds SET is_fraud = 1"))

    await books.transact(tamper)
    (complaint,) = await complaints(books)
    assert "Payment three: its buyer owes points that others have" in complaint
    assert "may take 500 more" in complaint

    source = UnlevelPayments(books)  # as if an older version had left it so
    (due,) = await source.due(passed.at, 50)
    await runner.run(due.command)
    assert await source.due(passed.at, 50) == []
    assert await complaints(books) == []
