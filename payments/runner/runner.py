"""The one place that commits.

While a commit is on its way, commands that arrive wait and go together into the next transaction,
with those that are just about to arrive:
the runner loads what the whole batch needs, runs the commands one after the other on the same books
in memory, writes all changes with one statement for each table, commits, and answers each caller
only then.
"""

import asyncio
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from payments.commands.base import Command, ResultT
from payments.domain.books import Books, Needs, NeedsMore, NotedEvent, Slice
from payments.domain.values.errors import BooksBroken, KeyReused, Refused
from payments.domain.values.events import Event
from payments.domain.values.ids import CommandKey
from payments.domain.values.ledger import Transfer
from payments.runner.lanes import Lanes
from payments.runner.observers.dispatcher import Aside
from payments.runner.observers.protocol import Observer
from payments.runner.waiting import BooksUnavailable, Waiting, answer_all
from payments.store.books.commands import load_commands
from payments.store.books.load import load
from payments.store.books.write import write
from payments.store.books.writer import Done
from payments.store.engine.database import Database
from payments.store.engine.dialect import wait_for_locks
from payments.store.engine.error_kinds import is_about_the_content, is_lock_wait
from payments.store.outbox.destination import Route
from payments.store.rows.codec import content_of, decode, encode

__all__ = ["Batch", "BooksUnavailable", "Runner", "carry_out"]

log = structlog.get_logger(__name__)

MAX_BATCH = 256
"""The most commands that go into one transaction."""

PATIENCE = 8
"""So many turns of the event loop without another command end the gathering of a batch. A request
takes about so many from its first byte to its command; where nothing comes they take 0.1 ms."""

GATHERING_SECONDS = 0.025
"""The longest that a batch is gathered, however many still come."""

BATCH_SECONDS = 60.0
"""The longest that a batch may take, whatever the database or the way to it does."""

MAX_ROUNDS = 8
"""How often a batch may find that it needs more before it counts as a mistake."""


@dataclass(slots=True, kw_only=True)
class Batch:
    """What became of commands that went together.

    Attributes:
        outcomes: For each command in order, its result or why there is none.
        done: Those that took effect now.
        transfers: What they moved.
        events: What they told.
    """

    outcomes: list[Any] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    events: list[NotedEvent] = field(default_factory=list)


class Runner:
    """Carries commands out, in batches."""

    def __init__(
        self, database: Database, *, route: Route, observers: Sequence[Observer] = ()
    ) -> None:
        self._database = database
        self._route = route
        self._aside = Aside(observers)
        self._arrived: asyncio.Queue[Waiting] = asyncio.Queue()
        self._lanes = Lanes(self._carry_out, self._settle)
        self._task: asyncio.Task[None] | None = None
        self._busy_since: float | None = None

    def start(self) -> None:
        """Begin to work; to be called where an event loop runs."""
        self._aside.start()
        self._task = asyncio.create_task(self._work(), name="runner")

    async def close(self) -> None:
        """Finish what has arrived, then stop."""
        if self._task is not None:
            await self._arrived.join()
            await self._lanes.join()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await asyncio.to_thread(self._aside.close)

    async def run(self, command: Command[ResultT]) -> ResultT:
        """Carry a command out, and return only after it is committed.

        Under a key that had its effect already, returns what was returned then. The caller may
        be cancelled; the command goes its way all the same.

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
                    functools.partial(_rehearse, command=command, needs=needs)
                )
            except NeedsMore as more:
                needs |= more.needs
            except DBAPIError as error:
                raise BooksUnavailable("The database is away.") from error
        raise BooksBroken(f"still not enough after {MAX_ROUNDS} rounds: {needs}")

    def busy_seconds(self) -> float:
        """How long the batch that is under way has taken so far; 0 if there is none."""
        if self._busy_since is None:
            return 0.0
        return asyncio.get_running_loop().time() - self._busy_since

    def held_up(self, seconds: float) -> int:
        """How many guilds somebody else's lock has held up for so long."""
        return self._lanes.held_up(seconds)

    async def _work(self) -> None:
        while True:
            waiting = await self._gather()
            self._busy_since = asyncio.get_running_loop().time()
            try:
                if others := self._lanes.divert(waiting):
                    await self._answer(others)
            except Exception as error:
                log.exception("runner.failed")
                answer_all(waiting, BooksUnavailable("The books cannot be written."), error)
            finally:
                self._busy_since = None
                for _ in waiting:
                    self._arrived.task_done()

    async def _gather(self) -> list[Waiting]:
        """The next batch: whoever is here, and who comes while others still do."""
        waiting = [await self._arrived.get()]
        loop = asyncio.get_running_loop()
        end, quiet = loop.time() + GATHERING_SECONDS, 0
        while len(waiting) < MAX_BATCH:
            if not self._arrived.empty():
                waiting.append(self._arrived.get_nowait())
                quiet = 0
            elif quiet < PATIENCE and loop.time() < end:
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
        needs = Needs.union(each.needs() for each in commands)
        for _ in range(MAX_ROUNDS):
            try:
                return await self._database.transact(
                    functools.partial(
                        carry_out,
                        commands=commands,
                        needs=needs,
                        route=self._route,
                        lock_milliseconds=lock_milliseconds,
                    )
                )
            except NeedsMore as more:
                needs |= more.needs
        raise BooksBroken(f"still not enough after {MAX_ROUNDS} rounds: {needs}")

    def _observe(self, waiting: list[Waiting], batch: Batch) -> None:
        for transfer in batch.transfers:
            self._aside.show(functools.partial(_see_transfer, transfer=transfer))
        for noted in batch.events:
            self._aside.show(functools.partial(_see_event, event=noted.event))
        for each, outcome in zip(waiting, batch.outcomes, strict=True):
            if isinstance(outcome, Exception) and not isinstance(outcome, Refused):
                seen = functools.partial(_see_error, command=each.command, error=outcome)
                self._aside.show(seen)


def _see_transfer(observer: Observer, transfer: Transfer) -> None:
    observer.on_transaction_created(transfer)


def _see_event(observer: Observer, event: Event) -> None:
    observer.on_event(event)


def _see_error(observer: Observer, command: Command[Any], error: Exception) -> None:
    observer.on_error(command, error)


def carry_out(
    connection: Connection,
    *,
    commands: Sequence[Command[Any]],
    needs: Needs,
    route: Route,
    lock_milliseconds: int | None = None,
) -> Batch:
    """Run commands on the same books, inside one transaction.

    One that refuses or fails is rolled back alone, in memory.

    Args:
        connection: In a transaction.
        commands: What is to be done.
        needs: What they must see.
        route: Where their events go.
        lock_milliseconds: How long to wait for others' locks, if not as long as usual.

    Raises:
        NeedsMore: Names all that any of the commands found missing.
    """
    if lock_milliseconds is not None:
        wait_for_locks(connection, lock_milliseconds)
    stored = {
        key: (row["content"], row["result"])
        for key, row in load_commands(connection, {each.key for each in commands}).items()
    }
    loaded = load(connection, needs) if len(stored) < len(commands) else Slice()
    books = Books(loaded)
    batch = Batch()
    missing = Needs()
    now_done: dict[CommandKey, tuple[str, Any]] = {}
    for command in commands:
        outcome: Any = None
        try:
            content = content_of(command)
            outcome = _repeated(command, content, stored, now_done)
            if outcome is _NEW:
                outcome, text = _attempt(books, command)
                batch.done.append(Done(command=command, content=content, result=text))
                now_done[command.key] = (content, outcome)
        except NeedsMore as more:
            missing |= more.needs
        except Exception as error:
            outcome = error
            if not isinstance(error, Refused | KeyReused):
                log.exception("command.failed", key=command.key, kind=command.kind)
        batch.outcomes.append(outcome)
    if missing:
        raise NeedsMore(missing)
    if batch.done:
        write(connection, loaded, books, batch.done, route)
    batch.transfers, batch.events = books.changes.transfers, books.changes.events
    return batch


def _rehearse(connection: Connection, *, command: Command[ResultT], needs: Needs) -> ResultT:
    result, _ = _attempt(Books(load(connection, needs, changing=False)), command)
    return result


_NEW = object()


def _repeated(
    command: Command[Any],
    content: str,
    stored: dict[CommandKey, tuple[str, str]],
    now_done: dict[CommandKey, tuple[str, Any]],
) -> Any:  # noqa: ANN401 - whatever the command returned
    """What the command returned when its key came before; `_NEW` if it did not."""
    found = now_done.get(command.key) or stored.get(command.key)
    if found is None:
        return _NEW
    known, result = found
    if content != known:  # before the result is read: another command returned something else
        raise KeyReused(f"The key {command.key} was used for something else.")
    return result if command.key in now_done else decode(command.result, result)


def _attempt(books: Books, command: Command[ResultT]) -> tuple[ResultT, str]:
    """Let a command have its effect on the books. Returns its result, and that as JSON."""
    overlay = books.begin(command.key, command.at)
    command.validate(overlay)
    result = command.execute(overlay)
    text = encode(command.result, result)
    books.keep(overlay)
    return result, text
