"""The one place that commits.

While a commit is on its way, commands that arrive wait and go together into the next transaction,
with those that are just about to arrive:
the runner loads what the whole batch needs, runs the commands one at a time on the same books
in memory, writes all changes with one statement for each table, commits, and answers each caller
only then.
"""

import asyncio
import functools
from collections.abc import Sequence
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from payments.commands.base import Command, ResultT
from payments.domain.books import Needs, NeedsMore
from payments.domain.errors import BooksBroken, Refused
from payments.runner.batch import Batch, carry_out, rehearse
from payments.runner.errors import BooksUnavailable
from payments.runner.lanes import Lanes
from payments.runner.observers.dispatcher import ObserverDispatcher
from payments.runner.observers.protocol import Observer
from payments.runner.observing import see_error, see_event, see_transfer
from payments.runner.waiting import Waiting, answer_all
from payments.store.engine.database import Database
from payments.store.engine.error_kinds import is_about_the_content, is_lock_wait
from payments.store.outbox.destination import Route

log = structlog.get_logger(__name__)


MAX_BATCH = 256
"""The most commands that go into one transaction."""

IDLE_TURNS = 8
"""Number of idle turns of the event loop that end the gathering of a batch. A request takes about
this number from its first byte to its command; where nothing comes they take 0.1 ms."""

GATHERING_SECONDS = 0.025
"""The longest that a batch is gathered, however many still come."""

BATCH_SECONDS = 60.0
"""The longest that a batch may take, whatever the database or the way to it does."""

MAX_ROUNDS = 8
"""How often a batch may find that it needs more before it counts as a mistake."""


class Runner:
    """Carries commands out, in batches."""

    def __init__(
        self, database: Database, *, route: Route, observers: Sequence[Observer] = ()
    ) -> None:
        self._database = database
        self._route = route
        self._dispatcher = ObserverDispatcher(observers)
        self._arrived: asyncio.Queue[Waiting] = asyncio.Queue()
        self._lanes = Lanes(self._carry_out, self._settle)
        self._task: asyncio.Task[None] | None = None
        self._busy_since: float | None = None

    def start(self) -> None:
        """Begin to work; to be called where an event loop runs."""
        self._dispatcher.start()
        self._task = asyncio.create_task(self._work(), name="runner")

    async def close(self) -> None:
        """Finish what has arrived, then stop."""
        if self._task is not None:
            await self._arrived.join()
            await self._lanes.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.to_thread(self._dispatcher.close)

    async def run(self, command: Command[ResultT]) -> ResultT:
        """Carry a command out, and return only after it is committed.

        Under a key that had its effect already, returns what was returned then. The caller may
        be cancelled; the command is carried out anyway.

        Raises:
            Refused: What was asked cannot be done; nothing was changed.
            KeyReused: The key was used for something else.
            BooksUnavailable: The database is away; the same command may be given again.
        """
        answer: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._arrived.put_nowait(
            Waiting(
                command=command,
                answer=answer,
                arrived_at=asyncio.get_running_loop().time(),
            )
        )
        return await answer

    async def rehearse(self, command: Command[ResultT]) -> ResultT:
        """Find out what a command would return now, and keep nothing of it.

        Raises:
            Refused: It could not be done.
            BooksUnavailable: The database cannot be read.
        """
        needs = command.needs()
        for _ in range(MAX_ROUNDS):
            try:
                return await self._database.snapshot(
                    functools.partial(rehearse, command=command, needs=needs)
                )
            except NeedsMore as more:
                needs |= more.needs
            except DBAPIError as error:
                raise BooksUnavailable("The database is away.") from error
        raise BooksBroken(f"still not enough after {MAX_ROUNDS} rounds: {needs}")

    def busy_seconds(self) -> float:
        """How long the current batch has taken so far; 0 if there is none."""
        if self._busy_since is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._busy_since

    def held_up(self, seconds: float) -> int:
        """Number of guilds that somebody else's lock has held up for at least this long."""
        return self._lanes.held_up(seconds)

    async def _work(self) -> None:
        while True:
            waiting = await self._gather()
            self._busy_since = asyncio.get_running_loop().time()
            try:
                if others := self._lanes.divert(waiting):
                    await self._answer(others)
            except Exception as error:  # told to all who wait; the next batch is another
                log.exception("runner.failed")
                answer_all(waiting, BooksUnavailable("The books cannot be written."), error)
            finally:
                self._busy_since = None
                for _ in waiting:
                    self._arrived.task_done()

    async def _gather(self) -> list[Waiting]:
        """The next batch: the commands that wait, and those that arrive while others still do."""
        waiting = [await self._arrived.get()]
        loop = asyncio.get_running_loop()
        end, quiet = loop.time() + GATHERING_SECONDS, 0
        while len(waiting) < MAX_BATCH:
            if not self._arrived.empty():
                waiting.append(self._arrived.get_nowait())
                quiet = 0
            elif quiet < IDLE_TURNS and loop.time() < end:
                await asyncio.sleep(0)
                quiet += 1
            else:
                break
        return waiting

    async def _answer(self, waiting: list[Waiting]) -> None:
        try:
            await self._carry_out(waiting)
        except Exception as error:  # noqa: BLE001 - told to all who wait, and logged there
            if is_lock_wait(error):
                self._lanes.take(waiting)
            else:
                await self._settle(waiting, error)

    async def _settle(self, waiting: list[Waiting], error: Exception) -> None:
        """Answer commands after an error, or let each go alone if the fault is with one of them."""
        if not is_about_the_content(error):
            log.error("database.away", error=str(getattr(error, "orig", error)))
            answer_all(waiting, BooksUnavailable("The database is away."), error)
        elif len(waiting) > 1:  # a bad one fails alone
            for each in waiting:
                await self._answer([each])
        else:
            log.error("command.rejected", key=waiting[0].command.key, exc_info=error)
            answer_all(waiting, error, error)

    async def _carry_out(
        self, waiting: list[Waiting], lock_milliseconds: int | None = None
    ) -> None:
        """Carry commands out in one transaction, and answer them; raises what is in the way."""
        async with asyncio.timeout(BATCH_SECONDS):
            batch = await self._commit([each.command for each in waiting], lock_milliseconds)
        for each, outcome in zip(waiting, batch.outcomes, strict=True):
            if each.answer.cancelled():
                continue
            if isinstance(outcome, Exception):
                each.answer.set_exception(outcome)
            else:
                each.answer.set_result(outcome)
        self._observe(waiting, batch)

    async def _commit(self, commands: list[Command[Any]], lock_milliseconds: int | None) -> Batch:
        more = Needs()
        for _ in range(MAX_ROUNDS):
            try:
                return await self._database.transact(
                    functools.partial(
                        carry_out,
                        commands=commands,
                        more=more,
                        route=self._route,
                        lock_milliseconds=lock_milliseconds,
                    )
                )
            except NeedsMore as found:
                more |= found.needs
        raise BooksBroken(f"still not enough after {MAX_ROUNDS} rounds: {more}")

    def _observe(self, waiting: list[Waiting], batch: Batch) -> None:
        for transfer in batch.transfers:
            self._dispatcher.dispatch(functools.partial(see_transfer, transfer=transfer))
        for noted in batch.events:
            self._dispatcher.dispatch(functools.partial(see_event, event=noted.event))
        for each, outcome in zip(waiting, batch.outcomes, strict=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, Refused):
                seen = functools.partial(see_error, command=each.command, error=outcome)
                self._dispatcher.dispatch(seen)
