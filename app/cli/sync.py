"""`guildbank sync`."""

import asyncio

import typer

from app.cli.setup import NO_PROVIDER, load


def sync() -> None:
    """Tell Discord the bot's commands, for each server in GUILD_IDS (or everywhere for *)."""
    settings = load(NO_PROVIDER)

    async def work() -> int:
        from app.process import Guildbank  # noqa: PLC0415 - discord.py takes long to import

        guildbank = Guildbank(settings)
        try:
            return await guildbank.sync_commands()
        finally:
            await guildbank.close()

    typer.echo(f"{asyncio.run(work())} commands are known to Discord now.")
