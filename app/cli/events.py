"""`guildbank events …`: what providers sent, and what became of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from app.cli.books import existing_books
from app.cli.examples import WithExamples
from app.cli.setup import BOOKS_ALONE, NO_DISCORD
from app.cli.words import counted, when
from payments.domain.errors import GuildbankError
from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.time import to_seconds
from payments.infra.clock import system_clock
from payments.infra.logs import configure_logs
from payments.providers.settings import load_settings
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import DeadLetter, Deliveries
from payments.store.queries import Queries

T = TypeVar("T")

app = typer.Typer(
    cls=WithExamples,
    help="What payment providers sent, and what became of it.",
    no_args_is_help=True,
)


class NoSuchEvent(GuildbankError):
    """There is no provider event of that id."""


@app.command("list")
def list_events(
    *,
    status: Annotated[
        InboxStatus | None, typer.Option(help="Only those of which this became.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """List provider events, newest first."""
    found = _read(lambda queries: queries.inbox_events_by_status(status, limit))
    if as_json:
        typer.echo(json.dumps([_summary(each) for each in found], indent=2))
        return
    for each in found:
        typer.echo(f"{when(each.received_at)}  {each.status:<11}  {each.id}  {each.kind}")
        if each.reason:
            typer.echo(f"    {each.reason}")
    if not found:
        typer.echo("There are no such events.")


@app.command()
def show(event: Annotated[str, typer.Argument(help="The provider's id, such as evt_…")]) -> None:
    """Show one provider event with its body, as it came."""
    found = _find(event)
    typer.echo(json.dumps(_summary(found) | {"body": json.loads(found.body)}, indent=2))


@app.command("dead")
def list_dead(
    *,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """List messages that could not be delivered and are not tried any more."""
    found = _with_database(lambda database: Deliveries(database).dead(limit))
    if as_json:
        typer.echo(json.dumps([_letter(each) for each in found], indent=2))
        return
    for each in found:
        tries = counted(each.attempts, "try", "tries")
        typer.echo(f"{when(each.ended_at)}  {each.id}  {each.event} to {each.channel}, {tries}")
        typer.echo(f"    {each.error}")
    if not found:
        typer.echo("Every message was delivered, or still can be.")


@app.command()
def replay(
    event: Annotated[
        str, typer.Argument(help="A provider's id, such as evt_…, or the number of a dead letter.")
    ],
) -> None:
    """Try a provider event, or a dead letter, again; nothing has its effect twice."""
    if event.isascii() and event.isdecimal():
        _replay_dead(int(event))
        return
    found = _find(event)
    settings = load_settings(unused=NO_DISCORD)
    configure_logs(level=settings.log_level, style=settings.log_format)

    async def work() -> None:
        from app.process import Guildbank  # noqa: PLC0415 - discord.py takes half a second to import

        guildbank = Guildbank(settings)
        try:
            await guildbank.replay(found)
        finally:
            await guildbank.close()

    asyncio.run(work())
    after = _find(event)
    typer.echo(f"{after.id} is {after.status} now. {after.reason}".rstrip())
    if after.status not in {InboxStatus.HANDLED, InboxStatus.IGNORED}:
        raise typer.Exit(1)


def _replay_dead(delivery: int) -> None:
    if delivery >= 2**63 or not _with_database(
        lambda database: Deliveries(database).replay(delivery, system_clock())
    ):
        raise NoSuchEvent(f"There is no dead letter {delivery}.")
    typer.echo(f"Message {delivery} is due again: the running program sends it within seconds.")


def _letter(letter: DeadLetter) -> dict[str, str | int]:
    ended = datetime.fromtimestamp(to_seconds(letter.ended_at), UTC)
    return {
        "id": letter.id,
        "event": letter.event,
        "channel": letter.channel,
        "attempts": letter.attempts,
        "ended": ended.isoformat(timespec="seconds"),
        "error": letter.error,
    }


def _find(event: str) -> InboxEvent:
    found = _read(lambda queries: queries.inbox_event(event))
    if found is None:
        raise NoSuchEvent(f"There is no provider event {event}.")
    return found


def _read(question: Callable[[Queries], Awaitable[T]]) -> T:
    return _with_database(lambda database: question(Queries(database.reader)))


def _with_database(question: Callable[[Database], Awaitable[T]]) -> T:
    settings = load_settings(unused=BOOKS_ALONE)

    async def work() -> T:
        async with existing_books(settings.database_url) as database:
            return await question(database)

    return asyncio.run(work())


def _summary(inbox_event: InboxEvent) -> dict[str, str | int]:
    received = datetime.fromtimestamp(to_seconds(inbox_event.received_at), UTC)
    return {
        "id": inbox_event.id,
        "provider": inbox_event.provider,
        "kind": inbox_event.kind,
        "received": received.isoformat(timespec="seconds"),
        "status": inbox_event.status,
        "reason": inbox_event.reason,
        "attempts": inbox_event.attempts,
    }
