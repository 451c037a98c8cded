"""A process that orders, and answers orders, as soon as all others are ready too.

Arguments: a PostgreSQL, and what to do as JSON: a list of `["order", item, member]` and `["answer",
order, fulfilled]`. It waits for a lock that the test holds until everybody does, begins with all of
it at once, and prints how each of it ended, as a JSON list: `ok`, or the error's name.
"""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable
from dataclasses import replace
from itertools import count
from typing import Any, Final

import asyncpg

from payments.domain.values.ids import CommandKey, MemberId, OrderId
from payments.domain.values.items import ItemKind, Offer
from payments.domain.values.program_answers import ProgramAnswer
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.services.program_orders import ProgramOrders
from payments.store.engine.database import open_database
from payments.store.queries import Queries
from tests.support.make import GUILD, START
from tests.support.shopping import offer, place

GO: Final = 4711
"""The number of the lock."""

ITEMS: Final = {
    "table": offer(),
    "ticket": offer("Ticket"),
    "code": offer("Key", ItemKind.CODE),
    "sword": offer("Sword", ItemKind.PROGRAM),
}

_numbers = count(1)


def order(of: Offer, member: int) -> Any:
    """An order with a key and an id that no other process has."""
    mine = f"{os.getpid()}-{next(_numbers)}"
    return replace(place(of, mine, member=MemberId(member)), key=CommandKey(f"order:{mine}"))


async def race(url: str, wanted: list[list[Any]]) -> list[str]:
    """Do all of it at once; how each ended."""
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    programs = ProgramOrders(
        runner=runner,
        queries=Queries(database.reader),
        clock=lambda: START,
        new_id=lambda: f"{os.getpid()}-{next(_numbers)}",
    )

    def begin(what: str, name: str, more: Any) -> Awaitable[object]:
        if what == "order":
            return runner.run(order(ITEMS[name], more))
        answer = ProgramAnswer(fulfilled=more, words="")
        return programs.answer(GUILD, OrderId(name), answer, "game")

    await Queries(database.reader).items(GUILD)  # a connection is there
    waiting = await asyncpg.connect(url)
    await waiting.execute(f"SELECT pg_advisory_lock_shared({GO})")
    found = await asyncio.gather(*(begin(*each) for each in wanted), return_exceptions=True)
    await waiting.close()
    await runner.close()
    await database.close()
    return [type(each).__name__ if isinstance(each, Exception) else "ok" for each in found]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(race(sys.argv[1], json.loads(sys.argv[2])))))
