"""Commands of guilds that somebody else's lock holds up go aside, so that no others wait for them.

A session that was left open in the middle of a transaction may hold a row for hours. The batch that
meets it waits once, for as long as `lock_timeout`; from then on the commands of the guilds that
were in it go in lanes of their own. Those that nothing holds up go through at once, and their lanes
end.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from payments.commands.base import Command
from payments.domain.books import PAYMENTS
from payments.runner.errors import BooksUnavailable
from payments.runner.waiting import Waiting, answer_all
from payments.store.engine.error_kinds import is_lock_wait

log = structlog.get_logger(__name__)

PATIENCE_SECONDS: Final = 10.0
"""How long a command waits in a lane before it is answered that the books are busy."""

ALONE_MILLISECONDS: Final = 200
"""How long one command waits for a lock when it goes alone: one not held up needs less."""

LANES_AT_ONCE: Final = 2
"""How many lanes write at once; each takes one of the connections."""

MAX_BATCH: Final = 256
"""The most commands of a lane that go into one transaction."""

Group = tuple[str, Any]
"""What is held up as one: a guild, or where it is not known a payment, or one command."""

CarryOut = Callable[[list[Waiting], int | None], Awaitable[None]]
"""Carries commands out and answers them; waits for locks for a limited number of milliseconds."""

Settle = Callable[[list[Waiting], Exception], Awaitable[None]]
"""Answers commands after an error that is no lock."""


def group_of(command: Command[Any]) -> Group:
    """With whom a command is held up."""
    if command.guild is not None:
        return "guild", command.guild
    payments = sorted(command.needs()[PAYMENTS])
    return ("payments", tuple(payments)) if payments else ("command", command.key)


class Lanes:
    """The lanes of one process.

    Args:
        carry_out: Carries commands out, and answers them.
        settle: Answers commands after an error that is no lock.
    """

    def __init__(self, carry_out: CarryOut, settle: Settle) -> None:
        self._carry_out = carry_out
        self._settle = settle
        self._waiting: defaultdict[Group, deque[Waiting]] = defaultdict(deque)
        self._tasks: dict[Group, asyncio.Task[None]] = {}
        self._since: dict[Group, float] = {}
        self._places = asyncio.Semaphore(LANES_AT_ONCE)

    def divert(self, waiting: list[Waiting]) -> list[Waiting]:
        """Put those aside whose lane is there; returns the others."""
        if not self._tasks:
            return waiting
        others = []
        for each in waiting:
            group = group_of(each.command)
            if group in self._tasks:
                self._waiting[group].append(each)
            else:
                others.append(each)
        return others

    def take(self, waiting: list[Waiting]) -> None:
        """Give each group a lane, and put its commands there."""
        for each in waiting:
            group = group_of(each.command)
            self._waiting[group].append(each)
            if group not in self._tasks:
                self._since[group] = asyncio.get_running_loop().time()
                self._tasks[group] = asyncio.create_task(self._run(group), name=f"lane {group}")

    def held_up(self, seconds: float) -> int:
        """Number of groups that have been held up for at least this long."""
        now = asyncio.get_running_loop().time()
        return sum(now - since >= seconds for since in self._since.values())

    async def join(self) -> None:
        """Wait until all lanes have ended."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values())

    async def _run(self, group: Group) -> None:
        waiting = self._waiting[group]
        try:
            while waiting:
                async with self._places:
                    batch = [waiting.popleft() for _ in range(min(len(waiting), MAX_BATCH))]
                    try:
                        await self._answer(batch, group)
                    except Exception as error:  # told to all who wait; the next batch is another
                        log.exception("lane.failed", group=group)
                        answer_all(batch, BooksUnavailable("The books cannot be written."), error)
        finally:
            del self._waiting[group], self._tasks[group], self._since[group]

    async def _answer(self, batch: list[Waiting], group: Group) -> None:
        try:
            await self._carry_out(batch, None)
        except Exception as error:  # noqa: BLE001 - told to all who wait, and logged there
            if not is_lock_wait(error):
                await self._settle(batch, error)
                return
            log.warning("database.locked", group=group, commands=len(batch))
            for each in batch:
                await self._answer_alone(each)

    async def _answer_alone(self, waiting: Waiting) -> None:
        """Run one command alone: it goes through unless it is held up."""
        busy = BooksUnavailable("Somebody else holds a lock on the books.")
        if asyncio.get_running_loop().time() - waiting.arrived_at > PATIENCE_SECONDS:
            answer_all([waiting], busy, None)
            return
        try:
            await self._carry_out([waiting], ALONE_MILLISECONDS)
        except Exception as error:  # noqa: BLE001 - as above
            if is_lock_wait(error):
                answer_all([waiting], busy, error)
            else:
                await self._settle([waiting], error)
