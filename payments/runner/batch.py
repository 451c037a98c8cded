"""Commands that go together: on the same books, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy import Connection

from payments.commands.base import Command, ResultT
from payments.domain.books import Books, Needs, NeedsMore, NotedEvent, Slice
from payments.domain.errors import KeyReused, Refused
from payments.domain.values.ids import CommandKey
from payments.domain.values.ledger import Transfer
from payments.store.books.commands import load_commands
from payments.store.books.load import load
from payments.store.books.write import write
from payments.store.books.writer import Done
from payments.store.engine.dialect import wait_for_locks
from payments.store.outbox.destination import Route
from payments.store.rows.codec import content_of, decode, encode

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Batch:
    """What became of commands that went together.

    Attributes:
        outcomes: For each command in order, its result or why there is none.
        done: Those that took effect now.
        transfers: What they moved.
        events: What they emitted.
    """

    outcomes: list[Any] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    events: list[NotedEvent] = field(default_factory=list)


def carry_out(
    connection: Connection,
    *,
    commands: Sequence[Command[Any]],
    more: Needs,
    route: Route,
    lock_milliseconds: int | None = None,
) -> Batch:
    """Run commands on the same books, inside one transaction.

    One that refuses or fails is rolled back alone, in memory.

    Args:
        connection: In a transaction.
        commands: What is to be done.
        more: What they were found to need beyond what they know at first.
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
    needs = Needs.union(each.needs() for each in commands) | more
    loaded = load(connection, needs) if len(stored) < len(commands) else Slice()
    books = Books(loaded)
    batch = Batch()
    _run_all(commands, books=books, stored=stored, batch=batch)
    if batch.done:
        write(connection, loaded, books, batch.done, route)
    batch.transfers, batch.events = books.changes.transfers, books.changes.events
    return batch


def _run_all(
    commands: Sequence[Command[Any]],
    *,
    books: Books,
    stored: dict[CommandKey, tuple[str, str]],
    batch: Batch,
) -> None:
    """Run commands one after the other, and note in `batch` what became of each."""
    missing = Needs()
    now_done: dict[CommandKey, tuple[str, Any]] = {}
    for command in commands:
        outcome: Any = None
        try:
            content = content_of(command)
            outcome = _repeated(command, content, stored, now_done)
            if outcome is _NEW:
                outcome, done = _attempt(books, command, content)
                batch.done.append(done)
                now_done[command.key] = (content, outcome)
        except NeedsMore as found:
            missing |= found.needs
        except Exception as error:  # rolled back alone; whoever gave it gets the error
            outcome = error
            if not isinstance(error, Refused | KeyReused):
                log.exception("command.failed", key=command.key, kind=command.kind)
        batch.outcomes.append(outcome)
    if missing:
        raise NeedsMore(missing)


def rehearse(connection: Connection, *, command: Command[ResultT], needs: Needs) -> ResultT:
    """What a command would return on the books as they are; nothing is written."""
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


def _attempt(books: Books, command: Command[ResultT], content: str = "") -> tuple[ResultT, Done]:
    """Carry a command out on the books. Returns its result, and what is noted of it."""
    overlay = books.begin(command.key, command.at)
    command.validate(overlay)
    result = command.execute(overlay)
    text = encode(command.result, result)
    books.keep(overlay)
    guild = command.guild
    if guild is None:  # found out on the way
        guild = next((each.source.guild for each in overlay.changes.transfers), None)
    return result, Done(command=command, content=content, result=text, guild=guild)
