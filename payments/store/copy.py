"""Moving an installation to another database: every row, then every count and sum."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    and_,
    func,
    literal,
    select,
    text,
    tuple_,
)

from payments.store.engine.database import Database
from payments.store.engine.dialect import is_postgres, unhurried
from payments.store.engine.migrate import Migrations, explained
from payments.store.errors import NotTheSame
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import (
    admitted_guilds,
    answers,
    audit,
    audit_seals,
    bars,
    commands,
    customers,
    deliveries,
    events,
    mail_addresses,
    mail_stops,
    metadata,
    notice_threads,
    notices,
    provider_events,
    tax_quotes,
)

ROWS_AT_ONCE: Final = 1_000
"""Number of rows that are written in one transaction."""

LEAVING: Final = (deliveries, events, provider_events, audit, audit_seals)
"""Tables whose rows are forgotten or archived one day, in the order in which they may go."""

REPLACED: Final = (
    admitted_guilds,
    answers,
    bars,
    customers,
    mail_addresses,
    mail_stops,
    notice_threads,
    notices,
    tax_quotes,
)
"""Tables whose rows may also go: they are emptied before they are copied again."""


Write = Callable[[Callable[[Connection], Any]], Any]
"""Runs work in one transaction of the target."""

Key = tuple[Any, ...]
"""The values of a primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """One table that was copied.

    Attributes:
        table: Its name.
        rows: How many it has.
        done: Number of tables that are copied by now.
        of: Number of all tables.
    """

    table: str
    rows: int
    done: int
    of: int


async def prepare(source: Database, target: Database, migrations: Migrations) -> None:
    """Bring both databases to the newest version; one with other books stays at its own.

    Raises:
        NotTheSame: The target holds something else.
        DatabaseUnusable: One cannot be opened, or is newer than this program.
    """
    await migrations.apply(source)
    with explained():
        if await target.transact(migrations.current) not in {None, migrations.head}:
            await source.snapshot(partial(_refuse_others, write=_writing(target)))
    await migrations.apply(target)


async def copy(source: Database, target: Database, on_progress: Callable[[Copied], None]) -> None:
    """Copy all tables as they are at one moment; a repeated copy brings the target up to date.

    Args:
        source: A SQLite database; it may be in use, what is written meanwhile is left out.
        target: A database at the same version, empty or an earlier copy of this one.
        on_progress: Called after each table.

    Raises:
        NotTheSame: The target holds something else.
    """
    write = _writing(target)

    def work(connection: Connection) -> None:
        unhurried(connection)
        tables = metadata.sorted_tables
        _refuse_others(connection, write)
        for table in LEAVING:
            _forget_gone(connection, write, table)
        for done, table in enumerate(tables, start=1):
            if table in REPLACED:
                write(partial(_empty, table=table))
            for rows in connection.execute(select(table)).mappings().partitions(ROWS_AT_ONCE):
                some = [dict(row) for row in rows]
                write(partial(insert_or_update, table=table, rows=some))
            expected, found = figures(connection, table), write(partial(figures, table=table))
            if expected != found:
                raise NotTheSame(_difference(table, expected, found))
            on_progress(Copied(table=table.name, rows=expected["rows"], done=done, of=len(tables)))
        write(_continue_numbers)

    await source.snapshot(work)


def _writing(target: Database) -> Write:
    """Writes to the target from the thread in which the source is read."""
    loop = asyncio.get_running_loop()

    def write(work: Callable[[Connection], Any]) -> Any:  # noqa: ANN401 - whatever work returns
        def patiently(connection: Connection) -> Any:  # noqa: ANN401 - as above
            unhurried(connection)
            return work(connection)

        return asyncio.run_coroutine_threadsafe(target.transact(patiently), loop).result()

    return write


def _refuse_others(source: Connection, write: Write) -> None:
    """Change nothing in a target where something was done that the source knows nothing of."""
    for keys in _pages(write, commands):
        if _not_in(source, commands, keys):
            raise NotTheSame(
                "In the target something was done that was not done in the source: it is no copy "
                "of this installation. Choose an empty database."
            )


def _forget_gone(source: Connection, write: Write, table: Table) -> None:
    """Delete from the target what has left the source since the last copy."""
    for keys in _pages(write, table):
        if gone := _not_in(source, table, keys):
            write(partial(_delete, table=table, keys=gone))


def _pages(write: Write, table: Table) -> Iterator[list[Key]]:
    """All keys of a table of the target, in their order."""
    last: Key | None = None
    while keys := write(partial(_keys_after, table=table, last=last)):
        yield keys
        last = keys[-1]


def _keys_after(connection: Connection, table: Table, last: Key | None) -> list[Key]:
    key = table.primary_key.columns
    query = select(*key).order_by(*key).limit(ROWS_AT_ONCE)
    if last is not None:
        query = query.where(tuple_(*key) > tuple_(*map(literal, last, (each.type for each in key))))
    return [tuple(row) for row in connection.execute(query)]


def _not_in(source: Connection, table: Table, keys: list[Key]) -> list[Key]:
    query = select(*table.primary_key.columns)
    there = {
        tuple(row) for each in _among(table, keys) for row in source.execute(query.where(each))
    }
    return [each for each in keys if each not in there]


def _delete(connection: Connection, table: Table, keys: list[Key]) -> None:
    for each in _among(table, keys):
        connection.execute(table.delete().where(each))


def _among(table: Table, keys: list[Key]) -> Iterator[ColumnElement[bool]]:
    """Conditions, one of which holds for each row that has one of some keys.

    Each is for neighbours that differ in their last column alone, because SQLite uses no index for
    `(a, b) IN (...)`.
    """
    *columns, last = table.primary_key.columns
    for first, some in groupby(keys, key=itemgetter(slice(-1))):
        same = (column == value for column, value in zip(columns, first, strict=True))
        yield and_(*same, last.in_([each[-1] for each in some]))


def _empty(connection: Connection, table: Table) -> None:
    connection.execute(table.delete())


def figures(connection: Connection, table: Table) -> dict[str, int]:
    """How many rows a table has, the sums of its integers, and the lengths of its words."""
    columns: dict[str, Any] = {"rows": func.count()}
    for column in table.columns:
        is_number = isinstance(column.type, BigInteger)
        measure = column if is_number else func.length(column)
        columns[column.name] = func.sum(measure % _BELOW)
    row = connection.execute(select(*(value.label(name) for name, value in columns.items())))
    return {name: int(value or 0) for name, value in row.mappings().one().items()}


_BELOW: Final = 1_000_000_007
"""Sums are of remainders, so that they fit 64 bits however many ids are added up."""


def _difference(table: Table, expected: dict[str, int], found: dict[str, int]) -> str:
    if found["rows"] > expected["rows"]:
        return (
            f"The target has {found['rows']} rows in {table.name}, the source {expected['rows']}: "
            "it is no copy of this installation. Choose an empty database."
        )
    wrong = next(name for name in expected if expected[name] != found[name])
    return f"After copying, {table.name} differs in {wrong}: nothing was changed in the source."


def _continue_numbers(connection: Connection) -> None:
    """Make PostgreSQL number new rows after those that were copied."""
    if not is_postgres(connection):
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or column.autoincrement is False:
            continue
        highest = connection.execute(select(func.max(column))).scalar() or 0
        connection.execute(
            text("SELECT setval(pg_get_serial_sequence(:table, :column), :value, :used)"),
            {
                "table": table.name,
                "column": column.name,
                "value": max(1, highest),
                "used": highest > 0,
            },
        )
