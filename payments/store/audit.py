"""The audit log as one chain: each row's seal stands on the seal of the row before it.

Rows are written in the transaction of their command; one sealer follows within seconds, so that
the chain does not make writers wait for one another. The chain's order is that of sealing: where
several processes write, a row may become visible after one with a higher number. What is sealed are
digests of who did it and of what came of it, so that those words could be taken out one day and the
chain would still hold.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, insert, select

from payments.store import rows
from payments.store.dialect import is_postgres
from payments.store.engine import Database
from payments.store.tables import audit, audit_seals, commands

AT_ONCE = 2_000
"""The most rows that are sealed in one transaction."""

LATE = 1_000
"""Where several processes write, a row may be sealed after others whose numbers are higher by so
much at most; one that is further behind was added by somebody else."""

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
    """Seals the audit log; of two that seal the same row, the second begins anew."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self) -> Head:
        """Seal what is not sealed yet, as far as goes at once."""
        async with self._database.reader.connect() as connection:
            if not await connection.run_sync(lambda c: _unsealed(c, limit=1)):
                return Head(row=0, seal="", sealed=0)
        return await self._database.transact(seal)


def seal(connection: Connection) -> Head:
    """Seal the next rows, in a transaction that writes."""
    found = connection.execute(
        select(audit_seals).order_by(audit_seals.c.position.desc()).limit(1)
    ).one_or_none()
    row, position, stands_on = (
        (found.audit_id, found.position, found.seal) if found else (0, 0, BEGINNING)
    )
    sealed = []
    for each in _unsealed(connection, limit=AT_ONCE):
        row, position, stands_on = each["audit_id"], position + 1, seal_of(each, stands_on)
        sealed.append({"audit_id": row, "position": position, "seal": stands_on})
    if sealed:
        connection.execute(insert(audit_seals), sealed)
    return Head(row=row, seal=stands_on, sealed=len(sealed))


def _unsealed(connection: Connection, *, limit: int) -> Sequence[rows.Row]:
    """Rows without a seal that may still get one, in their order."""
    newest = connection.execute(select(func.max(audit_seals.c.audit_id))).scalar() or 0
    late = LATE if is_postgres(connection) else 0
    query = (
        select(audit)
        .select_from(audit.outerjoin(audit_seals, audit.c.audit_id == audit_seals.c.audit_id))
        .where(audit.c.audit_id > newest - late, audit_seals.c.audit_id.is_(None))
        .order_by(audit.c.audit_id)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


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
        select(
            audit_seals.c.position,
            audit_seals.c.audit_id.label("sealed"),
            audit_seals.c.seal,
            audit,
        )
        .select_from(audit_seals.outerjoin(audit, audit.c.audit_id == audit_seals.c.audit_id))
        .order_by(audit_seals.c.position)
    )
    stands_on, newest = BEGINNING, 0
    for expected, row in enumerate(connection.execute(query).mappings(), start=1):
        number = row["sealed"]
        if row["position"] != expected:
            yield f"A seal of the audit log was removed: the one before that of row {number}."
            return
        if row["audit_id"] is None:
            yield f"Audit row {number} was removed: its seal is still there."
            return
        if row["seal"] != seal_of(row, stands_on):
            yield f"Audit row {number} was changed: its seal does not fit."
            return
        stands_on, newest = row["seal"], max(newest, number)
    late = LATE if is_postgres(connection) else 0
    added = connection.execute(
        select(func.min(audit.c.audit_id)).where(
            audit.c.audit_id <= newest - late,
            ~exists().where(audit_seals.c.audit_id == audit.c.audit_id),
        )
    ).scalar()
    if added is not None:
        yield f"Audit row {added} was added later: it has no seal, and later ones have."


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
        .where(~exists().where(audit.c.command_key == commands.c.command_key))
        .order_by(commands.c.at)
        .limit(1)
    )
    for key in connection.execute(removed).scalars():
        yield f"The audit row of the command {key} was removed."
