"""Whatever a member or a worker waits for uses an index."""

import itertools
import re

import pytest
from sqlalchemy import Connection, Table

from payments.domain.books import (
    ACCOUNTS,
    CALLS,
    GUILDS,
    PAYMENTS,
    PURCHASE_BANS,
    REFERENCES,
    TRAILS,
    WAYS,
    Needs,
)
from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    PackageId,
    PaymentId,
)
from payments.domain.values.provider_calls import CallKey, CallKind
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.report import Period
from payments.domain.values.time import MINUTE, later
from payments.runner.runner import Runner
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store import copy as copying
from payments.store.audit.log import AuditLog
from payments.store.books.commands import load_commands
from payments.store.books.load import load
from payments.store.engine.database import Database, SqliteDatabase
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import HistoryCursor, PaymentsCursor, Queries
from payments.store.records.timers import EndingLots, UnopenedPayments
from payments.store.tables import commands
from tests.support import make
from tests.support.commands import put_up
from tests.support.databases import writer_of
from tests.support.make import ADA, BEN, GUILD, START
from tests.support.plans import noted, plan, scans
from tests.support.ways import begin_purchase


@pytest.fixture
def postgres_url(own_postgres_url: str) -> str:
    """One without statistics of what other tests had in it: plans follow from them."""
    return own_postgres_url


@pytest.fixture
async def bought(runner: Runner, database: Database) -> Database:
    await put_up(runner)
    await runner.run(make.initiate("one"))
    await runner.run(make.event(make.checkout_update("one")))
    return database


NO_PAYMENT = (
    GUILDS.of(GUILD, GuildId(1))
    | ACCOUNTS.of(AccountKey(GUILD, ADA), AccountKey(GUILD, BEN), AccountKey(GuildId(1), ADA))
    | PURCHASE_BANS.of(AccountKey(GUILD, ADA), AccountKey(GuildId(1), ADA))
)
ALL_SORTS = (
    NO_PAYMENT | PAYMENTS.of(PaymentId("one"), PaymentId("two")) | TRAILS.of(PaymentId("one"))
)


@pytest.mark.parametrize(
    "needs",
    [
        pytest.param(ALL_SORTS, id="all sorts"),
        pytest.param(NO_PAYMENT, id="no payment"),
        pytest.param(PAYMENTS.of(PaymentId("one")), id="one payment"),
        pytest.param(ACCOUNTS.of(AccountKey(GUILD, BEN)), id="one account"),
        pytest.param(
            CALLS.of(CallKey("stripe", CallKind.CAPTURE, "cs_one"))
            | REFERENCES.of(ProviderReference("stripe", ReferenceKind.CHECKOUT, "cs_one")),
            id="a call and a reference",
        ),
    ],
)
async def test_what_a_batch_loads(bought: Database, needs: Needs) -> None:
    def work(connection: Connection) -> list[str]:
        with noted(writer_of(bought)) as statements:
            load_commands(connection, [CommandKey("a"), CommandKey("b")])
            load(connection, needs)
        assert len(statements) > 3
        return scans(connection, statements)

    assert await bought.transact(work) == []


async def test_what_is_due(bought: Database) -> None:
    with noted(bought.reader.engine) as statements:
        await EndingLots(bought).due(START, 50)
        await UnopenedPayments(bought).due(START, 50)

    def steps(connection: Connection) -> list[str]:
        return [step for each, values in statements for step in plan(connection, each, values)]

    found = await bought.transact(steps)
    for index in ("ix_lots_ending", "ix_payments_absent"):
        assert any(index in step for step in found), found


async def test_the_ways_of_a_purchase(bought: Database, runner: Runner) -> None:
    await runner.run(begin_purchase("w1"))
    needs = PAYMENTS.of(PaymentId("w1")) | WAYS.of(PaymentId("w1"))

    def work(connection: Connection) -> list[str]:
        with noted(connection.engine) as statements:
            load(connection, needs)
        assert any("purchase_id" in each for each, _ in statements)
        return scans(connection, statements)

    assert await bought.transact(work) == []
    began = await Queries(bought.reader).payment(PaymentId("w1"))
    assert began is not None
    with noted(bought.reader.engine) as statements:
        await Queries(bought.reader).ways(began)
    assert await bought.transact(lambda connection: scans(connection, statements)) == []


async def test_what_a_worker_claims(bought: Database) -> None:
    with noted(writer_of(bought)) as statements:
        await Deliveries(bought).claim(
            urgent=4,
            oldest=1,
            channels=("dm", "mod"),
            now=START,
            until=later(START, MINUTE),
            lease="mine",
        )

    def plans(connection: Connection) -> list[str]:
        return [
            step
            for statement, values in statements
            if statement.startswith("WITH")
            for step in plan(connection, statement, values)
        ]

    assert await bought.transact(lambda connection: scans(connection, statements)) == []
    steps = await bought.transact(plans)
    assert not [step for step in steps if "TEMP B-TREE" in step or "Sort" in step]
    walked = [re.findall(r"ix_deliveries_(?:oldest|urgent)", step) for step in steps]
    assert list(itertools.chain.from_iterable(walked)) == [
        "ix_deliveries_oldest",
        "ix_deliveries_urgent",
    ]


async def test_what_members_read(bought: Database) -> None:
    queries = Queries(bought.reader)
    with noted(bought.reader.engine) as statements:
        await queries.balance(GUILD, ADA, START)
        page = await queries.history(GUILD, ADA)
        cursor = HistoryCursor(at=START, id=page.lines[0].id)
        await queries.history(GUILD, ADA, before=cursor)
        await queries.packages(GUILD)
        await queries.package(GUILD, PackageId("one"))
        await queries.payment(PaymentId("one"))
        await queries.settings(GUILD)
        await queries.answer(PaymentId("one"), START)
        await queries.due_inbox_events(START)
    assert len(statements) == 11
    assert await bought.transact(lambda connection: scans(connection, statements)) == []


async def test_a_history_reads_its_members_transfers_alone(bought: Database) -> None:
    """Not all of the guild: with a million of them that took longer than Discord waits."""
    queries = Queries(bought.reader)
    with noted(bought.reader.engine) as statements:
        await queries.history(GUILD, ADA)
        await queries.history(GUILD, ADA, before=HistoryCursor(at=START, id=ActionId("f")))
    steps = await bought.transact(
        lambda connection: [
            step for statement, values in statements for step in plan(connection, statement, values)
        ]
    )
    if isinstance(bought, SqliteDatabase):
        found = [step for step in steps if "ix_transfers" in step]
        assert len(found) == 4
        for step in found:
            assert re.search(r"\(guild_id=\? AND (source|destination)=\? AND at", step), step
    else:
        condition = r"Index Cond: .*(source|destination) = "
        assert len([step for step in steps if re.search(condition, step)]) == 4


async def test_what_a_webhook_and_a_call_look_for(bought: Database) -> None:
    """Which answers about a refund or a dispute have been applied; how a call stands."""
    call = CallKey("stripe", CallKind.CAPTURE, "cs_one")
    with noted(bought.reader.engine) as statements:
        await Queries(bought.reader).claim_versions("stripe", {"re_1", "dp_1"})
        await Queries(bought.reader).provider_call(call)
    assert len(statements) == 2
    assert await bought.transact(lambda connection: scans(connection, statements)) == []


async def test_what_moderators_read(bought: Database) -> None:
    queries = Queries(bought.reader)
    cursor = PaymentsCursor(at=later(START, MINUTE), id=PaymentId("z"))
    with noted(bought.reader.engine) as statements:
        for member in (None, ADA):
            for before in (None, cursor):
                assert (await queries.payments(GUILD, member, before=before)).payments
    assert len(statements) == 12

    assert await bought.transact(lambda connection: scans(connection, statements)) == []
    if not isinstance(bought, SqliteDatabase):
        return

    def plans(connection: Connection) -> list[str]:
        return [
            step
            for statement, values in statements
            if "FROM payments" in statement
            for step in plan(connection, statement, values)
        ]

    one_member = "SEARCH payments USING INDEX ix_payments_guild_id_member_id_created_at"
    steps = await bought.transact(plans)
    assert [step for step in steps if step.startswith("SEARCH")] == [
        "SEARCH payments USING INDEX sqlite_autoindex_payments_1 (guild_id=?)",
        "SEARCH payments USING INDEX sqlite_autoindex_payments_1 (guild_id=? AND payment_id<?)",
        f"{one_member} (guild_id=? AND member_id=?)",
        f"{one_member} (guild_id=? AND member_id=? AND created_at<?)",
    ]
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps, "more than equal times is sorted"


@pytest.mark.parametrize("table", [commands, *copying.LEAVING], ids=lambda table: table.name)
async def test_what_copying_looks_for_page_by_page(bought: Database, table: Table) -> None:
    """With whole tables read for each page, a copy would take ever longer."""
    await AuditLog(bought).seal()

    def work(connection: Connection) -> list[str]:
        first, *others = copying._keys_after(connection, table, None)
        gone = (*first[:-1], -1 if isinstance(first[-1], int) else "gone")
        with noted(writer_of(bought)) as statements:
            assert copying._keys_after(connection, table, first) == others
            assert copying._not_in(connection, table, [gone, first, *others]) == [gone]
            copying._delete(connection, table, [gone])
        assert len(statements) == 3
        return scans(connection, statements)

    assert await bought.transact(work) == []


async def test_what_moderators_look_for(bought: Database) -> None:
    queries = Queries(bought.reader)
    with noted(bought.reader.engine) as statements:
        assert await queries.refundable(GUILD)
        assert await queries.refundable(GUILD, ADA)
        assert await queries.undoable(GUILD, 25) == []
        assert await queries.action(GUILD, CommandKey("discord:1")) is None
        assert await queries.purchase_banned_by(GUILD, ADA) == ()
        assert await queries.pending_refunds(START) == []
        assert await queries.pending_refunds(START, (GUILD, "p")) == []
    plans = await bought.transact(
        lambda connection: [
            step for statement, values in statements for step in plan(connection, statement, values)
        ]
    )
    assert any("ix_commands_undoable" in step for step in plans)
    walked = "USING COVERING INDEX ix_refunds_pending"  # holds nothing but what is pending
    found = await bought.transact(lambda connection: scans(connection, statements))
    assert [step for step in found if walked not in step and "ix_refunds_pending" not in step] == []


async def test_what_owners_ask_for(bought: Database) -> None:
    period = Period(start=START, end=later(START, MINUTE), guild=GUILD, livemode=False)
    async with bought.reader.at_one_moment() as moment:
        with noted(moment.engine) as statements:
            assert (await read_report(Queries(moment), period)).money
            assert await read_journal(Queries(moment), period)
    assert len(statements) == 18
    found = await bought.transact(lambda connection: scans(connection, statements))
    assert [step for step in found if not _is_of_a_result(step)] == []


def _is_of_a_result(step: str) -> bool:
    """Whether it reads what the same statement has put together before."""
    return bool(re.match(r"SCAN (?:bought|members|since|both|changed|unspent|movements)\b", step))
