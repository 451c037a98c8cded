"""`guildbank void`: points that were bought in test mode are removed, once real money is taken."""

import asyncio
from typing import Annotated

import typer

from app.cli.books import demand_books
from app.cli.setup import NO_DISCORD, load
from app.cli.words import counted
from payments.domain.errors import GuildbankError
from payments.domain.values.ids import MAX_SNOWFLAKE, GuildId
from payments.domain.values.left_test_points import TestPoints
from payments.infra.settings import Settings


class NotVoided(GuildbankError):
    """Nothing was removed; the text says why."""


def void(
    guild: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=MAX_SNOWFLAKE,
            help="One server's id; all of them if left out.",
            show_default=False,
        ),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
) -> None:
    """Remove the points that were bought in test mode, whoever has them, after a look at them.

    What was spent is gone, and nobody gets into debt. Each member who loses points is told. It can
    be run again, and beside the program.
    """
    settings = load(NO_DISCORD)
    whose = None if guild is None else GuildId(guild)
    left = asyncio.run(_quote(settings, whose))
    if not left:
        typer.echo("There are no test points in the books.")
        return
    for each in left:
        typer.echo(
            f"Server {each.guild}: {counted(each.points, 'point')} of "
            f"{counted(each.payments, 'test payment')}, held by {counted(each.members, 'member')}"
        )
    if not yes and not typer.confirm("Remove them?"):
        typer.echo("Nothing was removed.")
        return
    typer.echo(f"Points removed: {asyncio.run(_void(settings, whose)):,}")


async def _quote(settings: Settings, guild: GuildId | None) -> list[TestPoints]:
    from app.process import Guildbank  # noqa: PLC0415 - discord.py takes long to import

    await demand_books(settings.database_url)
    guildbank = Guildbank(settings)
    try:
        if not guildbank.services.voiding.live:
            raise NotVoided("A test key is in use, so test points are what this shop sells.")
        return await guildbank.services.voiding.quote(guild)
    finally:
        await guildbank.close()


async def _void(settings: Settings, guild: GuildId | None) -> int:
    from app.process import Guildbank  # noqa: PLC0415 - as above

    guildbank = Guildbank(settings)
    try:
        return await guildbank.void(guild)
    finally:
        await guildbank.close()
