"""The migrations make exactly what the program expects."""

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from migrations import SCRIPTS
from payments.infra.errors import DatabaseUnusable
from payments.store.books.installation import load_installation
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.tables import metadata
from tests.support.databases import only_on_postgres, only_on_sqlite


async def test_each_model_equals_its_migration(database: Database) -> None:
    def differences(connection: Connection) -> object:
        return compare_metadata(MigrationContext.configure(connection), metadata)

    assert await database.transact(differences) == []


@only_on_sqlite
async def test_each_table_is_strict(database: Database) -> None:
    """All but Alembic's own, which holds one word."""

    def lax(connection: Connection) -> list[str]:
        rows = connection.execute(text("PRAGMA table_list"))
        return [row.name for row in rows if not row.strict and not row.name.startswith("sqlite_")]

    assert await database.transact(lax) == ["alembic_version"]


@only_on_sqlite
async def test_each_check_of_the_models_is_in_the_database(database: Database) -> None:
    """Alembic does not compare checks and partial indices: their text is compared here."""

    def written(connection: Connection) -> str:
        rows = connection.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return " ".join(row.sql for row in rows)

    sql = await database.transact(written)
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if constraint.name is not None:
                assert str(constraint.name) in sql
        for index in table.indexes:
            where = index.dialect_options["sqlite"]["where"]
            assert str(index.name) in sql
            if where is not None:
                condition = str(where.compile(compile_kwargs={"literal_binds": True}))
                assert condition.rsplit(".", maxsplit=1)[-1] in sql


@only_on_postgres
async def test_each_check_of_the_models_is_in_a_postgresql_too(database: Database) -> None:
    def written(connection: Connection) -> str:
        rows = connection.execute(
            text(
                "SELECT CAST(conname AS text) FROM pg_constraint UNION ALL "
                "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
            )
        )
        return "\n".join(rows.scalars())

    there = await database.transact(written)
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if constraint.name is not None:
                assert str(constraint.name) in there
        for index in table.indexes:
            assert str(index.name) in there
            if index.dialect_options["postgresql"]["where"] is not None:
                assert re.search(rf"INDEX {index.name} ON .* WHERE ", there)


async def test_applying_them_again_changes_nothing(database: Database) -> None:
    migrations = Migrations(SCRIPTS)
    assert await migrations.apply(database) == migrations.head


async def test_a_newer_database_is_refused_with_a_sentence(database: Database) -> None:
    def make_newer(connection: Connection) -> None:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    await database.transact(make_newer)
    with pytest.raises(DatabaseUnusable, match="newer Guildbank"):
        await Migrations(SCRIPTS).apply(database)


async def test_a_database_in_a_missing_folder_is_refused_with_a_sentence() -> None:
    database = open_database("sqlite:////nowhere/at/all/books.db")
    with pytest.raises(DatabaseUnusable, match="Check the path"):
        await Migrations(SCRIPTS).apply(database)
    await database.close()


async def test_each_installation_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = set()
    for number in range(2):
        database = open_database(f"sqlite:///{tmp_path}/{number}.db")
        await Migrations(SCRIPTS).apply(database)
        ids.add(await database.transact(load_installation))
        await database.close()
    assert len(ids) == 2
