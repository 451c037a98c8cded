"""The address of a database, from the settings."""

from typing import Final

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from payments.infra.errors import DatabaseUnusable

MAX_PORT: Final = 65535


def parse_database_url(url: str) -> URL:
    """Read `DATABASE_URL`.

    Raises:
        DatabaseUnusable: It is no address of a database that we know.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise DatabaseUnusable(
            "DATABASE_URL is not an address. Write it like sqlite:///guildbank.db."
        ) from None
    backend = parsed.get_backend_name()
    if parsed.port is not None and not 0 < parsed.port <= MAX_PORT:
        raise DatabaseUnusable(f"DATABASE_URL names no port: they go from 1 to {MAX_PORT}.")
    if backend == "postgresql":
        if not parsed.database:
            raise DatabaseUnusable(
                "DATABASE_URL names no database. Write it like "
                "postgresql://user:password@host/guildbank."
            )
        return parsed
    if backend != "sqlite":
        raise DatabaseUnusable(
            f"DATABASE_URL names {backend}, which is not known. Write it like "
            "sqlite:///guildbank.db or postgresql://user:password@host/guildbank."
        )
    if not parsed.database or parsed.database == ":memory:":
        raise DatabaseUnusable("DATABASE_URL names no file. Write it like sqlite:///guildbank.db.")
    return parsed
