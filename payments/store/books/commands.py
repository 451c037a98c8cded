"""Commands that have had their effect, and the audit log."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Select, select

from payments.domain.values.ids import CommandKey
from payments.store import rows, tables
from payments.store.books.writer import Writing
from payments.store.statements.bulk import insert
from payments.store.statements.compiled import one_of, read


def load_commands(connection: Connection, keys: Iterable[CommandKey]) -> dict[CommandKey, rows.Row]:
    """The commands under these keys that have had their effect."""
    found = read(connection, _commands_query, keys=sorted(keys))
    return {CommandKey(row["command_key"]): row for row in found}


def _commands_query() -> Select[Any]:
    return select(tables.commands).where(one_of(tables.commands.c.command_key, "keys"))


def write_commands(writing: Writing) -> None:
    """Note each command that succeeded, for good and for people to read."""
    stored, audited = [], []
    for each in writing.done:
        command = each.command
        common = {
            "command_key": command.key,
            "guild_id": each.guild,
            "actor": command.actor,
            "at": command.at,
        }
        stored.append(
            common | {"kind": command.kind, "content": each.content, "result": each.result}
        )
        audited.append(common | {"action": command.kind, "outcome": each.result})
    insert(writing.connection, tables.commands, stored)
    insert(writing.connection, tables.audit, audited)
