"""`guildbank sandbox`: a Discord and a Stripe on this machine, to try the whole program with."""

import asyncio
import shlex
from collections.abc import Mapping
from typing import Annotated

import typer

from app.cli.run import until_stopped
from payments.infra.logs import configure_logs

TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox
SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - as above

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]


def sandbox(discord_port: Port = 8101, stripe_port: Port = 8102) -> None:
    """Start a local Discord and a local Stripe, and print the settings that lead to them.

    For trying `init`, `doctor`, `run` and a sale without any account. Nothing of it is kept.
    """
    configure_logs(level="WARNING", style="text")
    try:
        asyncio.run(until_stopped(_serve(discord_port, stripe_port)))
    except ModuleNotFoundError as error:
        typer.echo(
            f"The sandbox needs {error.name}, which is not installed. "
            "Run `make demo` once: it installs that.",
            err=True,
        )
        raise typer.Exit(2) from None
    except OSError as error:
        typer.echo(f"The sandbox cannot listen there: {error.strerror}.", err=True)
        raise typer.Exit(2) from None


async def _serve(discord_port: int, stripe_port: int) -> None:
    from sandbox.discord_wire import WireDiscord, default_world  # noqa: PLC0415 - an extra
    from sandbox.discord_wire.world import ADA, GENERAL, GUILD, OWNER  # noqa: PLC0415 - as above
    from sandbox.stripe import LocalStripe  # noqa: PLC0415 - as above

    discord, stripe = WireDiscord(default_world(), token=TOKEN), LocalStripe(secret_key=SECRET_KEY)
    try:
        await discord.start("127.0.0.1", discord_port)
        await stripe.start("127.0.0.1", stripe_port)
        _show(
            {
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "STRIPE_API_URL": stripe.url,
            }
        )
        typer.echo(f"# Token {TOKEN}, key {SECRET_KEY}, server {GUILD}, channel {GENERAL},")
        typer.echo(f"# owner {OWNER}, member Ada {ADA}.")
        typer.echo(f"# Act for them by POST to {discord.control_url}; GET says how.")
        typer.echo(f"# Checkouts are paid on Stripe's own page; more at {stripe.url}/control.")
        await asyncio.Event().wait()
    finally:
        await discord.close()
        await stripe.close()


def _show(settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
