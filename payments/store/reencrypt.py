"""What is encrypted in the database: under which keys, and putting all of it under the first."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Column, Connection, literal, select, tuple_, update

from payments.infra.encryption import Encryptor
from payments.infra.errors import CannotDecrypt
from payments.store.engine.database import Database
from payments.store.tables import (
    answers,
    item_codes,
    mail_addresses,
    mail_state,
    subscribers,
)

ENCRYPTED: Final = (
    answers.c.sealed,
    subscribers.c.sealed,
    item_codes.c.encrypted,
    mail_addresses.c.encrypted,
    mail_state.c.encrypted_key,
)
"""Columns of which each row is encrypted."""

NOTHING: Final = ""
"""What stands there once a subscriber was removed: its address was forgotten."""

ROWS_AT_ONCE: Final = 200
"""Number of rows that one transaction checks, so that nobody waits for it."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionStanding:
    """Under which keys rows are.

    Attributes:
        newest: Under the first key.
        older: Under one of the others.
        unreadable: Under none of them.
    """

    newest: int = 0
    older: int = 0
    unreadable: int = 0

    def __add__(self, other: "EncryptionStanding") -> "EncryptionStanding":
        return EncryptionStanding(
            newest=self.newest + other.newest,
            older=self.older + other.older,
            unreadable=self.unreadable + other.unreadable,
        )


async def look(database: Database, encryptor: Encryptor) -> EncryptionStanding:
    """How all rows stand; changes nothing."""
    return await database.snapshot(partial(_look, encryptor=encryptor))


async def encrypt_under_first_key(
    database: Database, encryptor: Encryptor, on_progress: Callable[[int], None] = lambda _: None
) -> int:
    """Encrypt all rows of older keys under the first key.

    The program may run meanwhile: a row that it changes is left as it then is. After an
    interruption run it again: it goes on with what is left.

    Args:
        database: At the newest version.
        encryptor: With the old keys behind the new one.
        on_progress: Called with the number of rows changed so far.

    Returns:
        How many rows were changed.
    """
    changed = 0
    for column in ENCRYPTED:
        last: Key | None = None
        while True:
            work = partial(_some, column=column, last=last, encryptor=encryptor)
            last, some = await database.transact(work)
            changed += some
            on_progress(changed)
            if last is None:
                break
    return changed


def _look(connection: Connection, encryptor: Encryptor) -> EncryptionStanding:
    standing = EncryptionStanding()
    for column in ENCRYPTED:
        some = select(column).where(column != NOTHING)
        for encrypted in connection.execute(some).scalars():
            standing += _standing(encryptor, encrypted)
    return standing


def _standing(encryptor: Encryptor, encrypted: str) -> EncryptionStanding:
    if encryptor.is_under_first(encrypted):
        return EncryptionStanding(newest=1)
    try:
        encryptor.decrypt(encrypted)
    except CannotDecrypt:
        return EncryptionStanding(unreadable=1)
    return EncryptionStanding(older=1)


def _some(
    connection: Connection, column: Column[str], last: Key | None, encryptor: Encryptor
) -> tuple[Key | None, int]:
    """Look at some rows after a key; the last key, none at the end, and how many changed."""
    table = column.table
    key = list(table.primary_key.columns)
    query = select(*key, column).where(column != NOTHING)
    query = query.order_by(*key).limit(ROWS_AT_ONCE)
    if last is not None:
        query = query.where(tuple_(*key) > tuple_(*map(literal, last, (each.type for each in key))))
    found = connection.execute(query).all()
    changed = 0
    for *values, encrypted in found:
        if _standing(encryptor, encrypted).older:
            same = [part == value for part, value in zip(key, values, strict=True)]
            statement = (
                update(table)
                .where(*same, column == encrypted)
                .values({column: encryptor.encrypt(encryptor.decrypt(encrypted))})
            )
            changed += connection.execute(statement).rowcount
    end = len(found) < ROWS_AT_ONCE
    return (None if end else tuple(found[-1][:-1])), changed
