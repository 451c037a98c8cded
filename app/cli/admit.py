"""`guildbank admit SERVER`: where any server may invite the bot, let one sell."""

import asyncio
from typing import Annotated

import typer

from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE, load
from payments.domain.errors import GuildbankError
from payments.domain.values.ids import GuildId, is_snowflake
from payments.infra.clock import system_clock
from payments.infra.settings import Settings
from payments.store.records.admissions import Admissions


class NoServerId(GuildbankError):
    """What was typed is no id of a server."""


def admit(
    server: Annotated[
        str | None, typer.Argument(help="The server's id; left out, those let in are listed.")
    ] = None,
    *,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Let it sell no longer; members keep their points.")
    ] = False,
) -> None:
    """Let a server sell through your account, where GUILD_IDS is *.

    Any server that invites the bot could sell through your account otherwise. It works at once,
    also while the program runs. With servers named in GUILD_IDS nothing of this is needed.
    """
    settings = load(BOOKS_ALONE)
    if server is not None and not is_snowflake(server):
        raise NoServerId("A server's id is digits: turn developer mode on in Discord, and copy it.")
    if server is None and withdraw:
        raise NoServerId("Say which server is to sell no longer.")
    guild = None if server is None else GuildId(int(server))
    for line in asyncio.run(_admit(settings, guild, withdraw=withdraw)):
        typer.echo(line)


async def _admit(settings: Settings, guild: GuildId | None, *, withdraw: bool) -> list[str]:
    async with existing_books(settings.database_url, upgrade=True) as database:
        admissions = Admissions(database)
        if guild is None:
            return [str(each) for each in await admissions.all()] or ["No server was let in."]
        if withdraw:
            await admissions.withdraw(guild)
            return [f"{guild} sells no longer. Checkouts that are open can still be paid."]
        await admissions.admit(guild, system_clock())
        return [f"{guild} may sell: /package add works there now."]
