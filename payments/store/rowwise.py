"""Writing many rows by one statement."""

from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, bindparam, case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase

from payments.store.statements import worded

Rows = Sequence[dict[str, Any]]
"""What is written: all rows of one call give the same columns, two at least."""

Columns = tuple[str, ...]


def insert(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows."""
    _write(connection, rows, _insert, connection.dialect.name, table)


def insert_or_leave(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows; leave those alone that are there already."""
    _write(connection, rows, _insert_or_leave, connection.dialect.name, table)


def insert_or_update(
    connection: Connection, table: Table, rows: Rows, *, never_less: str | None = None
) -> None:
    """Insert rows; overwrite those with the same key, but for a column that only grows."""
    _write(connection, rows, _insert_or_update, connection.dialect.name, table, never_less)


def insert_or_add(
    connection: Connection, table: Table, rows: Rows, column: str, *, newest: str
) -> None:
    """Insert rows; where the key is there already, add the new row's column to the old one's.

    Args:
        connection: In a transaction.
        table: Where.
        rows: What.
        column: What is added up.
        newest: What becomes as in the new row.
    """
    _write(connection, rows, _insert_or_add, connection.dialect.name, table, column, newest)


def update_by_key(connection: Connection, table: Table, rows: Rows) -> None:
    """Update rows by primary key; each row gives the key and what is new."""
    _write(connection, rows, _update_by_key, table)


def _write(
    connection: Connection, rows: Rows, make: Callable[..., UpdateBase], *details: Hashable
) -> None:
    if rows:
        statement = worded(connection, make, *details, tuple(rows[0]))
        pick = itemgetter(*statement.names)
        connection.exec_driver_sql(statement.text, [pick(row) for row in rows])


def _insert(database: str, table: Table, columns: Columns) -> sqlite.Insert | postgresql.Insert:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    if database == "postgresql":
        return postgresql.insert(table).values(values)
    return sqlite.insert(table).values(values)


def _insert_or_leave(database: str, table: Table, columns: Columns) -> UpdateBase:
    return _insert(database, table, columns).on_conflict_do_nothing()


def _insert_or_update(
    database: str, table: Table, never_less: str | None, columns: Columns
) -> UpdateBase:
    statement = _insert(database, table, columns)
    keys = table.primary_key.columns.keys()
    changed: dict[str, Any] = {
        name: statement.excluded[name] for name in columns if name not in keys
    }
    if never_less is not None:
        old, new = table.c[never_less], statement.excluded[never_less]
        changed[never_less] = case((old > new, old), else_=new)
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _insert_or_add(
    database: str, table: Table, column: str, newest: str, columns: Columns
) -> UpdateBase:
    statement = _insert(database, table, columns)
    total = {
        column: table.c[column] + statement.excluded[column],
        newest: statement.excluded[newest],
    }
    keys = table.primary_key.columns.keys()
    return statement.on_conflict_do_update(index_elements=keys, set_=total)


def _update_by_key(table: Table, columns: Columns) -> UpdateBase:
    keys = table.primary_key.columns
    changed: dict[str, Any] = {
        name: bindparam(name)
        for name in columns
        if name not in keys.keys()  # noqa: SIM118 - columns, no dict
    }
    return update(table).values(changed).where(*(key == bindparam(key.name) for key in keys))
