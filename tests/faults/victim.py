"""A process that lives a life, and kills itself with -9 at the point that it is told.

Its argument is an order in JSON: `{"url", "seed", "payments", "point", "acked"}`. After each commit
that was acknowledged, the command's key is written to the file `acked`. At its end it tells how
many points there were.
"""

import asyncio
import json
import os
import signal
import sys
import time
from typing import Any

from sqlalchemy import Engine, event

from payments.domain.errors import Refused
from payments.infra.logs import configure_logs
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from tests.faults.life import live
from tests.support.databases import writer_of


class Points:
    """Counts statements and commits, and ends the process when its point has come."""

    def __init__(self, engine: Engine, point: str | None) -> None:
        self.point = point
        self.statements = self.commits = 0
        event.listen(engine, "before_cursor_execute", self._statement)
        self._commit = engine.dialect.do_commit
        engine.dialect.do_commit = self._committing  # type: ignore[method-assign,assignment]

    def _statement(self, *_: Any) -> None:
        self.statements += 1
        self._meet(f"statement {self.statements}")

    def _committing(self, connection: Any) -> None:
        self.commits += 1
        self._meet(f"before commit {self.commits}")
        self._commit(connection)
        self._meet(f"after commit {self.commits}")

    def _meet(self, point: str) -> None:
        if point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


async def _live(order: dict[str, Any], acked: int) -> dict[str, Any]:
    begun = time.perf_counter()
    database = open_database(order["url"])
    points = Points(writer_of(database), order["point"])
    runner = Runner(database, route=route)
    runner.start()
    first = 0.0

    async def give(command: Any) -> None:
        nonlocal first
        try:
            await runner.run(command)
        except Refused:
            return
        first = first or time.perf_counter() - begun
        os.write(acked, f"{command.key}\n".encode())

    for step in live(order["seed"], order["payments"]).steps:
        await asyncio.gather(*(give(each) for each in step))
    await runner.close()
    await database.close()
    return {"statements": points.statements, "commits": points.commits, "ready": first}


def main() -> None:
    """Live the life that is ordered."""
    configure_logs(level="ERROR", style="text")
    order = json.loads(sys.argv[1])
    acked = os.open(order["acked"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    print(json.dumps(asyncio.run(_live(order, acked))))  # noqa: T201 - its answer


if __name__ == "__main__":
    main()
