"""Databases at an older version."""

from alembic import command
from sqlalchemy import Connection, text

from migrations import SCRIPTS
from payments.store.engine.migrate import Migrations


def empty(connection: Connection) -> None:
    """Take away all tables of a PostgreSQL, which is a copy of one at the newest version."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


def at(version: str, connection: Connection) -> None:
    migrations = Migrations(SCRIPTS)
    migrations._config.attributes["connection"] = connection
    command.upgrade(migrations._config, version)
