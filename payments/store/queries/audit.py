"""What moderators did, found again by its id."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import or_, select

from payments.commands.base import Command
from payments.commands.catalogue import UNDOABLE
from payments.commands.points.grant_proposals import ProposeGrant
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.items import Item
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode

C = TypeVar("C", bound=Command[Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A command as it was carried out.

    Attributes:
        kind: Its kind.
        command: The command; None if it is of a kind that is never undone.
        outcome: What it returned.
    """

    kind: str
    command: Command[Any] | None
    outcome: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One row of the audit log.

    Attributes:
        id: Its number; later ones are greater.
        guild: In whose books; none where that was found out on the way.
        actor: Who did it: `member:123`, `provider:stripe`, `system`.
        action: What, by the command's kind.
        key: Of the command.
        outcome: What it returned, as JSON.
    """

    id: int
    at: Instant
    guild: GuildId | None
    actor: str
    action: str
    key: CommandKey
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditArchived:
    """What of the audit log is in files, of all guilds together.

    Attributes:
        rows: How many rows.
        until: When the youngest of them was written.
    """

    rows: int
    until: Instant


class AuditCursor(NamedTuple):
    """A place in the audit log of a guild."""

    at: Instant
    id: int


class ActionQueries(Reader):
    """What can be asked about what was done."""

    async def audit(
        self,
        guild: GuildId,
        *,
        actor: str | None = None,
        before: AuditCursor | None = None,
        limit: int,
    ) -> list[AuditLine]:
        """What was done in a guild, newest first.

        Args:
            guild: Where.
            actor: Only what they did, if given.
            before: Only what was done before that, if given.
            limit: Highest number of rows.
        """
        audit = tables.audit
        query = select(audit).where(audit.c.guild_id == guild)
        if actor is not None:
            query = query.where(audit.c.actor == actor)
        if before is not None:
            query = query.where(
                audit.c.at <= before.at,
                or_(audit.c.at < before.at, audit.c.audit_id < before.id),
            )
        ordered = query.order_by(audit.c.at.desc(), audit.c.audit_id.desc()).limit(limit)
        return [_line_from(row) for row in await self._mappings(ordered)]

    async def audit_since(self, since: Instant, *, after: int, limit: int) -> list[AuditLine]:
        """What was done anywhere since then, oldest first, for an export page by page.

        Args:
            since: From when on.
            after: Only rows with greater numbers.
            limit: Highest number of rows.
        """
        audit = tables.audit
        query = (
            select(audit)
            .where(audit.c.audit_id > after, audit.c.at >= since)
            .order_by(audit.c.audit_id)
            .limit(limit)
        )
        return [_line_from(row) for row in await self._mappings(query)]

    async def audit_archived(self) -> AuditArchived | None:
        """What of the audit log was archived; None if nothing was."""
        archived = tables.audit_archived
        found = await self._mappings(select(archived.c.position, archived.c.at))
        if not found:
            return None
        return AuditArchived(rows=found[0]["position"], until=Instant(found[0]["at"]))

    async def action(self, guild: GuildId, key: CommandKey) -> Action | None:
        """What was done in a guild under a key."""
        commands = tables.commands
        query = select(commands).where(commands.c.command_key == key, commands.c.guild_id == guild)
        found = await self._mappings(query)
        return _action_from(found[0]) if found else None

    async def proposed_grant(self, guild: GuildId, key: CommandKey) -> ProposeGrant | None:
        """A grant that a moderator has proposed, decided or not."""
        commands = tables.commands
        query = select(commands).where(
            commands.c.command_key == key,
            commands.c.guild_id == guild,
            commands.c.kind == ProposeGrant.kind,
        )
        found = await self._mappings(query)
        return None if not found else _command_from(ProposeGrant, found[0], None)

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


def _line_from(row: rows.Row) -> AuditLine:
    return AuditLine(
        id=row["audit_id"],
        at=Instant(row["at"]),
        guild=row["guild_id"],
        actor=row["actor"],
        action=row["action"],
        key=CommandKey(row["command_key"]),
        outcome=row["outcome"],
    )


def _command_from(kind: type[C], row: rows.Row, outcome: object) -> C:
    fields = json.loads(row["content"]) | {"key": row["command_key"], "at": row["at"]}
    if isinstance(outcome, Item):  # a fresh id is no part of what was asked for
        fields["item"] = outcome.id
    return TypeAdapter(kind).validate_python(fields)


def _action_from(row: rows.Row) -> Action:
    kind = UNDOABLE.get(row["kind"])
    if kind is None:
        return Action(kind=row["kind"], command=None, outcome=None)
    outcome = decode(kind.result, row["result"])
    command = _command_from(kind, row, outcome)
    return Action(kind=row["kind"], command=command, outcome=outcome)
