"""Makes the stored databases in `stored/0033`: purchases by PayPal and by Square, in every state.

They are lived at the local PayPal and the local Square, whose knowledge is stored beside the
books. It is written for commit 5884c3b, and runs there:

    git worktree add --detach ../old 5884c3b
    cd ../old && PYTHON -m tests.store.upgrade.make_0033 FOLDER

after copying this file and `sellers.py`.

PYTHON is that of an environment with the development lock. A purchase is named after its buyer;
some can be paid in two ways. What a provider tells while the program is stopped is lost.
"""

import asyncio
import gzip
import itertools
import json
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from migrations import SCRIPTS
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import HOUR
from payments.store import tables
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from tests.conftest import Time
from tests.store.upgrade.sellers import Sellers, opened
from tests.support.commands import put_up
from tests.support.make import START
from tests.support.postgres import Postgres, _start, _stop

NOT_RECEIVED = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"


async def pay(shop: Sellers, name: str, provider: str) -> None:
    """A member buys and pays, and it is credited."""
    await shop.buy(name, provider)
    target = await shop.at(name, provider)
    if provider == "paypal":
        await shop.paypal.approve(target)
    else:
        await shop.square.pay(target)
    await shop.settle()


async def by_paypal(shop: Sellers) -> None:
    """Cai has paid; Eve got a part back; Fay is getting hers; Gus, Hal and Ida dispute."""
    for name in ("cai", "eve", "fay", "gus", "hal", "ida"):
        await pay(shop, name, "paypal")
    await shop.give_back("eve", "paypal", 100)
    shop.paypal.plan_refund("PENDING")
    await shop.give_back("fay", "paypal", 499)
    await shop.paypal.dispute(await shop.at("gus", "paypal"))
    lost = await shop.paypal.dispute(await shop.at("hal", "paypal"))
    await shop.settle()
    await shop.paypal.resolve_dispute(lost["dispute_id"], "RESOLVED_BUYER_FAVOUR")
    await shop.paypal.dispute(await shop.at("ida", "paypal"), reason=NOT_RECEIVED)
    await shop.settle()


async def by_square(shop: Sellers) -> None:
    """Jon has paid; Leo got a part back; Mia is getting hers; Ned disputes, Ola has won."""
    for name in ("jon", "leo", "mia", "ned", "ola"):
        await pay(shop, name, "square")
    await shop.give_back("leo", "square", 100)
    shop.square.plan_refund("PENDING")
    await shop.give_back("mia", "square", 499)
    await shop.square.dispute(await shop.at("ned", "square"))
    won = await shop.square.dispute(await shop.at("ola", "square"))
    await shop.settle()
    await shop.square.resolve_dispute(won["id"], "WON")
    await shop.settle()


async def by_both(shop: Sellers) -> None:
    """Rob paid at PayPal; Sue paid twice and got the surplus back."""
    for name in ("rob", "sue"):
        await shop.buy(name, "paypal", "square")
    await shop.paypal.approve(await shop.at("rob", "paypal"))
    await shop.settle()
    await pay_twice(shop, "sue")
    await shop.settle()


async def pay_twice(shop: Sellers, name: str) -> None:
    """A member pays at Square while PayPal's money is being taken: that is found by closing it."""
    await shop.paypal.approve(await shop.at(name, "paypal"))
    await shop.hear()
    silence = shop.square.plan("lose", "*", times=None)
    await shop.square.pay(await shop.at(name, "square"))
    await shop.hear()
    shop.square.dispatcher.plans.cancel(silence)
    await shop.call_some()


async def leave_open(shop: Sellers) -> None:
    """What is under way when the program stops; from then on messages are lost.

    Ada and Kim have begun, Quin in two ways. Ben has approved, and nobody has taken his money yet.
    Dan's money is under review at PayPal, Pam's on its way from her bank. Tom has paid twice, and
    the surplus is still to go back.
    """
    shop.clock.pass_(HOUR)
    for name, ways in (
        ("ada", ["paypal"]),
        ("ben", ["paypal"]),
        ("dan", ["paypal"]),
        ("kim", ["square"]),
        ("pam", ["square"]),
        ("quin", ["paypal", "square"]),
        ("tom", ["paypal", "square"]),
    ):
        await shop.buy(name, *ways)
    shop.paypal.plan_capture(pending="PENDING_REVIEW")
    await shop.paypal.approve(await shop.at("dan", "paypal"))
    await shop.square.pay_later(await shop.at("pam", "square"))
    await shop.settle()
    await pay_twice(shop, "tom")
    await shop.call_some()
    assert (await shop.way("tom", "square")).money is MoneyStatus.PAID
    assert not (await shop.way("tom", "square")).refunds
    await shop.paypal.approve(await shop.at("ben", "paypal"))
    await shop.hear()


async def live(shop: Sellers) -> bytes:
    """All of it. Returns what the providers know in the end."""
    await put_up(shop.core.runner)
    for part in (by_paypal, by_square, by_both, leave_open):
        await part(shop)
    return shop.written()


def counted() -> Callable[[], str]:
    """Makes the program's ids, the same each time."""
    numbers = itertools.count(1)
    return lambda: f"01900000-0000-7000-8000-{next(numbers):012d}"


async def make(url: str) -> tuple[bytes, dict[str, list[dict[str, Any]]]]:
    """Live on one database. Returns what the providers know, and all rows."""
    database = open_database(url)
    await Migrations(SCRIPTS).apply(database)
    async with opened(url, Time(START), counted(), seed=33) as shop:
        known = await live(shop)
    rows = await _rows(database)
    await database.close()
    return known, rows


async def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    return await database.snapshot(
        lambda connection: {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables.metadata.sorted_tables
        }
    )


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))


async def main(folder: Path) -> None:
    """Make all files."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "books.db"
        known, rows = await make(f"sqlite:///{path}")
        small = Path(name) / "small.db"
        connection = sqlite3.connect(path)
        connection.execute("VACUUM INTO ?", [str(small)])
        connection.close()
        _write(folder / "books.db.gz", small.read_bytes())
        _write(folder / "providers-sqlite.json.gz", known)
    server_folder = Path(tempfile.mkdtemp())
    server = Postgres(url=_start(server_folder), mark="made", template="")
    await server.do("CREATE DATABASE made TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    known, postgres_rows = await make(server.of("made"))
    assert {name: len(each) for name, each in postgres_rows.items()} == {
        name: len(each) for name, each in rows.items()
    }
    await asyncio.to_thread(_stop, server_folder)
    _write(folder / "rows.json.gz", json.dumps(postgres_rows, indent=0).encode())
    _write(folder / "providers-postgresql.json.gz", known)
    sys.stdout.write(f"It ends at {json.loads(known)['ends']}.\n")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
