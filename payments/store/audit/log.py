"""The audit log as one chain: each row's seal stands on the seal of the row before it.

Rows are written in the transaction of their command; one sealer follows within seconds, so that
the chain does not make writers wait for one another. The chain's order is that of sealing: where
several processes write, a row may become visible after one with a higher number. What is sealed are
digests of who did it and of what came of it, so that those words could be taken out one day and the
chain would still hold.

Old rows may leave for a file with their seals (`payments/store/audit/archive.py`), from the
beginning of the chain on. The last seal that left is kept: the chain that is here stands on it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, func, insert, select

from payments.domain.values.time import Instant
from payments.store import rows
from payments.store.engine.database import Database
from payments.store.engine.dialect import is_postgres
from payments.store.tables import audit, audit_archived, audit_seals

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the chain that is in the database begins.

    Attributes:
        position: How many rows were archived: the position of the last of them.
        seal: Its seal, on which the first row that is here stands.
        at: When the youngest of them was written; 0 if none was archived.
    """

    position: int
    seal: str
    at: Instant


NOTHING_ARCHIVED: Final = Start(position=0, seal=BEGINNING, at=Instant(0))


class AuditLog:
    """Seals the audit log; of two that seal the same row, the second starts again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seal(self) -> Head:
        """Seal what is not sealed yet, as far as goes at once."""
        if not await self._database.reader.read(lambda c: _unsealed(c, limit=1)):
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


def start_of(connection: Connection) -> Start:
    """Where the chain begins."""
    found = connection.execute(_select_archived()).mappings().one_or_none()
    return Start(**found) if found else NOTHING_ARCHIVED


@cache
def _select_archived() -> Select[Any]:
    return select(audit_archived.c.position, audit_archived.c.seal, audit_archived.c.at)


def late(connection: Connection) -> int:
    """By how much the number of a row may be lower than that of one that is sealed before it."""
    return LATE if is_postgres(connection) else 0


def _unsealed(connection: Connection, *, limit: int) -> Sequence[rows.Row]:
    """Rows without a seal that may still get one, in their order."""
    newest = connection.execute(select(func.max(audit_seals.c.audit_id))).scalar() or 0
    query = (
        select(audit)
        .select_from(audit.outerjoin(audit_seals, audit.c.audit_id == audit_seals.c.audit_id))
        .where(audit.c.audit_id > newest - late(connection), audit_seals.c.audit_id.is_(None))
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
