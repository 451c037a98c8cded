"""The one place that commits."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from payments.commands.base import Command, by_member
from payments.commands.points.grant_proposals import ProposeGrant
from payments.commands.points.move import GrantPoints, TransferPoints
from payments.domain.books import ACCOUNTS, Books, Needs
from payments.domain.values.errors import BooksBroken, KeyReused, NotEnoughPoints, Refused
from payments.domain.values.events import Event, PointsGranted, PointsTransferred
from payments.domain.values.ids import AccountKey, MemberId
from payments.domain.values.ledger import Transfer
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, later
from payments.notifications.routing import route
from payments.runner import runner as runner_module
from payments.runner.observers.protocol import Observer
from payments.runner.runner import MAX_BATCH, Runner
from payments.runner.waiting import BooksUnavailable
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import grant, put_up, spend
from tests.support.contents import check, count
from tests.support.counting import Counting
from tests.support.databases import forbid
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked(GrantPoints):
    """A grant with a mark that goes to no table but that of the commands."""

    kind = "points.grant_marked"

    mark: str


async def test_commands_that_arrive_during_a_commit_go_together(database: Database) -> None:
    counting = Counting(database)
    runner = Runner(counting, route=route)
    runner.start()
    await asyncio.gather(*(runner.run(grant(1)) for _ in range(200)))
    await runner.close()
    assert counting.transactions < 5
    await check(database)


async def test_commands_that_are_about_to_arrive_go_along(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request takes some turns of the loop from its first byte to its command."""
    monkeypatch.setattr(
        runner_module, "GATHERING_SECONDS", 60
    )  # only turns count, not this machine
    counting = Counting(database)
    runner = Runner(counting, route=route)
    runner.start()

    async def later_on(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await runner.run(grant(1))

    for _ in range(10):
        await asyncio.gather(*(later_on(3 * number) for number in range(20)))
    await runner.close()
    assert counting.transactions == 10  # 20 with the first one alone


async def test_somebody_else_always_coming_does_not_hold_the_first_up(runner: Runner) -> None:
    first = asyncio.ensure_future(runner.run(grant(1)))
    others = []
    while not first.done():
        others.append(asyncio.ensure_future(runner.run(grant(1))))
        for _ in range(2):
            time.sleep(0.005)  # noqa: ASYNC251 - the loop is busy with something else
            await asyncio.sleep(0)
        assert len(others) < MAX_BATCH - 1
    await asyncio.gather(*others)


async def test_fifty_times_the_same_key_at_once_has_one_effect(
    runner: Runner, database: Database, queries: Queries
) -> None:
    same = [grant(10, name="grant:1") for _ in range(50)]
    results = await asyncio.gather(*(runner.run(each) for each in same))
    assert len(set(results)) == 1
    assert (await queries.balance(GUILD, ADA, START)).points == 10
    assert await count(database, tables.transfers) == 1
    assert await count(database, tables.audit) == 1


async def at_once(database: Database, *commands: Command[Any]) -> list[Any]:
    """Results of commands that go together."""
    runner = Runner(database, route=route)
    waiting = [asyncio.ensure_future(runner.run(each)) for each in commands]
    await asyncio.sleep(0)
    runner.start()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await runner.close()
    return outcomes


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


async def test_a_dispute_finds_points_that_were_passed_on_in_the_same_batch(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    later_on = later(START, 100 * HOUR)
    gift = TransferPoints(
        key=key(),
        at=later_on,
        actor=by_member(ADA),
        guild=GUILD,
        member=ADA,
        recipient=BEN,
        points=500,
    )
    disputed = event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN), at=later_on)
    await at_once(database, gift, disputed)
    for member in (ADA, BEN):
        assert (await queries.balance(GUILD, member, later_on)).points == 0
    await check(database)


async def test_a_rehearsal_keeps_nothing(
    runner: Runner, database: Database, queries: Queries
) -> None:
    assert await runner.rehearse(grant(10))
    with pytest.raises(NotEnoughPoints):
        await runner.rehearse(spend(10))
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    for table in (tables.accounts, tables.commands, tables.audit):
        assert await count(database, table) == 0


async def test_sending_the_same_points_fifty_times_at_once_sends_them_once(
    runner: Runner, database: Database, queries: Queries
) -> None:
    """Each time by a command of its own, as from fifty devices."""
    await runner.run(grant(100))
    gifts = [
        TransferPoints(
            key=key(),
            at=START,
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=100,
        )
        for _ in range(50)
    ]
    outcomes = await asyncio.gather(*map(runner.run, gifts), return_exceptions=True)
    assert sum(isinstance(each, str) for each in outcomes) == 1
    assert sum(isinstance(each, NotEnoughPoints) for each in outcomes) == 49
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    assert (await queries.balance(GUILD, BEN, START)).points == 100
    await check(database)


async def test_a_key_with_other_content_is_an_error(runner: Runner) -> None:
    await runner.run(grant(10, name="grant:1"))
    with pytest.raises(KeyReused):
        await runner.run(grant(11, name="grant:1"))
    both = [runner.run(grant(1, name="grant:2")), runner.run(grant(2, name="grant:2"))]
    first, second = await asyncio.gather(*both, return_exceptions=True)
    assert isinstance(first, str)
    assert isinstance(second, KeyReused)


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


async def test_one_member_who_sends_all_their_points_at_once_sends_them_once(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await runner.run(grant(100))
    sends = [
        TransferPoints(
            key=key(),
            at=START,
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=BEN,
            points=100,
        )
        for _ in range(50)
    ]
    outcomes = await asyncio.gather(*map(runner.run, sends), return_exceptions=True)
    assert sum(isinstance(each, NotEnoughPoints) for each in outcomes) == 49
    assert (await queries.balance(GUILD, BEN, START)).points == 100
    await check(database)


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


async def test_a_purchase_leaves_one_set_of_outbox_rows(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    for _ in range(2):
        await runner.run(event(checkout_update("one")))
    names = select(tables.events.c.name).order_by(tables.events.c.name)
    channels = select(tables.deliveries.c.channel).order_by(tables.deliveries.c.channel)

    def delivered(connection: Connection) -> tuple[list[str], list[str]]:
        return (
            list(connection.execute(names).scalars()),
            list(connection.execute(channels).scalars()),
        )

    assert await database.transact(delivered) == (
        ["payment.initiated", "payment.success", "points.awarded"],
        ["answer", "dm"],
    )


async def test_points_that_come_to_a_lot_again_are_as_new_as_in_the_books_in_memory(
    runner: Runner, database: Database
) -> None:
    """So that what is spent first does not depend on which commands go together."""

    async def give(source: MemberId, recipient: MemberId, hours: int) -> None:
        await runner.run(
            TransferPoints(
                key=key(),
                at=later(START, hours * HOUR),
                actor=by_member(source),
                guild=GUILD,
                member=source,
                recipient=recipient,
                points=100,
            )
        )

    await put_up(runner)
    name = "01a1fca5-0000-7000-8000-000000000001"
    await runner.run(initiate(name))
    await runner.run(event(checkout_update(name)))
    await give(ADA, BEN, 80)
    await give(BEN, ADA, 81)
    await give(ADA, BEN, 82)
    theirs = select(tables.lots.c.opened_at).where(tables.lots.c.member_id == BEN)
    opened = await database.transact(lambda connection: connection.execute(theirs).scalars().all())
    assert opened == [later(START, 82 * HOUR)]


async def test_a_key_that_another_kind_of_command_used_is_refused_by_name(
    runner: Runner,
) -> None:
    """Whatever that one returned: a number is no package."""
    used = key()
    proposal = ProposeGrant(
        key=used,
        at=START,
        actor=by_member(BEN),
        guild=GUILD,
        member=ADA,
        points=1,
        note="x",
        moderator=BEN,
    )
    await runner.run(proposal)
    granted = GrantPoints(
        key=used, at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=1, note="x"
    )
    with pytest.raises(KeyReused):
        await runner.run(granted)
