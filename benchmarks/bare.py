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
import stripe
from aiohttp import web
from sqlalchemy import Table, Text, make_url

from benchmarks import rows
from benchmarks.bodies import SECRET
from payments.store import tables

MAX_BATCH, IDLE_TURNS = 256, 8

PAYMENTS = (
    "SELECT guild_id, payment_id, member_id, points, price_minor, currency FROM payments "
    "WHERE payment_id "
)
KNOWN = "SELECT event_id FROM provider_events WHERE provider = 'stripe' AND event_id "
AMONG = "IN (SELECT value FROM json_each(?))"
PAID = ["session", "checkout", "money", "paid", "intent", "credited_at", "guild_id", "payment_id"]
ADDED = ["guild_id", "member_id", "balance", "debt"]


class Message(NamedTuple):
    """One message with its caller."""

    event: dict[str, Any]
    body: str
    answer: asyncio.Future[None]


class Rows(NamedTuple):
    """What a batch writes to one table: added, or, by the last two columns, changed."""

    table: Table
    columns: list[str]
    values: list[tuple[Any, ...]]
    end: str = ""


Write = Callable[[list[Message]], Coroutine[Any, Any, None]]


def create_bare_app(url: str) -> web.Application:
    """The handler as a web application on a database that is there already."""
    arrived: asyncio.Queue[Message] = asyncio.Queue()

    async def handle(request: web.Request) -> web.Response:
        body = await request.text()
        try:
            stripe.WebhookSignature.verify_header(
                body, request.headers["Stripe-Signature"], SECRET, tolerance=300
            )
        except stripe.SignatureVerificationError:
            return web.Response(status=400)
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        arrived.put_nowait(Message(json.loads(body), body, answer))
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

    async def running(_app: web.Application) -> Any:  # noqa: ANN401 - aiohttp's kind of context
        write = await (_postgres(url) if url.startswith("postgresql") else _sqlite(url))
        task = asyncio.create_task(work(write))
        yield
        task.cancel()

    app = web.Application()
    app.router.add_post("/webhooks/stripe", handle)
    app.cleanup_ctx.append(running)
    return app


async def _sqlite(url: str) -> Write:
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
        ids = json.dumps([each.event["id"] for each in batch])
        known = {row[0] for row in connection.execute(KNOWN + AMONG, (ids,))}
        wanted = json.dumps(_payments(batch))
        found = connection.execute(PAYMENTS + AMONG, (wanted,))
        payments = {row["payment_id"]: dict(row) for row in found}
        for each in _rows(batch, known, payments):
            connection.executemany(_one_by_one(each), each.values)
        connection.execute("COMMIT")

    return lambda batch: loop.run_in_executor(thread, write, batch)  # type: ignore[return-value]  # may be awaited as well


async def _postgres(url: str) -> Write:
    connection = await asyncpg.connect(url)

    async def write(batch: list[Message]) -> None:
        async with connection.transaction():
            ids = [each.event["id"] for each in batch]
            known = {row[0] for row in await connection.fetch(KNOWN + "= ANY($1)", ids)}
            found = await connection.fetch(PAYMENTS + "= ANY($1)", _payments(batch))
            payments = {row["payment_id"]: dict(row) for row in found}
            for each in _rows(batch, known, payments):
                lists = [list(column) for column in zip(*each.values, strict=True)]
                await connection.execute(_by_lists(each), *lists)

    return write


def _payments(batch: list[Message]) -> list[str]:
    return [each.event["data"]["object"]["client_reference_id"] for each in batch]


def _rows(
    batch: list[Message], known: set[str], payments: dict[str, dict[str, Any]]
) -> Iterator[Rows]:
    """What is written, in an order that foreign keys allow."""
    now = time.time_ns() // 1000
    messages: list[rows.Row] = []
    paid: list[tuple[Any, ...]] = []
    added: Counter[tuple[int, int]] = Counter()
    others: dict[Table, list[rows.Row]] = {}
    for event, body, _ in batch:
        if event["id"] in known:
            continue
        messages.append(rows.message(event, body, now))
        session = event["data"]["object"]
        payment = payments[session["client_reference_id"]]
        if (session["amount_subtotal"], session["currency"].upper()) != (
            payment["price_minor"],
            payment["currency"],
        ):
            continue
        key = (payment["guild_id"], payment["payment_id"])
        paid.append((*rows.paid(session, now).values(), *key))
        added[payment["guild_id"], payment["member_id"]] += payment["points"]
        for table, row in rows.credited(payment, session, event["id"], now):
            others.setdefault(table, []).append(row)
    if paid:
        yield Rows(tables.payments, PAID, paid)
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
