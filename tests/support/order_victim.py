"""A process that kills itself with -9 at a step of an order: `guildbank` with a file of orders.

Arguments: the file, then those of `guildbank`. The file is JSON, and read again at each step:

- `point`: at which step the process ends; at none if it is empty. `before` or `after`, and what: a
  kind of command (before or after its commit), a call to Discord as discord.py writes it, such as
  `DELETE /guilds/{guild_id}/members/{user_id}/roles/{role_id}`, `program` for a message to another
  program, or `panel` for the note of where a panel stands.
- `ahead`: how many microseconds later it is for this process, and for clocks that it asks, than by
  the machine's clock.
- `wrong`: by how many more its own clock is wrong.
"""

import json
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

from discord.http import HTTPClient, Route

import app.process
from app.cli.main import main
from payments.commands.base import Command
from payments.domain.values.time import Clock, Instant, later
from payments.infra.clock import system_clock
from payments.infra.trusted_clock import TrustedClock
from payments.notifications.subscribers.post import Post, Taken
from payments.runner.batch import Batch
from payments.runner.runner import Runner
from payments.store.records.panels import Panel, Panels


class Orders:
    """What the process was told by the test, as it stands in the file now."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def meet(self, *steps: str) -> None:
        """End at once if one of these is the step: nothing is written or closed any more."""
        if self._read()["point"] in steps:
            os.kill(os.getpid(), signal.SIGKILL)

    def clock(self) -> Instant:
        """The process's own clock."""
        told = self._read()
        return later(system_clock(), told["ahead"] + told["wrong"])

    async def second_clock(self) -> Instant:
        """That of another machine."""
        return later(system_clock(), self._read()["ahead"])

    def _read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file.read_text())
        return found


def obey(orders: Orders) -> None:
    """Let all that happens to an order be a step at which the process may end."""
    commit, call = Runner._commit, HTTPClient.request
    send, keep, trust = Post.send, Panels.keep, TrustedClock.__init__

    async def committing(
        self: Runner, commands: list[Command[Any]], lock_milliseconds: int | None
    ) -> Batch:
        orders.meet(*(f"before {each.kind}" for each in commands))
        batch = await commit(self, commands, lock_milliseconds)
        orders.meet(*(f"after {each.kind}" for each in commands))
        return batch

    async def calling(self: HTTPClient, route: Route, **more: Any) -> Any:
        orders.meet(f"before {route.method} {route.path}")
        answer = await call(self, route, **more)
        orders.meet(f"after {route.method} {route.path}")
        return answer

    async def sending(self: Post, *what: Any, **more: Any) -> Taken:
        orders.meet("before program")
        taken = await send(self, *what, **more)
        orders.meet("after program")
        return taken

    async def keeping(self: Panels, panel: Panel) -> None:
        orders.meet("before panel")
        await keep(self, panel)
        orders.meet("after panel")

    def trusting(self: TrustedClock, clock: Clock, **how: Any) -> None:
        trust(self, clock, **how | {"second": orders.second_clock})

    Runner._commit = committing  # type: ignore[method-assign]
    HTTPClient.request = calling  # type: ignore[method-assign]
    Post.send = sending  # type: ignore[method-assign]
    Panels.keep = keeping  # type: ignore[method-assign]
    TrustedClock.__init__ = trusting  # type: ignore[method-assign]
    app.process.Guildbank = partial(  # type: ignore[misc,assignment]
        app.process.Guildbank, clock=orders.clock
    )


if __name__ == "__main__":
    obey(Orders(Path(sys.argv.pop(1))))
    main()
