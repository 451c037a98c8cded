"""What tests need to know of the two databases."""

import functools

import pytest
from sqlalchemy import Connection, Engine, text

from migrations import SCRIPTS
from payments.store.engine.database import Database, SqliteDatabase
from payments.store.engine.migrate import Migrations
from payments.store.engine.postgres import PostgresDatabase

BOTH = ("sqlite", "postgresql")

only_on_sqlite = pytest.mark.databases("sqlite")
"""For what only SQLite has, and for rooms whose matter is no statement, lock or transaction."""

only_on_postgres = pytest.mark.databases("postgresql")
"""For what only PostgreSQL has."""

on_both = pytest.mark.databases(*BOTH)
"""For a test that stands among others that run on SQLite alone."""


@functools.cache
def all_migrations() -> Migrations:
    """The program's migrations; their files are read once for all tests."""
    return Migrations(SCRIPTS)


def writer_of(database: Database) -> Engine:
    """The engine that writes."""
    if isinstance(database, PostgresDatabase):
        return database._writer.sync_engine
    assert isinstance(database, SqliteDatabase)
    return database.writer


def forbid(connection: Connection, table: str, when: str = "1 = 1") -> None:
    """Let the database refuse new rows of a table from now on."""
    if connection.dialect.name == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'no'); END"
        connection.execute(
            text(f"CREATE TRIGGER forbidden BEFORE INSERT ON {table} WHEN {when} {body}")
        )
        return
    connection.execute(
        text(
            "CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23514'; END $$"
        )
    )
    connection.execute(
        text(
            f"CREATE TRIGGER forbidden BEFORE INSERT ON {table} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION forbid()"
        )
    )


def allow(connection: Connection, table: str) -> None:
    """Let the database take them again."""
    on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
    connection.execute(text(f"DROP TRIGGER forbidden{on}"))
