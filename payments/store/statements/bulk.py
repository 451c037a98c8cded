"""Writing many rows by one statement."""

from collections.abc import Callable, Hashable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import ARRAY, Connection, Table, bindparam, case, column, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TableValuedAlias

from payments.store.engine.dialect import is_postgres
from payments.store.statements.compiled import compiled

Rows = Sequence[dict[str, Any]]
"""What is written: all rows of one call give the same columns, two at least, and no key twice."""

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
    _write(connection, rows, _update_by_key, connection.dialect.name, table)


def _write(
    connection: Connection, rows: Rows, make: Callable[..., UpdateBase], *details: Hashable
) -> None:
    """Write rows: PostgreSQL gets them as one list for each column, SQLite one at a time."""
    if not rows:
        return
    statement = compiled(connection, make, *details, tuple(rows[0]))
    pick = itemgetter(*statement.names)
    picked = [pick(row) for row in rows]
    if is_postgres(connection):
        connection.exec_driver_sql(
            statement.text, tuple(list(each) for each in zip(*picked, strict=True))
        )
    else:
        connection.exec_driver_sql(statement.text, picked)


def _insert(database: str, table: Table, columns: Columns) -> sqlite.Insert | postgresql.Insert:
    if database == "postgresql":
        return postgresql.insert(table).from_select(columns, select(_given(table, columns)))
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return sqlite.insert(table).values(values)


def _given(table: Table, columns: Columns) -> TableValuedAlias:
    """The rows that are written, as a table: one list for each column."""
    lists = [bindparam(name, type_=ARRAY(table.c[name].type)) for name in columns]
    kinds = [column(name, table.c[name].type) for name in columns]
    return func.unnest(*lists).table_valued(*kinds, name="given").render_derived()


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
    if not changed:  # nothing but the key
        return statement.on_conflict_do_nothing(index_elements=keys)
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


def _update_by_key(database: str, table: Table, columns: Columns) -> UpdateBase:
    keys = table.primary_key.columns
    new: Any = (
        _given(table, columns).c
        if database == "postgresql"
        else {name: bindparam(name) for name in columns}
    )
    changed = {name: new[name] for name in columns if name not in keys.keys()}  # noqa: SIM118 - columns, no dict
    return update(table).values(changed).where(*(key == new[key.name] for key in keys))
