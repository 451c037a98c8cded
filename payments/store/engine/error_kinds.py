"""What an error of the database says: by its SQLSTATE, whatever the driver makes of it."""

from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

AWAY: Final = frozenset({"08", "53", "57"})
"""Classes of SQLSTATEs that are about the server or the connection, not about what was asked: no
connection, no resources, an operator's intervention (or a statement that took too long)."""

READ_ONLY: Final = "25006"
"""The server takes no writes, such as one that has become a standby."""

LOCK_NOT_AVAILABLE: Final = "55P03"
"""Somebody else has held a lock for longer than `lock_timeout`."""


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of an error; SQLite has none, nor has a connection that was lost."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def is_lock_wait(error: BaseException) -> bool:
    """Whether somebody else's lock was in the way for too long."""
    return sqlstate_of(error) == LOCK_NOT_AVAILABLE


def is_about_the_content(error: BaseException) -> bool:
    """Whether an error is about something that was to be written, so that the rest may go alone.

    All are but those that say that the database is away.
    """
    if isinstance(error, TimeoutError):
        return False
    if not isinstance(error, DBAPIError):
        return True
    if (state := sqlstate_of(error)) is not None:
        return state[:2] not in AWAY and state != READ_ONLY
    if error.connection_invalidated:
        return False
    refused_by_the_driver = isinstance(getattr(error.orig, "__cause__", None), ValueError)
    return refused_by_the_driver or isinstance(error, IntegrityError | DataError)
