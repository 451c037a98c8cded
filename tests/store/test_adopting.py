"""Adopted payments in the database: kept as they are, found by what they began with, once."""

import pytest

from payments.commands.payments.apply_update import ACCEPTED
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import NO_AMOUNT
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.references import ReferenceKind
from payments.domain.values.report import Period, Unpriced
from payments.domain.values.time import DAY, later
from payments.runner.runner import Runner
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.adopted import PAID, SHOP, adopting, adoption, taken_back, told
from tests.support.commands import put_up
from tests.support.databases import only_on_postgres
from tests.support.make import ADA, GUILD, START
from tests.support.writers import overlapping, proven, two

__all__ = ["proven", "two"]  # fixtures


async def proofs(database: Database) -> list[str]:
    return await database.snapshot(lambda connection: list(verify(connection)))


async def test_it_is_adopted_credited_and_taken_back(
    runner: Runner, queries: Queries, database: Database
) -> None:
    await put_up(runner)
    assert await runner.run(adopting()) == "adopted"
    assert await runner.run(adopting("a fresh id")) == "adopted"
    kept = await queries.payment(PaymentId("adopted"))
    assert kept is not None
    assert (kept.adopted_as, kept.price) == (ReferenceKind.ENTITLEMENT, NO_AMOUNT)
    assert await runner.run(told(PAID)) == ACCEPTED
    assert (await queries.balance(GUILD, ADA, START)).points == 500
    assert await proofs(database) == []
    assert await runner.run(told(taken_back())) == ACCEPTED
    assert (await queries.balance(GUILD, ADA, START)).points == 0
    assert await queries.claim_versions(SHOP, {"ent_1"}) == {"ent_1": 1}
    after = await queries.payment(PaymentId("adopted"))
    assert after is not None
    assert after.state is PaymentState.REFUNDED
    assert await proofs(database) == []


async def test_an_unknown_amount_is_a_sale_without_money_in_reports(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(told(PAID, becomes=adoption()))
    await runner.run(told(taken_back()))
    period = Period(start=START, end=later(START, DAY), guild=GUILD, livemode=True)
    report = await read_report(queries, period)
    assert (report.money, report.days) == ((), ())
    assert report.unpriced == Unpriced(sales=1, points=500)
    assert [(each.sales, each.gross) for each in report.packages] == [(1, 0)]
    (sale,) = await read_journal(queries, period)
    assert (sale.what, sale.lines) == ("sale", ())


@only_on_postgres
@pytest.mark.usefixtures("proven")
async def test_two_processes_adopt_the_same_thing_once(
    two: list[Runner], database: Database
) -> None:
    """Each hears of it by another message, and neither sees the other's payment."""
    first, second = (told(PAID, becomes=adoption(each)) for each in ("one", "two"))
    assert await overlapping(two, database, first, second) == [ACCEPTED, ACCEPTED]
    queries = Queries(database.reader)
    page = await queries.payments(GUILD, ADA)
    assert [each.id for each in page.payments] == ["one"]
    assert (await queries.balance(GUILD, ADA, START)).points == 500
