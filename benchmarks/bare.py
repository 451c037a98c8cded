"""The bare limit: the same rows as fast as this machine lets Python write them.

aiohttp, the same signature check, the same batches (what arrived during the last commit or is about
to arrive goes into the next one) and the same durability, but SQL by hand straight on `sqlite3` or
asyncpg (there by lists, one execution for each table), and nothing of what makes it right: no keys
compared, no books, no observers, one kind of message.
"""

import asyncio
import itertools
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import asyncpg
from aiohttp import web
from sqlalchemy import Table, Text, make_url

from benchmarks import rows
from benchmarks.senders import DOOR, NotGenuineError, Paid, Sender
from payments.store import tables

MAX_BATCH, IDLE_TURNS = 256, 8

PAYMENTS = (
    "SELECT guild_id, payment_id, member_id, points, price_minor, currency FROM payments "
    "WHERE payment_id "
)
KNOWN = "SELECT event_id FROM provider_events WHERE provider = '{provider}' AND event_id "
AMONG = "IN (SELECT value FROM json_each(?))"
PAID = ["session", "checkout", "money", "paid", "intent", "credited_at", "guild_id", "payment_id"]
ADDED = ["guild_id", "member_id", "balance", "debt"]


class Message(NamedTuple):
    """One message with its caller."""

    paid: Paid
    body: str
    answer: asyncio.Future[None]


class Rows(NamedTuple):
    """What a batch writes to one table: added, or, by the last two columns, changed."""

    table: Table
    columns: list[str]
    values: list[tuple[Any, ...]]
    end: str = ""


Write = Callable[[list[Message]], Coroutine[Any, Any, None]]


def create_bare_app(url: str, sender: Sender) -> web.Application:
    """The handler as a web application on a database that is there already."""
    arrived: asyncio.Queue[Message] = asyncio.Queue()

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            paid = request.app[DOOR](request.headers, body)
        except NotGenuineError:
            return web.Response(status=400)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        arrived.put_nowait(Message(paid, body.decode(), answer))
        await answer
        return web.json_response({"received": True})

    async def work(write: Write) -> None:
        while True:
            batch = [await arrived.get()]
            quiet = 0
            while len(batch) < MAX_BATCH and quiet < IDLE_TURNS:
                if arrived.empty():
                    quiet += 1
                    await asyncio.sleep(0)
                else:
                    quiet = 0
                    batch.append(arrived.get_nowait())
            await write(batch)
            for each in batch:
                each.answer.set_result(None)

    async def running(app: web.Application) -> Any:  # noqa: ANN401 - aiohttp's kind of context
        app[DOOR] = await sender.door()
        opened = _postgres if url.startswith("postgresql") else _sqlite
        write = await opened(url, sender.name)
        task = asyncio.create_task(work(write))
        yield
        task.cancel()

    app = web.Application()
    app.router.add_post(sender.path, handle)
    app.cleanup_ctx.append(running)
    return app


async def _sqlite(url: str, provider: str) -> Write:
    known_of = KNOWN.format(provider=provider)
    thread = ThreadPoolExecutor(max_workers=1)
    loop = asyncio.get_running_loop()

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}").close()
        return connection

    connection = await loop.run_in_executor(thread, connect)

    def write(batch: list[Message]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        ids = json.dumps([each.paid.event for each in batch])
        known = {row[0] for row in connection.execute(known_of + AMONG, (ids,))}
        wanted = json.dumps(_payments(batch))
        found = connection.execute(PAYMENTS + AMONG, (wanted,))
        payments = {row["payment_id"]: dict(row) for row in found}
        for each in _rows(provider, batch, known, payments):
            connection.executemany(_one_by_one(each), each.values)
        connection.execute("COMMIT")

    return lambda batch: loop.run_in_executor(thread, write, batch)  # type: ignore[return-value]  # may be awaited as well


async def _postgres(url: str, provider: str) -> Write:
    known_of = KNOWN.format(provider=provider)
    connection = await asyncpg.connect(url)

    async def write(batch: list[Message]) -> None:
        async with connection.transaction():
            ids = [each.paid.event for each in batch]
            known = {row[0] for row in await connection.fetch(known_of + "= ANY($1)", ids)}
            found = await connection.fetch(PAYMENTS + "= ANY($1)", _payments(batch))
            payments = {row["payment_id"]: dict(row) for row in found}
            for each in _rows(provider, batch, known, payments):
                lists = [list(column) for column in zip(*each.values, strict=True)]
                await connection.execute(_by_lists(each), *lists)

    return write


def _payments(batch: list[Message]) -> list[str]:
    return [each.paid.payment for each in batch]


def _rows(
    provider: str, batch: list[Message], known: set[str], payments: dict[str, dict[str, Any]]
) -> Iterator[Rows]:
    """What is written, in an order that foreign keys allow."""
    now = time.time_ns() // 1000
    messages: list[rows.Row] = []
    changed: list[tuple[Any, ...]] = []
    added: Counter[tuple[int, int]] = Counter()
    others: dict[Table, list[rows.Row]] = {}
    for paid, body, _ in batch:
        if paid.event in known:
            continue
        messages.append(rows.message(provider, paid, body, now))
        payment = payments[paid.payment]
        if (paid.minor, paid.currency) != (payment["price_minor"], payment["currency"]):
            continue
        key = (payment["guild_id"], payment["payment_id"])
        changed.append((*rows.arrived(paid, now).values(), *key))
        added[payment["guild_id"], payment["member_id"]] += payment["points"]
        for table, row in rows.credited(provider, payment, paid, now):
            others.setdefault(table, []).append(row)
    if changed:
        yield Rows(tables.payments, PAID, changed)
        total = [(*key, points, 0) for key, points in added.items()]
        adding = "SET balance = accounts.balance + excluded.balance"
        end = f"ON CONFLICT (guild_id, member_id) DO UPDATE {adding}"
        yield Rows(tables.accounts, ADDED, total, end)
    for table, new in itertools.chain([(tables.provider_events, messages)], others.items()):
        if new:
            yield Rows(table, list(new[0]), [tuple(row.values()) for row in new])


def _one_by_one(each: Rows) -> str:
    """The statement that takes the values of one row."""
    if each.columns is PAID:
        *changed, first, second = (f"{name} = ?" for name in each.columns)
        return f"UPDATE {each.table.name} SET {', '.join(changed)} WHERE {first} AND {second}"  # noqa: S608 - our own names
    marks = ", ".join("?" * len(each.columns))
    names = ", ".join(each.columns)
    return f"INSERT INTO {each.table.name} ({names}) VALUES ({marks}) {each.end}"  # noqa: S608 - as above


def _by_lists(each: Rows) -> str:
    """The statement that takes a list for each column: all rows in one execution."""
    kinds = ["text" if isinstance(each.table.c[n].type, Text) else "bigint" for n in each.columns]
    lists = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(kinds, start=1))
    names = ", ".join(each.columns)
    given = f"unnest({lists}) AS given ({names})"
    if each.columns is PAID:
        name = each.table.name
        *changed, first, second = (f"{column} = given.{column}" for column in each.columns)
        where = f"{name}.{first} AND {name}.{second}"
        return f"UPDATE {name} SET {', '.join(changed)} FROM {given} WHERE {where}"  # noqa: S608 - as above
    return f"INSERT INTO {each.table.name} ({names}) SELECT * FROM {given} {each.end}"  # noqa: S608 - as above
