"""The statements that something runs, and how the database would run them with many rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

Statement = tuple[str, Any]


@contextmanager
def noted(engine: Engine) -> Iterator[list[Statement]]:
    """Note the statements that are run."""
    statements: list[Statement] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, _m: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "DELETE")):
            statements.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def plan(connection: Connection, statement: str, values: Any) -> list[str]:
    """The steps in which the database would do it, if it had many rows."""
    if connection.dialect.name == "sqlite":
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        return [str(step[3]) for step in steps]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    return [str(step[0]) for step in connection.exec_driver_sql(f"EXPLAIN {statement}", values)]


def scans(connection: Connection, statements: list[Statement]) -> list[str]:
    """Steps of the plans that read a whole table."""
    return [
        f"{step}: {statement}"
        for statement, values in statements
        for step in plan(connection, statement, values)
        if "Seq Scan on" in step
        or (
            step.startswith("SCAN ")
            and "CONSTANT ROW" not in step
            and not step.startswith(
                ("SCAN json_each", "SCAN chosen", "SCAN anon", "SCAN (subquery")
            )
            and "USING INDEX ix_deliveries_" not in step  # walks what waits, in the order wanted
        )
    ]
