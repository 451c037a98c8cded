"""Makes the stored databases in `stored/0030`: a small shop as commit c17ef1a leaves it.

It is written for that commit's code, and runs there:

    git worktree add --detach ../old c17ef1a
    cd ../old && PYTHON -m tests.store.upgrade.make_0030 FOLDER   (after copying this file)

PYTHON is that of an environment with the development lock. No provider and no Discord is needed:
what they would say is given as commands. Only what is encrypted differs between two runs. An order
is named after its buyer; there is one in each state, and several of which more is to come.
"""

import asyncio
import gzip
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from migrations import SCRIPTS
from payments.commands.base import SYSTEM, by_member
from payments.commands.guild.api_keys import AddApiKey, RevokeApiKey
from payments.commands.payments.inbox import RecordProviderEvent
from payments.commands.points.move import GrantPoints
from payments.commands.shop.codes import AddCodes, ReplaceCode
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.items import AddItem
from payments.commands.shop.place import PlaceOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.commands.shop.roles import NoteRole
from payments.domain.values.api_keys import Scope
from payments.domain.values.ids import ApiKeyId, CodeId, CommandKey, OrderId
from payments.domain.values.items import ItemKind, Limits, Offer, ReturnRule
from payments.domain.values.panels import PanelKind
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.roles import RoleStanding
from payments.domain.values.time import DAY, HOUR, later
from payments.infra.api_keys import read_api_key
from payments.infra.encryption import Encryptor
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import open_database
from payments.store.engine.migrate import Migrations
from payments.store.records.panels import Panel, Panels
from tests.store.upgrade.revival import ENCRYPTION_KEY, GUILD, MEMBERS, MIRA, NOA
from tests.support.commands import put_up
from tests.support.make import START, checkout_update, dispute_update, event, initiate
from tests.support.postgres import Postgres, _start, _stop
from tests.support.shopping import HARBOUR_VIP, item_id, offer

API_KEY = f"gbk_{GUILD}_{'5a' * 32}"
REVOKED_KEY = f"gbk_{GUILD}_{'b6' * 32}"

MANY = Limits(per_order=10)
KEY = offer("Key", ItemKind.CODE, 30, limits=MANY, returned=ReturnRule.NEVER)
VIP = offer("Harbour VIP", ItemKind.ROLE, 50, limits=MANY, returned=ReturnRule.LOST)
DINNER = offer("Dinner", price=100, question="Which day?", returned=ReturnRule.LOST)
GAME = offer("Gold in the game", ItemKind.PROGRAM, 20, wait=DAY)


class Shop:
    """The books, and short ways to give commands about them."""

    def __init__(self, runner: Runner, panels: Panels) -> None:
        self.runner, self.panels = runner, panels
        self.now = START
        self._given = 0

    def common(self, by: Any) -> dict[str, Any]:
        """What each command has."""
        self._given += 1
        actor = by if by is SYSTEM else by_member(by)
        key = CommandKey(f"given:{self._given:04}")
        return {"key": key, "at": self.now, "actor": actor, "guild": GUILD}

    async def about(self, kind: Any, name: str, by: Any = MIRA, **more: Any) -> None:
        """Something happens to a member's order."""
        await self.runner.run(kind(order=OrderId(f"order-{name}"), **self.common(by), **more))

    async def order(self, name: str, of: Offer, quantity: int = 1, number: str = "") -> None:
        """A member orders something, with points that were granted or bought."""
        member = MEMBERS[name]
        await self.runner.run(
            PlaceOrder(
                member=member,
                item=item_id(of.name),
                quantity=quantity,
                price=of.price,
                answer="on *Friday*" if of.question else "",
                order=OrderId(f"order-{name}{number}"),
                **self.common(member),
            )
        )

    async def tell(self, said: Any, name: str) -> None:
        """The provider says something."""
        heard: RecordProviderEvent = event(said, id=f"evt_{name}", at=self.now)
        await self.runner.run(heard)


async def open_shop(shop: Shop) -> None:
    """Items, ten codes, panels, two keys of which one is revoked, and points."""
    for of, available in ((KEY, None), (VIP, None), (DINNER, 20), (GAME, None)):
        item = item_id(of.name)
        await shop.runner.run(AddItem(offer=of, available=available, item=item, **shop.common(NOA)))
    encryptor = Encryptor([ENCRYPTION_KEY])
    codes = tuple(
        (CodeId(f"code-{number:02}"), encryptor.encrypt(f"SECRET-{number:02}"))
        for number in range(1, 11)
    )
    await shop.runner.run(AddCodes(item=item_id(KEY.name), codes=codes, **shop.common(NOA)))
    for number, kind in enumerate(PanelKind, start=1):
        place = 300_000_000_000_000_000 + number
        await shop.panels.keep(Panel(guild=GUILD, kind=kind, channel=place, message=place + 50))
    for name, written in (("Old server", REVOKED_KEY), ("Game server", API_KEY)):
        known = read_api_key(written)
        assert known is not None
        await shop.runner.run(
            AddApiKey(
                name=name,
                scopes=(Scope.FULFIL_ORDERS,),
                api_key=ApiKeyId(f"api-key-{name}"),
                hashed=known.hashed,
                **shop.common(NOA),
            )
        )
    await shop.runner.run(RevokeApiKey(api_key=ApiKeyId("api-key-Old server"), **shop.common(NOA)))
    for name in list(MEMBERS)[:13]:
        member = MEMBERS[name]
        await shop.runner.run(GrantPoints(member=member, points=100, **shop.common(MIRA)))
    await put_up(shop.runner)
    for name in ("ned", "ola"):
        await shop.runner.run(initiate(name, member=MEMBERS[name]))
        await shop.tell(checkout_update(name, member=MEMBERS[name]), f"paid-{name}")


async def end_some(shop: Shop) -> None:
    """An order in each state that is an end."""
    for name in list(MEMBERS)[:5]:
        await shop.order(name, DINNER)
    await shop.about(DenyOrder, "ada", reason="closed")
    await shop.about(CancelOrder, "ben", MEMBERS["ben"])
    await shop.about(FailOrder, "cai", SYSTEM, reason="no such table")
    await shop.about(FulfilOrder, "dan", reason="at eight")
    await shop.about(FulfilOrder, "eve")
    await shop.about(ReturnOrder, "eve", reason="was ill")
    await shop.order("fay", GAME)
    due = later(shop.now, DAY)
    shop.now = due
    await shop.about(EndOrder, "fay", SYSTEM, due=due)


async def give_some(shop: Shop) -> None:
    """Codes, one of which was bad; roles for a time, one of them twice."""
    await shop.order("gus", KEY, 2)
    await shop.about(ReplaceCode, "gus", code=CodeId("code-01"))
    for name, number in (("hal", ""), ("ida", ""), ("ida", "-again")):
        await shop.order(name, VIP, number=number)
        await shop.about(BeginFulfilment, f"{name}{number}", SYSTEM)
        await shop.about(FulfilOrder, f"{name}{number}", SYSTEM, held_before=False)
        shop.now = later(shop.now, HOUR)


async def leave_open(shop: Shop) -> None:
    """What is under way when the program stops."""
    await shop.order("jon", DINNER)
    await shop.order("kim", GAME)
    await shop.order("leo", VIP)  # Discord was not asked yet
    await shop.order("mia", VIP)
    await shop.about(BeginFulfilment, "mia", SYSTEM)
    asked = {"member": MEMBERS["mia"], "role": HARBOUR_VIP, "had": False}
    standing = {"before": RoleStanding.NONE, "standing": RoleStanding.GIVING}
    await shop.runner.run(NoteRole(**asked, **standing, **shop.common(SYSTEM)))
    await shop.order("ned", VIP, 2)
    await shop.about(FulfilOrder, "ned", SYSTEM)
    await shop.order("ola", DINNER, 2)
    for name in ("ned", "ola"):
        opened = dispute_update(name, f"dp_{name}", 499, DisputeStatus.OPEN)
        await shop.tell(opened, f"disputed-{name}")


async def make(url: str) -> dict[str, list[dict[str, Any]]]:
    """Live on one database. Returns all rows."""
    database = open_database(url)
    await Migrations(SCRIPTS).apply(database)
    runner = Runner(database, route=route)
    runner.start()
    shop = Shop(runner, Panels(database))
    for part in (open_shop, end_some, give_some, leave_open):
        await part(shop)
    rows = await database.snapshot(
        lambda connection: {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.metadata.sorted_tables
        }
    )
    await runner.close()
    await database.close()
    return rows | {"ends": [{"at": shop.now}]}


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))


async def main(folder: Path) -> None:
    """Make all files."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "books.db"
        rows = await make(f"sqlite:///{path}")
        small = Path(name) / "small.db"
        connection = sqlite3.connect(path)
        connection.execute("VACUUM INTO ?", [str(small)])
        connection.close()
        _write(folder / "books.db.gz", small.read_bytes())
    server_folder = Path(tempfile.mkdtemp())
    server = Postgres(url=_start(server_folder), mark="made", template="")
    await server.do("CREATE DATABASE made TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    postgres_rows = await make(server.of("made"))
    assert set(postgres_rows) == set(rows)
    await asyncio.to_thread(_stop, server_folder)
    ends = postgres_rows.pop("ends")[0]["at"]
    _write(folder / "rows.json.gz", json.dumps(postgres_rows, indent=0).encode())
    sys.stdout.write(f"It ends at {ends}.\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
