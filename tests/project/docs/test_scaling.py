"""What docs/scaling.md says of the tables' keys is so."""

import re
from pathlib import Path

from payments.store.tables import metadata

PAGE = Path(__file__).parents[3] / "docs" / "scaling.md"
ROWS = re.findall(r"^\| (`[a-z_]+`.*?) \| (.+?) \| .+ \|$", PAGE.read_text(), re.MULTILINE)


def named(words: str) -> set[str]:
    """The tables in the row whose key is described so."""
    (tables,) = [tables for tables, key in ROWS if words in key]
    return set(re.findall(r"`([a-z_]+)`", tables))


def test_each_table_is_in_the_row_of_its_key() -> None:
    tables = metadata.sorted_tables
    first = {table.name for table in tables if next(iter(table.primary_key)).name == "guild_id"}
    beside = {
        table.name
        for table in tables
        if "guild_id" in table.c and not table.c.guild_id.nullable and table.name not in first
    }
    assert named("begins with `guild_id`") == first
    assert named("with the guild beside it") == beside
    assert named("belong to no guild") == {table.name for table in tables} - first - beside


def test_each_foreign_key_has_the_guild_at_both_ends() -> None:
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            ends = constraint.elements[0]
            assert (ends.parent.name, ends.column.name) == ("guild_id", "guild_id"), table.name


def test_what_is_unique_is_so_within_a_guild_but_for_ids_of_payments_and_orders() -> None:
    alone = {
        (table.name, *(column.name for column in index.columns))
        for table in metadata.sorted_tables
        if table.name in named("begins with `guild_id`")
        for index in table.indexes
        if index.unique and "guild_id" not in index.columns
    }
    assert alone == {("payments", "payment_id"), ("orders", "order_id")}
