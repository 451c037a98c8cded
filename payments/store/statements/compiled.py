"""Statements that batches repeat, compiled once for each database.

Afterwards the driver gets the text and the values as they are. Building such a statement each time,
and checking each of its values, took more of a batch's time than the database did.
"""

import json
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from sqlalchemy import ARRAY, Connection, Select, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import ColumnElement, KeyedColumnElement

from payments.store import rows


class CompiledStatement:
    """A statement, compiled for one database.

    Attributes:
        text: SQL, with the driver's marks for values.
        names: What each of the values is called, in their order.
    """

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = tuple(names)


_known: dict[tuple[object, ...], CompiledStatement] = {}


def compiled(
    connection: Connection, make: Callable[..., Select[Any] | UpdateBase], *details: Hashable
) -> CompiledStatement:
    """The statement that `make` makes of the details, which decide all of it but the values.

    Args:
        connection: To the database for which it is compiled.
        make: A function of a module: it makes the statement once.
        details: Hashable, and of few kinds: each is remembered.
    """
    key = (connection.dialect.name, make, *details)
    if key not in _known:
        compiled = make(*details).compile(dialect=connection.dialect, for_executemany=True)
        _known[key] = CompiledStatement(str(compiled), compiled.positiontup or ())
    return _known[key]


def read(
    connection: Connection,
    make: Callable[..., Select[Any]],
    *details: Hashable,
    **values: object,
) -> Sequence[rows.Row]:
    """All rows that a statement finds.

    Args:
        connection: In a transaction.
        make: As in `compiled`.
        details: As there.
        values: By name. A list is a value for `one_of`; its texts hold no NUL, which SQLite's JSON
            would end them at.
    """
    statement = compiled(connection, make, *details)
    pack = json.dumps if connection.dialect.name == "sqlite" else list
    given = {
        name: pack(value) if isinstance(value, list) else value for name, value in values.items()
    }
    chosen = tuple(given[name] for name in statement.names)
    return connection.exec_driver_sql(statement.text, chosen).mappings().all()


class one_of(ColumnElement[bool]):  # noqa: N801 - reads as a function
    """Whether a column is among the values of a list, given whole as one value.

    However long the list is, the words are the same, so that the database prepares them once.
    """

    inherit_cache = False

    def __init__(self, column: KeyedColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = bindparam(name, type_=ARRAY(column.type))


@compiles(one_of, "sqlite")
def _one_of_json(element: one_of, compiler: SQLCompiler, **_: object) -> str:
    column, values = compiler.process(element.column), compiler.process(element.values)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a bound value


@compiles(one_of, "postgresql")
def _one_of_array(element: one_of, compiler: SQLCompiler, **_: object) -> str:
    column, values = compiler.process(element.column), compiler.process(element.values)
    return f"{column} = ANY ({values})"
