"""What a process makes at its first commands, made before others are forked from it."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

from payments.domain.errors import Refused
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from tests.faults.life import live
from tests.support.sqlite import empty_sqlite


def warm_up() -> None:
    """Let a small guild live: statements are compiled then, and how values become JSON is known.

    Nothing of it stays but that: its books are gone, and no thread runs any more.
    """
    with tempfile.TemporaryDirectory(prefix="guildbank-warm-") as folder:
        asyncio.run(_live(empty_sqlite(Path(folder))))


async def _live(url: str) -> None:
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    for step in live(1, 4).steps:
        for each in step:
            with contextlib.suppress(Refused):  # as its story may end
                await runner.run(each)
    await runner.close()
    await database.close()
