"""`guildbank mail`: see that mail arrives, and forget addresses."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.books import existing_books
from app.cli.examples import WithExamples
from app.cli.setup import BOOKS_ALONE, load
from payments.domain.errors import GuildbankError
from payments.domain.values.ids import MemberId, is_snowflake
from payments.infra.clock import system_clock
from payments.infra.outbound import Outbound
from payments.store.records.mail import MailBook

if TYPE_CHECKING:
    from app.mail_desk import MailDesk

app = typer.Typer(
    cls=WithExamples, help="See that mail arrives, and forget addresses.", no_args_is_help=True
)

Address = Annotated[str, typer.Argument(help="An e-mail address.")]


class MailIsOff(GuildbankError):
    """No service that sends mail is chosen."""


class NobodyNamed(GuildbankError):
    """What was typed is no address, or no id of a member."""


@asynccontextmanager
async def _desk() -> "AsyncIterator[MailDesk]":
    """Mail as the settings say. Raises MailIsOff."""
    from app.mail import desk  # noqa: PLC0415 - costs nothing to other commands

    settings = load(BOOKS_ALONE - {"encryption_keys"})
    async with existing_books(settings.database_url, upgrade=True) as database:
        found = desk(settings, settings.encryptor(), Outbound(), database, system_clock)
        if found is None:
            raise MailIsOff("Mail is off. Set MAIL_SERVICE, as docs/mail.md says.")
        try:
            await found.start()
            yield found
        finally:
            await found.close()


def _fingerprint(desk: "MailDesk", address: str) -> str:
    from payments.integrations.mail.addresses import parsed  # noqa: PLC0415 - as above

    if parsed(address) is None:
        raise NobodyNamed("That is no e-mail address.")
    return desk.addresses.fingerprint(address)


@app.command()
def test(address: Address) -> None:
    """Send a test mail, with the settings as they are.

    Where it is refused, the line says what the mail server or service said.
    """

    async def work() -> None:
        async with _desk() as desk:
            _fingerprint(desk, address)
            await desk.send_trial(secrets.token_hex(12), address)

    asyncio.run(work())
    typer.echo("It was taken. See whether it arrives, and not among spam.")


@app.command()
def stop(address: Address) -> None:
    """Send nothing more to an address, and delete it here.

    As the link below each mail does it, for somebody who asks you.
    """

    async def work() -> bool:
        async with _desk() as desk:
            return await desk.book.stop(_fingerprint(desk, address), "asked", system_clock())

    new = asyncio.run(work())
    typer.echo("It gets no more mail." if new else "It got no mail any more before.")


@app.command()
def allow(address: Address) -> None:
    """Let an address get mail again that was stopped, from its next purchase on."""

    async def work() -> bool:
        async with _desk() as desk:
            return await desk.book.allow(_fingerprint(desk, address))

    was = asyncio.run(work())
    typer.echo("It gets mail from its next purchase on." if was else "It was not stopped.")


@app.command()
def forget(member: Annotated[str, typer.Argument(help="The member's id on Discord.")]) -> None:
    """Delete all addresses of a member, on all servers; it works where mail is off, too.

    Their purchases stay in the books. Messages of payment providers hold addresses too:
    `guildbank archive` moves old ones out.
    """
    if not is_snowflake(member):
        raise NobodyNamed(
            "A member's id is digits: turn developer mode on in Discord, and copy it."
        )
    settings = load(BOOKS_ALONE)

    async def work() -> int:
        async with existing_books(settings.database_url, upgrade=True) as database:
            return await MailBook(database).forget_member(MemberId(int(member)))

    typer.echo(f"Addresses deleted: {asyncio.run(work())}.")
