"""What the database's errors say: what was wrong, and never with which values.

SQLAlchemy leaves the values of a statement out with `hide_parameters`. PostgreSQL puts values into
its own words: `DETAIL: Failing row contains (…)`, or `invalid input syntax for type bigint: "…"`.
Names of members, addresses of checkouts and notes would go to the log with them.
"""

from typing import Any, Final

import asyncpg
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext

_WITHOUT_VALUES: Final = ("08", "23", "25", "28", "3D", "40", "42", "53", "55", "57")
"""Classes of SQLSTATEs whose first line names tables, columns and constraints, but no values."""


def be_discreet(engine: Engine) -> None:
    """Keep values out of all errors of this engine.

    Args:
        engine: Made with `hide_parameters=True`; for an asynchronous one its `sync_engine`.
    """
    event.listen(engine, "handle_error", _without_values)


def _without_values(context: ExceptionContext) -> None:
    """Change the words of the driver's error, and of those made of it, before anybody sees them."""
    driver = _driver_error(context.original_exception)
    if driver is None:
        return
    whole = str(driver)
    driver.args = (_words(driver),)
    for part in ("detail", "hint", "context", "query", "internal_query"):
        setattr(driver, part, None)
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error is not driver:
            error.args = tuple(
                each.replace(whole, str(driver)) if isinstance(each, str) else each
                for each in error.args
            )


def _words(driver: Any) -> str:  # noqa: ANN401 - as below
    state = getattr(driver, "sqlstate", None)
    if state is not None and state.startswith(_WITHOUT_VALUES):
        return str(driver.args[0]) if driver.args else state
    return f"{state or 'the driver'} refuses a value, which is not shown here"


def _driver_error(error: BaseException | None) -> Any:  # noqa: ANN401 - asyncpg is not typed
    """What asyncpg raised, if it may say values: the server's own error, or a refused argument."""
    while error is not None:
        of_server = isinstance(error, asyncpg.PostgresError)
        if of_server or (
            isinstance(error, asyncpg.InterfaceError) and isinstance(error, ValueError)
        ):
            return error
        error = error.__cause__
    return None
