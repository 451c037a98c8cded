"""What moderators did, found again by its id."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from payments.commands.base import Command
from payments.commands.catalogue import UNDOABLE
from payments.domain.ids import CommandKey, GuildId
from payments.store import rows, tables
from payments.store.codec import decode
from payments.store.queries.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A command as it was carried out.

    Attributes:
        kind: Its kind.
        command: The command; none if it is of a kind that is never undone.
        outcome: What it returned.
    """

    kind: str
    command: Command[Any] | None
    outcome: Any


class ActionQueries(Reader):
    """What can be asked about moderators' actions."""

    async def action(self, guild: GuildId, key: CommandKey) -> Action | None:
        """What was done in a guild under a key."""
        commands = tables.commands
        query = select(commands).where(commands.c.command_key == key, commands.c.guild_id == guild)
        found = await self._mappings(query)
        return _action_from(found[0]) if found else None

    async def undoable(self, guild: GuildId, limit: int) -> list[Action]:
        """The newest actions of a kind that can be undone, undone already or not."""
        commands = tables.commands
        query = (
            select(commands)
            .where(commands.c.guild_id == guild, tables.UNDOABLE)
            .order_by(commands.c.at.desc())
            .limit(limit)
        )
        return [_action_from(row) for row in await self._mappings(query)]


def _action_from(row: rows.Row) -> Action:
    kind = UNDOABLE.get(row["kind"])
    if kind is None:
        return Action(kind=row["kind"], command=None, outcome=None)
    fields = json.loads(row["content"]) | {"key": row["command_key"], "at": row["at"]}
    return Action(
        kind=row["kind"],
        command=TypeAdapter(kind).validate_python(fields),
        outcome=decode(kind.result, row["result"]),
    )
