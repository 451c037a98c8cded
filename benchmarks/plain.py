"""The handler that one would write first: each request in a transaction of its own.

It checks the same signature, writes the same rows with the same durability, and answers after its
commit: SQLAlchemy Core over aiosqlite, one writer at a time, or over asyncpg, ten at a time.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager
from typing import Any

from aiohttp import web
from sqlalchemy import RowMapping, Table, event, insert, make_url, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from benchmarks import rows
from benchmarks.senders import DOOR, NotGenuineError, Paid, Sender
from payments.store import tables


def create_plain_app(url: str, sender: Sender) -> web.Application:
    """The handler as a web application on a database that is there already."""
    engine, writing = _open(url)

    async def running(app: web.Application) -> Any:  # noqa: ANN401 - aiohttp's kind of context
        app[DOOR] = await sender.door()
        yield
        await engine.dispose()

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        try:
            paid = request.app[DOOR](request.headers, body)
        except NotGenuineError:
            return web.Response(status=400)
        async with writing:
            await _record(engine, sender.name, paid, body.decode())
        return web.json_response({"received": True})

    app = web.Application()
    app.router.add_post(sender.path, handle)
    app.cleanup_ctx.append(running)
    return app


def _open(url: str) -> tuple[AsyncEngine, AbstractAsyncContextManager[Any]]:
    """The engine, and what lets a request write: one at a time on SQLite, ten on PostgreSQL."""
    address = make_url(url)
    if address.get_backend_name() == "postgresql":
        engine = create_async_engine(address.set(drivername="postgresql+asyncpg"), pool_size=10)
        return engine, asyncio.Semaphore(10)
    engine = create_async_engine(
        address.set(drivername="sqlite+aiosqlite"), pool_size=1, max_overflow=0
    )
    event.listen(engine.sync_engine, "connect", _configure)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine, asyncio.Lock()


def _insert(connection: AsyncConnection, table: Table) -> Any:  # noqa: ANN401 - of either dialect
    if connection.dialect.name == "postgresql":
        return insert_postgresql(table)
    return insert_sqlite(table)


def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _record(engine: AsyncEngine, provider: str, paid: Paid, body: str) -> None:
    now = time.time_ns() // 1000
    async with engine.begin() as connection:
        kept = await connection.execute(
            _insert(connection, tables.provider_events)
            .values(rows.message(provider, paid, body, now))
            .on_conflict_do_nothing()
        )
        if kept.rowcount == 0:
            return
        payments = tables.payments
        query = select(payments).where(payments.c.payment_id == paid.payment)
        payment = (await connection.execute(query)).mappings().one()
        if (paid.minor, paid.currency) != (payment["price_minor"], payment["currency"]):
            return
        await _credit(connection, provider, payment, paid, now)


async def _credit(
    connection: AsyncConnection, provider: str, payment: RowMapping, paid: Paid, now: int
) -> None:
    guild, member, points = payment["guild_id"], payment["member_id"], payment["points"]
    await connection.execute(
        update(tables.payments)
        .where(
            tables.payments.c.guild_id == guild,
            tables.payments.c.payment_id == payment["payment_id"],
        )
        .values(rows.arrived(paid, now))
    )
    added = _insert(connection, tables.accounts).values(
        guild_id=guild, member_id=member, balance=points, debt=0
    )
    await connection.execute(
        added.on_conflict_do_update(
            index_elements=["guild_id", "member_id"],
            set_={"balance": tables.accounts.c.balance + added.excluded.balance},
        )
    )
    for table, values in rows.credited(provider, payment, paid, now):
        await connection.execute(insert(table).values(values))
