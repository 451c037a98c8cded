"""Looking at whole books: what is in them, and whether they keep what is promised.

The promises: (1) every guild sums to zero, and each balance is what its transfers and lots say;
(2) the points of each payment are what a naive oracle says; (3) at most one credit for a checkout;
(4) each change has exactly one set of events and deliveries; (5) what was acknowledged is there.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from payments.domain.values.ids import House
from payments.domain.values.ledger import TransferKind
from payments.store import tables
from payments.store.books.holds import load_payments_whole
from payments.store.engine.database import Database
from payments.store.verify.verify import verify
from tests.faults.life import Life
from tests.support.payment_oracle import expect

Whole = dict[str, list[dict[str, Any]]]

LEFT_OUT = {
    "audit": {"audit_id"},
    "deliveries": {"delivery_id", "nonce"},
    "installation": {"installation_id"},
}
"""Columns that are random, or count up: a transaction that was rolled back leaves a gap."""


def whole(connection: Connection) -> Whole:
    """All rows of all tables, but for numbers that only count, and random ones."""
    found: Whole = {}
    for table in tables.metadata.sorted_tables:
        columns = [c for c in table.c if c.name not in LEFT_OUT.get(table.name, set())]
        rows = (dict(row) for row in connection.execute(select(*columns)).mappings())
        found[table.name] = sorted(rows, key=repr)
    return found


def broken_promises(connection: Connection, life: Life | None = None) -> list[str]:
    """What does not hold, in sentences."""
    found = list(verify(connection))
    transfers = connection.execute(select(tables.transfers)).mappings().all()
    house = Counter[tuple[int, int]]()
    for each in transfers:
        house[each["guild_id"], each["source"]] -= each["points"]
        house[each["guild_id"], each["destination"]] += each["points"]
    members = sum(connection.execute(select(tables.accounts.c.balance)).scalars())
    own = sum(points for (_, owner), points in house.items() if owner <= tables.LAST_HOUSE)
    if members + own:
        found.append(f"The guilds sum to {members + own}.")
    credited = Counter(
        each["payment_id"] for each in transfers if each["kind"] == TransferKind.PURCHASE
    )
    found += [f"{payment} was credited {n} times." for payment, n in credited.items() if n > 1]
    found += _strays(connection)
    if life is not None:
        found += _not_as_the_oracle_says(connection, life, house)
    return found


def _strays(connection: Connection) -> Iterable[str]:
    """Events and deliveries that belong to no command, or not to their event."""
    keys = set(connection.execute(select(tables.commands.c.command_key)).scalars())
    events = connection.execute(select(tables.events)).mappings().all()
    deliveries = Counter((each["command_key"], each["name"], each["body"]) for each in events)
    yield from (
        f"{key} told {name} {n} times." for (key, name, _), n in deliveries.items() if n > 1
    )
    yield from (
        f"The event {each['event_id']} is of no command."
        for each in events
        if each["command_key"] not in keys
    )
    ids = {each["event_id"] for each in events}
    delivered = connection.execute(select(tables.deliveries.c.event_id)).scalars()
    yield from (f"A delivery is of no event: {each}." for each in delivered if each not in ids)


def _not_as_the_oracle_says(
    connection: Connection, life: Life, house: Counter[tuple[int, int]]
) -> Iterable[str]:
    given = out = gone = 0
    loaded = {
        payment.id: (payment, holds)
        for payment, holds in load_payments_whole(connection, list(life.bought))
    }
    for payment_id, points in life.bought.items():
        if payment_id not in loaded:
            continue  # its buyer may not buy, after a lost dispute
        payment, holds = loaded[payment_id]
        expected = expect(points, life.updates[payment_id])
        standing = sum(hold.standing for hold in holds)
        burned = sum(hold.burned for hold in holds)
        if (payment.state, standing, burned) != (expected.state, expected.out, expected.gone):
            yield (
                f"{payment_id} is {payment.state} with {standing} out and {burned} gone, not "
                f"{expected.state} with {expected.out} and {expected.gone}."
            )
        given, out, gone = given + expected.given, out + expected.out, gone + expected.gone
    issued = sum(n for (_, owner), n in house.items() if owner == House.ISSUED.value)
    held = sum(n for (_, owner), n in house.items() if owner == House.HELD.value)
    if (-issued, held) != (given - gone, out - gone):
        yield f"{-issued} are issued and {held} held, not {given - gone} and {out - gone}."


async def look(database: Database, life: Life | None = None) -> tuple[Whole, list[str]]:
    """All that is in the books, and what does not hold."""
    return await database.snapshot(lambda c: (whole(c), broken_promises(c, life)))


def lost(acked: Path, found: Whole) -> list[str]:
    """Commands that were acknowledged and are not there."""
    keys = {row["command_key"] for row in found["commands"]}
    given = acked.read_text().split() if acked.exists() else []
    return [each for each in given if each not in keys]
