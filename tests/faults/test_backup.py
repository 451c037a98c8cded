"""A drill: yesterday's copy of the books is put back, and what the providers know is told again."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from payments.commands.base import Command
from payments.commands.payments.buy import InitiatePayment
from payments.commands.payments.inbox import RecordProviderEvent
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from tests.faults.life import Life, live
from tests.faults.looking import look
from tests.faults.report import Report, Tried
from tests.support.databases import all_migrations
from tests.support.outages import give
from tests.support.postgres import Postgres

SEED = 20261121


def until(life: Life, steps: int) -> Life:
    """What the providers know of the payments that were begun in the first steps.

    Refunds that they have refused are given up again once they are looked up.
    """
    begun = {
        command.payment
        for step in life.steps[:steps]
        for command in step
        if isinstance(command, InitiatePayment)
    }
    known = Life()
    known.bought = {each: points for each, points in life.bought.items() if each in begun}
    known.updates = {each: updates for each, updates in life.updates.items() if each in begun}
    known.steps = [
        [each for each in step if isinstance(each, RecordProviderEvent | GiveRefundUp)]
        for step in life.steps
    ]
    return known


async def go_on(url: str, steps: Sequence[Sequence[Command[Any]]]) -> None:
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    for step in steps:
        await asyncio.gather(*(give(runner, each) for each in step))
    await runner.close()
    await database.close()


async def check(url: str, known: Life) -> None:
    database = open_database(url)
    _, broken = await look(database, known)
    await database.close()
    assert broken == []


async def back_up(url: str, folder: Path, request: pytest.FixtureRequest) -> str:
    """A copy of the books as they are, made the way the documentation says; its address."""
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.execute("VACUUM INTO ?", (f"{folder}/backup.db",))
        return f"sqlite:///{folder}/backup.db"
    postgres: Postgres = request.getfixturevalue("postgres")
    name = f"{make_url(url).database}_backup"
    await postgres.do(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
    return postgres.of(name)


@pytest.fixture
def postgres_url(own_postgres_url: str) -> str:
    """One that can be copied: nobody else is connected to it."""
    return own_postgres_url


@pytest.mark.parametrize("cut", [0.3, 0.7])
async def test_restored_books_come_right_by_what_providers_tell_again(
    database_url: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    report: Report,
    cut: float,
    *,
    thorough: bool,
) -> None:
    """What members did since is gone with the books; what their money did is not."""
    database = open_database(database_url)
    await all_migrations().apply(database)
    await database.close()
    life = live(SEED, 60 if thorough else 10)
    half = int(len(life.steps) * cut)
    known = until(life, half)
    await go_on(database_url, life.steps[:half])
    backup = await back_up(database_url, tmp_path, request)
    await go_on(database_url, life.steps[half:])
    await go_on(backup, known.steps)
    await check(backup, known)
    if backup.startswith("postgresql"):
        postgres: Postgres = request.getfixturevalue("postgres")
        await postgres.do(f"DROP DATABASE {make_url(backup).database} WITH (FORCE)")
    kind = make_url(backup).get_backend_name()
    report.add(Tried(fault=f"books restored from a backup, {kind}", tries=1))
