"""Books as full as one likes, from one purchase that was really made.

What the first purchase left in the tables is written many times over under other names: of another
payment, another member, another moment, with other keys. `verify` must agree with the whole.
"""

import hashlib
import json
import re
from typing import Any

from sqlalchemy import Connection, Table, select

from benchmarks.databases import Rows
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant
from payments.store import tables
from tests.support.make import ADA

FIRST_AT = 1_790_000_000_000_000
"""When the first purchase was made, in microseconds; each later one a millisecond later."""

KEY = re.compile(r"\b[0-9a-f]{32}\b")
"""Keys that follow from what they are keys of; any others will do."""


def payment_name(number: int) -> str:
    """The name of a payment."""
    return f"01a1fca5-0000-7000-8000-{number:012}"


def member_of(number: int) -> MemberId:
    """Who buys: everybody once."""
    return MemberId(ADA + number)


def moment_of(number: int) -> Instant:
    """When it was."""
    return Instant(FIRST_AT + 1_000 * number)


def contents(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
    """All that is in the tables, without the numbers that the database gives."""
    return {
        table: [
            {name: value for name, value in row.items() if name != given}
            for row in connection.execute(select(table)).mappings()
        ]
        for table in tables.metadata.sorted_tables
        for given in (getattr(table.autoincrement_column, "name", None),)
    }


class Pattern:
    """One purchase, to be written again for others.

    Args:
        before: What was in the tables before it.
        after: What was in them afterwards.
        number: Of which payment it was.
    """

    def __init__(
        self,
        before: dict[Table, list[dict[str, Any]]],
        after: dict[Table, list[dict[str, Any]]],
        number: int = 0,
    ) -> None:
        new = {table: [row for row in after[table] if row not in before[table]] for table in after}
        self._new = {table: rows for table, rows in new.items() if rows}
        self._columns = [(table, list(rows[0])) for table, rows in self._new.items()]
        self._text = json.dumps(
            [[list(row.values()) for row in rows] for rows in self._new.values()]
        )
        self._number = number
        self._keys = sorted(set(KEY.findall(self._text)))

    def rows(self, numbers: range) -> Rows:
        """The rows of these purchases, by table, in an order that foreign keys allow."""
        found: Rows = {table: (columns, []) for table, columns in self._columns}
        for number in numbers:
            written = json.loads(self._replaced(number))
            for (table, _), rows in zip(self._columns, written, strict=True):
                found[table][1].extend(rows)
        return found

    def _replaced(self, number: int) -> str:
        text = self._text
        for name in (payment_name, member_of, moment_of):
            text = text.replace(str(name(self._number)), str(name(number)))
        for key in self._keys:
            other = hashlib.blake2b(f"{key}{number}".encode(), digest_size=16)
            text = text.replace(key, other.hexdigest())
        return text
