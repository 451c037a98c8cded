"""Proving the audit log: the chain in the database, and the part of it that left for a file."""

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, exists, func, select

from payments.store import rows
from payments.store.audit.log import BEGINNING, Start, late, seal_of, start_of
from payments.store.tables import audit, audit_seals, commands

ROWS_AT_ONCE: Final = 500
"""Number of archived rows whose commands are looked up together."""


def check_chain(connection: Connection) -> Iterator[str]:
    """Walk along the chain; yield a sentence about the first row that does not fit, and others.

    Rows that are not sealed yet have nothing to stand on, and are compared with their commands.
    """
    yield from _broken_seals(connection)
    yield from _without_partner(connection)


@cache
def _select_sealed() -> Select[Any]:
    return (
        select(
            audit_seals.c.position,
            audit_seals.c.audit_id.label("sealed"),
            audit_seals.c.seal,
            audit,
        )
        .select_from(audit_seals.outerjoin(audit, audit.c.audit_id == audit_seals.c.audit_id))
        .order_by(audit_seals.c.position)
    )


def _broken_seals(connection: Connection) -> Iterator[str]:
    start = start_of(connection)
    stands_on, newest = start.seal, 0
    for expected, row in enumerate(
        connection.execute(_select_sealed()).mappings(), start.position + 1
    ):
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
    unsealed = {"newest": newest - late(connection)}
    added = connection.execute(_select_unsealed(), unsealed).scalar()
    if added is not None:
        yield f"Audit row {added} was added later: it has no seal, and later ones have."


@cache
def _select_unsealed() -> Select[Any]:
    return select(func.min(audit.c.audit_id)).where(
        audit.c.audit_id <= bindparam("newest", type_=audit.c.audit_id.type),
        ~exists().where(audit_seals.c.audit_id == audit.c.audit_id),
    )


@cache
def _select_added() -> Select[Any]:
    return (
        select(audit.c.audit_id)
        .select_from(audit.outerjoin(commands, audit.c.command_key == commands.c.command_key))
        .where(commands.c.command_key.is_(None))
        .order_by(audit.c.audit_id)
        .limit(1)
    )


@cache
def _select_alone() -> Select[Any, Any]:
    alone = commands.outerjoin(audit, audit.c.command_key == commands.c.command_key)
    query = select(func.count(), func.max(commands.c.at)).select_from(alone)
    return query.where(audit.c.audit_id.is_(None))


def _without_partner(connection: Connection) -> Iterator[str]:
    """Each row has its command, and each command its row, here or among those that were archived.

    Which ones were archived only the file can tell; here it is known how many, and how old.
    """
    for number in connection.execute(_select_added()).scalars():
        yield f"Audit row {number} was added: there is no such command."
    start = start_of(connection)
    count, newest = connection.execute(_select_alone()).one()
    if count and newest > start.at:
        alone = commands.outerjoin(audit, audit.c.command_key == commands.c.command_key)
        removed = select(commands.c.command_key).select_from(alone)
        removed = removed.where(audit.c.audit_id.is_(None), commands.c.at > start.at)
        key = connection.execute(removed.order_by(commands.c.at).limit(1)).scalar_one()
        yield f"The audit row of the command {key} was removed."
    elif count != start.position:
        yield (
            f"The audit rows of {count} commands are gone, but {start.position} were archived: "
            "others were removed or put back, or commands were."
        )


def check_archive(connection: Connection, archived: Iterable[rows.Row]) -> Iterator[str]:
    """Walk along the archived part of the chain, from its beginning to where it goes on here.

    Args:
        connection: Where the chain goes on.
        archived: Rows with their positions and seals. What stands there twice, after a crash or a
            restore, must be the same.
    """
    walk = _Walk(start_of(connection))
    waiting = iter(archived)
    while some := list(islice(waiting, ROWS_AT_ONCE)):
        for row in some:
            if wrong := walk.step(row):
                yield wrong
                return
        yield from _without_command(connection, some)
    yield from walk.end(connection)


def _without_command(connection: Connection, archived: Sequence[rows.Row]) -> Iterator[str]:
    keys = [row["command_key"] for row in archived]
    query = select(commands.c.command_key).where(commands.c.command_key.in_(keys))
    known = set(connection.execute(query).scalars())
    for row in archived:
        if row["command_key"] not in known:
            yield f"Archived audit row {row['audit_id']}: there is no such command."


class _Walk:
    """Goes along archived rows.

    Args:
        start: Where the chain goes on in the database.
    """

    def __init__(self, start: Start) -> None:
        self._start = start
        self._seal_at_start = BEGINNING
        self._position = 0
        self._seal = BEGINNING
        self._digests = array("Q")
        """What stood at each position; eight bytes for a row."""

    def step(self, row: rows.Row) -> str | None:
        """Go on by a row; a sentence if it does not fit."""
        if not _is_audit_row(row):
            return "The archive holds a line that is no audit row."
        number, position, digest = row["audit_id"], row["position"], _digest(row)
        if 0 < position <= self._position:
            if self._digests[position - 1] == digest:
                return None
            return f"Audit row {number} stands in the archive twice, and differs."
        if position != self._position + 1:
            return (
                f"The archive lacks what comes before audit row {number}: "
                f"{position - self._position - 1} rows. Name all of its files."
            )
        if row["seal"] != seal_of(row, self._seal):
            return f"Archived audit row {number} was changed: its seal does not fit."
        self._position, self._seal = position, row["seal"]
        self._digests.append(digest)
        if position == self._start.position:
            self._seal_at_start = self._seal
        return None

    def end(self, connection: Connection) -> Iterator[str]:
        """Whether the chain goes on in the database from here."""
        start = self._start
        if self._position < start.position:
            yield (
                f"The archive ends after {self._position} audit rows, but {start.position} were "
                "moved. Name all of its files."
            )
            return
        here = select(audit_seals.c.seal).where(audit_seals.c.position == self._position)
        goes_on = self._seal if self._position == start.position else connection.scalar(here)
        if (self._seal_at_start, self._seal) != (start.seal, goes_on):
            yield "The chain in the database does not go on from the archive."


def _is_audit_row(row: rows.Row) -> bool:
    return {*row} == {*_KINDS} and all(isinstance(row[name], _KINDS[name]) for name in _KINDS)


_KINDS: Final[dict[str, Any]] = {
    "audit_id": int,
    "guild_id": int | None,
    "at": int,
    "actor": str,
    "action": str,
    "command_key": str,
    "outcome": str,
    "position": int,
    "seal": str,
}


def _digest(row: rows.Row) -> int:
    words = json.dumps([row[name] for name in _KINDS])
    return int.from_bytes(blake2b(words.encode(), digest_size=8).digest())
