"""Verifying the books within a time limit."""

import time
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from payments.store.engine.dialect import is_postgres
from payments.store.verify.verify import verify

_STEPS_BETWEEN_LOOKS = 1000
"""Number of steps that SQLite makes before it checks the clock again."""


def verify_within(connection: Connection, seconds: float) -> list[str] | None:
    """What `verify` complains of; None if the time was not enough.

    Args:
        connection: In a transaction of its own; it is of no use afterwards.
        seconds: The time.
    """
    deadline = time.monotonic() + seconds
    _limit(connection, deadline)
    found = []
    try:
        for complaint in verify(connection):
            found.append(complaint)
            if time.monotonic() > deadline:
                break
    except DBAPIError:
        if time.monotonic() < deadline:
            raise
        return None
    return found if time.monotonic() <= deadline else None


def _limit(connection: Connection, deadline: float) -> None:
    """Make the database end a statement that takes too long."""
    if is_postgres(connection):
        milliseconds = max(1, round((deadline - time.monotonic()) * 1000))
        connection.execute(text(f"SET LOCAL statement_timeout = {milliseconds}"))
        return
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS)
