"""The three servers that are measured take the same message, and leave the same points behind."""

from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from benchmarks import bodies
from benchmarks.server import APPS, create_server
from benchmarks.webhooks import prepare
from payments.store import tables


@pytest.mark.parametrize("which", APPS)
async def test_each_takes_a_paid_purchase_and_names_it(which: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/books.db"
    (bought,) = bodies.bought(1, seed=7)
    database = await prepare(url, [bought])
    server = create_server(which, url)
    await server.start()
    try:
        body = bodies.event_body(bought)
        address = f"http://127.0.0.1:{server.port}/webhooks/stripe"
        headers = {"Stripe-Signature": bodies.signature(body), "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(address, data=body, headers=headers) as answer,
        ):
            assert answer.status == 200
    finally:
        await server.close()
    points = select(func.sum(tables.accounts.c.balance))
    assert await database.transact(lambda c: c.execute(points).scalar_one()) == bodies.POINTS
    kept = tables.provider_references.c
    named = select(kept.kind, kept.object_id).order_by(kept.kind)
    assert await database.transact(lambda c: [tuple(row) for row in c.execute(named)]) == [
        ("checkout", f"cs_test_{bought.payment}"),
        ("intent", f"pi_{bought.payment}"),
    ]
    await database.close()
