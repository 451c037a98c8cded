"""The server and the books of the benchmark on Discord, as large as they are after years."""

import asyncio
import functools
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, insert, text

from migrations import SCRIPTS
from payments.domain.values.ids import AccountKey, GuildId, House, MemberId
from payments.domain.values.items import ItemKind
from payments.domain.values.ledger import Lot, PointsKind, Terms
from payments.domain.values.time import Instant
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.engine.dialect import is_postgres
from payments.store.engine.migrate import Migrations
from sandbox.discord_wire import default_world
from sandbox.discord_wire.world import GUILD, Member, User, World
from tests.support.shopping import add_item, offer

FIRST = 500_000_000_000_000_000
SEEN = 1_000
GRANTED = 7
WORDS = "It is described in some words, as owners do that. " * 2
AT_ONCE = 2_000


def world() -> World:
    """The guild with many members."""
    usual = default_world()
    (guild,) = usual.guilds
    more = [User(id=FIRST + number, username=f"member{number}") for number in range(SEEN)]
    members = (*guild.members, *(Member(user=each.id) for each in more))
    wider = guild.model_copy(update={"members": members})
    return usual.model_copy(update={"users": (*usual.users, *more), "guilds": (wider,)})


def rows_of(members: range, each: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Rows of accounts with this number of grants, by table; equal terms make one lot each."""
    terms = Terms(kind=PointsKind.PROMOTIONAL, payment=None, matures_at=Instant(0))
    accounts, lots, transfers, entries = [], [], [], []
    for number in members:
        member = FIRST + number
        account = AccountKey(GuildId(GUILD), MemberId(member))
        lot = Lot(account=account, terms=terms, opened_at=Instant(1), remaining=0).id
        whole = each * GRANTED
        accounts.append({"guild_id": GUILD, "member_id": member, "balance": whole, "debt": 0})
        lots.append(
            {"guild_id": GUILD, "lot_id": lot, "member_id": member, "kind": "promotional"}
            | {"matures_at": 0, "opened_at": 1, "remaining": whole, "lapsed": 0}
        )
        for grant in range(each):
            key = {"guild_id": GUILD, "transfer_id": f"{number * each + grant:032x}"}
            transfers.append(
                key
                | {"kind": "grant", "source": House.ADJUSTED.value, "destination": member}
                | {"points": GRANTED, "at": grant + 1, "command_key": "filled", "note": ""}
            )
            entries.append(key | {"position": 0, "lot_id": lot, "points": GRANTED})
    yield tables.accounts, accounts
    yield tables.lots, lots
    yield tables.transfers, transfers
    yield tables.lot_entries, entries


async def fill(database: Database, accounts: int, transfers: int) -> None:
    """Books as if this number of grants had been made."""
    await Migrations(SCRIPTS).apply(database)
    for start in range(0, accounts, AT_ONCE):
        members = range(start, min(accounts, start + AT_ONCE))
        await database.transact(
            functools.partial(_insert, members=members, each=transfers // accounts)
        )
    await database.transact(_analyse)


async def put_up(database: Database, items: int) -> None:
    """So many items for sale, of all prices that a member may think of."""
    runner = Runner(database, route=lambda *_: ())
    runner.start()
    offers = [
        offer(f"Item {number:03}", ItemKind.PERSON, 5 + number, description=f"What it is. {WORDS}")
        for number in range(items)
    ]
    await asyncio.gather(*(runner.run(add_item(each, 100)) for each in offers))
    await runner.close()


def _insert(connection: Connection, *, members: range, each: int) -> None:
    for table, rows in rows_of(members, each):
        connection.execute(insert(table), rows)


def _analyse(connection: Connection) -> None:
    """Statistics, as PostgreSQL has made them long before there are this many rows."""
    if is_postgres(connection):
        connection.execute(text("ANALYZE"))
