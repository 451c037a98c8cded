"""One command fails, and the others go on: refused, broken, rejected or cancelled."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, text

from payments.commands.base import Command, by_member
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.books import ACCOUNTS, Books, Needs
from payments.domain.errors import BooksBroken, NotEnoughPoints, Refused
from payments.domain.values.events import Event, PointsGranted, PointsTransferred
from payments.domain.values.ids import AccountKey
from payments.domain.values.ledger import Transfer
from payments.notifications.routing import route
from payments.runner.errors import BooksUnavailable
from payments.runner.observers.protocol import Observer
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import Marked, grant, put_up, spend
from tests.support.contents import check, count
from tests.support.counting import Counting, at_once
from tests.support.databases import forbid
from tests.support.make import ADA, BEN, GUILD, START, initiate, key


@pytest.mark.parametrize("bad", ["note", "content"])
async def test_one_that_cannot_be_written_fails_alone_and_leaves_nothing(
    database: Database, queries: Queries, bad: str
) -> None:
    unwritable = "\ud83d"  # half a character
    common: dict[str, Any] = {
        "at": START,
        "actor": by_member(BEN),
        "guild": GUILD,
        "member": ADA,
        "points": 5,
    }
    command: Command[Any] = GrantPoints(key=key(), note=unwritable, **common)
    if bad == "content":
        command = Marked(key=key(), mark=unwritable, **common)
    outcomes = await at_once(database, command, grant(1), grant(2))
    assert isinstance(outcomes[0], Exception)
    assert not isinstance(outcomes[0], BooksUnavailable)
    assert [isinstance(each, str) for each in outcomes[1:]] == [True, True]
    assert (await queries.balance(GUILD, ADA, START)).points == 3
    assert await count(database, tables.audit) == 2
    await check(database)


async def test_one_that_is_refused_does_not_harm_the_others(
    runner: Runner, database: Database, queries: Queries
) -> None:
    outcomes = await asyncio.gather(
        runner.run(grant(10)),
        runner.run(spend(11)),
        runner.run(spend(4)),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], NotEnoughPoints)
    assert (await queries.balance(GUILD, ADA, START)).points == 6
    await check(database)


async def test_a_refusal_is_not_kept_so_the_same_key_may_succeed_later(runner: Runner) -> None:
    later = spend(5)
    with pytest.raises(NotEnoughPoints):
        await runner.run(later)
    await runner.run(grant(5))
    assert await runner.run(later)


class Careless(Command[None]):
    """A command with a mistake in it."""

    kind = "careless"

    def needs(self) -> Needs:
        return ACCOUNTS.of(AccountKey(GUILD, ADA))

    def execute(self, books: Books) -> None:
        account = books.account(AccountKey(GUILD, ADA))
        from dataclasses import replace  # noqa: PLC0415 - only here

        books[ACCOUNTS][account.key] = replace(account, balance=account.balance + 1)


async def test_a_command_that_would_break_the_books_keeps_nothing(
    runner: Runner, database: Database
) -> None:
    careless = Careless(key=key(), at=START, actor=by_member(BEN), guild=GUILD)
    outcomes = await asyncio.gather(
        runner.run(grant(10)), runner.run(careless), return_exceptions=True
    )
    assert isinstance(outcomes[1], BooksBroken)
    await check(database)


async def test_one_that_the_database_rejects_fails_alone(
    runner: Runner, database: Database, queries: Queries
) -> None:
    """A payment id that exists already: the constraint stands behind the commands' own checks."""
    await put_up(runner)
    await runner.run(initiate("one"))

    def forget(connection: Connection) -> None:
        connection.execute(text("DELETE FROM commands WHERE command_key = 'buy:one'"))
        connection.execute(text("UPDATE payments SET payment_id = 'ONE'"))
        forbid(connection, "payments", "NEW.payment_id = 'two'")

    await database.transact(forget)
    outcomes = await asyncio.gather(
        runner.run(grant(10)),
        runner.run(initiate("two")),
        runner.run(grant(20)),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], Exception)
    assert (await queries.balance(GUILD, ADA, START)).points == 30


async def test_a_commit_whose_answer_was_lost_has_its_effect_once(
    database: Database, queries: Queries
) -> None:
    counting = Counting(database)
    runner = Runner(counting, route=route)
    runner.start()
    same = grant(10)
    counting.fail_after_commit = 1
    with pytest.raises(BooksUnavailable):
        await runner.run(same)
    await runner.run(same)
    await runner.close()
    assert (await queries.balance(GUILD, ADA, START)).points == 10


async def test_a_caller_who_is_cancelled_changes_nothing_for_the_command(
    runner: Runner, queries: Queries
) -> None:
    waiting = asyncio.create_task(runner.run(grant(10)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await runner.run(grant(1))
    assert (await queries.balance(GUILD, ADA, START)).points == 11


class Broken(Observer):
    def on_transaction_created(self, transfer: Transfer) -> None:
        raise RuntimeError(transfer.id)


class Listening(Observer):
    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.errors: list[Exception] = []

    def on_event(self, event: Event) -> None:
        self.heard.append(event)

    def on_error(self, command: Command[Any], error: Exception) -> None:
        self.errors.append(error)
        assert command.guild == GUILD


async def test_an_observer_that_fails_harms_nothing(database: Database) -> None:
    listening = Listening()
    runner = Runner(database, route=route, observers=[Broken(), listening])
    runner.start()
    await runner.run(grant(10))
    await runner.run(
        TransferPoints(
            key=key(),
            at=START,
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=1,
        )
    )
    with pytest.raises(Refused):
        await runner.run(spend(1000))
    await runner.close()
    assert [type(each) for each in listening.heard] == [PointsGranted, PointsTransferred]
    assert listening.errors == []
