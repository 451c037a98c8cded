"""The audit log as one chain: each row's seal stands on the seal of the row before it.

Rows are written in the transaction of their command; one sealer follows within seconds, so that the
chain does not make writers wait for one another. What is sealed are digests of who did it and of
what came of it, so that those words could be taken out one day and the chain would still hold.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from payments.store import rows
from payments.store.engine import Database
from payments.store.tables import audit, audit_seals, commands

AT_ONCE = 2_000
"""The most rows that are sealed in one transaction."""

BEGINNING = "0" * 64
"""What the first row's seal stands on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the chain ends.

    Attributes:
        row: The last sealed row; 0 if there is none.
        seal: Its seal.
        sealed: How many rows were sealed just now.
    """

    row: int
    seal: str
    sealed: int


class AuditLog:
    """Seals the audit log; only one may do so at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self) -> Head:
        """Seal what is not sealed yet, as far as goes at once."""
        newest, sealed = (
            select(func.max(audit.c.audit_id)),
            select(func.max(audit_seals.c.audit_id)),
        )
        async with self._database.reader.connect() as connection:
            last = (await connection.execute(newest)).scalar()
            known = (await connection.execute(sealed)).scalar()
        if last == known:
            return Head(row=known or 0, seal="", sealed=0)
        return await self._database.transact(seal)


def seal(connection: Connection) -> Head:
    """Seal the next rows, in a transaction that writes."""
    found = connection.execute(
        select(audit_seals).order_by(audit_seals.c.audit_id.desc()).limit(1)
    ).one_or_none()
    row, stands_on = (found.audit_id, found.seal) if found else (0, BEGINNING)
    unsealed = select(audit).where(audit.c.audit_id > row).order_by(audit.c.audit_id).limit(AT_ONCE)
    sealed = []
    for each in connection.execute(unsealed).mappings():
        row, stands_on = each["audit_id"], seal_of(each, stands_on)
        sealed.append({"audit_id": row, "seal": stands_on})
    if sealed:
        connection.execute(insert(audit_seals), sealed)
    return Head(row=row, seal=stands_on, sealed=len(sealed))


def seal_of(row: rows.Row, stands_on: str) -> str:
    """The seal of one row: SHA-256 over the seal before it and the row's own words."""
    words = [
        stands_on,
        row["audit_id"],
        row["guild_id"],
        row["at"],
        _digest(row["actor"]),
        row["action"],
        _digest(row["command_key"]),
        _digest(row["outcome"]),
    ]
    return _digest(json.dumps(words))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def check_chain(connection: Connection) -> Iterator[str]:
    """Walk along the chain; yield a sentence about the first row that does not fit, and others.

    Rows that are not sealed yet have nothing to stand on, and are compared with their commands.
    """
    yield from _broken_seals(connection)
    yield from _without_partner(connection)


def _broken_seals(connection: Connection) -> Iterator[str]:
    query = (
        select(audit, audit_seals.c.seal)
        .select_from(audit.outerjoin(audit_seals, audit.c.audit_id == audit_seals.c.audit_id))
        .order_by(audit.c.audit_id)
    )
    stands_on, expected, unsealed = BEGINNING, 1, False
    for row in connection.execute(query).mappings():
        number = row["audit_id"]
        if number != expected:
            yield f"Audit row {expected} was removed: the next one is {number}."
            return
        if row["seal"] is None:
            unsealed = True
        elif unsealed:
            yield f"Audit row {number - 1} was added later: it has no seal, and the next one has."
            return
        elif row["seal"] != seal_of(row, stands_on):
            yield f"Audit row {number} was changed: its seal does not fit."
            return
        stands_on, expected = row["seal"] or stands_on, number + 1
    orphan = connection.execute(
        select(func.min(audit_seals.c.audit_id)).where(audit_seals.c.audit_id >= expected)
    ).scalar()
    if orphan is not None:
        yield f"Audit row {orphan} was removed: its seal is still there."


def _without_partner(connection: Connection) -> Iterator[str]:
    added = (
        select(audit.c.audit_id)
        .select_from(audit.outerjoin(commands, audit.c.command_key == commands.c.command_key))
        .where(commands.c.command_key.is_(None))
        .order_by(audit.c.audit_id)
        .limit(1)
    )
    for number in connection.execute(added).scalars():
        yield f"Audit row {number} was added: there is no such command."
    removed = (
        select(commands.c.command_key)
        .where(commands.c.command_key.not_in(select(audit.c.command_key)))
        .order_by(commands.c.at)
        .limit(1)
    )
    for key in connection.execute(removed).scalars():
        yield f"The audit row of the command {key} was removed."
