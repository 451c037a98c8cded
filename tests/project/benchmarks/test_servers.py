"""The servers that are measured take the same messages, and leave the same points behind."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from benchmarks import bodies
from benchmarks.senders import SENDERS, Sender, sender_of
from benchmarks.server import APPS, create_server
from benchmarks.vendor import Vendor, answering
from benchmarks.webhooks import credited, points_in, prepare
from payments.store import tables
from payments.store.engine.database import Database

BOUGHT = bodies.bought(1, seed=7)


async def post(port: int, sender: Sender, body: bytes, headers: Mapping[str, str]) -> int:
    """Send a message. Returns the status."""
    address = f"http://127.0.0.1:{port}{sender.path}"
    known = {**headers, "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(address, data=body, headers=known) as answer,
    ):
        return answer.status


async def take(
    which: str, name: str, vendor: Vendor, tmp_path: Path, *, forged: bool = False
) -> tuple[int, Database]:
    """One server gets the message of one purchase. Returns the answer and what is in the books."""
    url = f"sqlite:///{tmp_path}/books.db"
    sender = sender_of(name, vendor.url)
    vendor.answers.update(sender.answers(BOUGHT))
    database = await prepare(url, BOUGHT, name)
    server = create_server(which, url, sender)
    await server.start()
    try:
        body = sender.message(BOUGHT[0])
        headers = sender.headers(body + b" " if forged else body)
        status = await post(server.port, sender, body, headers)
        if not forged:
            await asyncio.wait_for(credited(database, 1), 20)
    finally:
        await server.close()
    return status, database


@pytest.mark.parametrize("which", APPS)
@pytest.mark.parametrize("name", SENDERS)
async def test_each_takes_a_paid_purchase_and_names_it(
    which: str, name: str, tmp_path: Path
) -> None:
    async with answering() as vendor:
        status, database = await take(which, name, vendor, tmp_path)
        assert status == 200
        assert await points_in(database) == bodies.POINTS
        sender = sender_of(name, vendor.url)
    kept = tables.provider_references.c
    named = select(kept.provider, kept.kind, kept.object_id).order_by(kept.kind)
    found = await database.transact(lambda c: [tuple(row) for row in c.execute(named)])
    await database.close()
    assert [each[:2] for each in found] == [(name, "checkout"), (name, "intent")]
    assert found[0][2] == sender.checkout(BOUGHT[0])


@pytest.mark.parametrize("which", APPS)
@pytest.mark.parametrize("name", SENDERS)
async def test_none_takes_a_message_whose_signature_is_wrong(
    which: str, name: str, tmp_path: Path
) -> None:
    async with answering() as vendor:
        status, database = await take(which, name, vendor, tmp_path, forged=True)
        assert status == 400
        assert await points_in(database) == 0
        await database.close()
