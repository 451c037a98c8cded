"""How a table is written down: its kinds of columns, and the names of its constraints."""

from typing import Any

from sqlalchemy import Column, MetaData, Table

from payments.store.tables.types import INTEGER, TEXT

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def table(name: str, *columns: Any) -> Table:  # noqa: ANN401 - whatever SQLAlchemy takes
    """A table; on SQLite a strict one."""
    return Table(name, metadata, *columns, sqlite_strict=True)


def integer(name: str, *, null: bool = False, **options: Any) -> Column[int]:  # noqa: ANN401 - as above
    """A column of whole numbers."""
    return Column(name, INTEGER, nullable=null, **options)


def words(name: str, *, null: bool = False, **options: Any) -> Column[str]:  # noqa: ANN401 - as above
    """A column of text."""
    return Column(name, TEXT, nullable=null, **options)
