"""`guildbank sandbox`: what the program talks to, on this machine, to try the whole of it with."""

import asyncio
import shlex
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Annotated, Protocol

import typer

from app.cli.run import until_stopped
from payments.infra.logs import configure_logs

TOKEN = "sandbox-token"  # noqa: S105 - opens nothing but the sandbox
SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - as above
PAYPAL_ID, PAYPAL_SECRET = "sandbox-client", "sandbox-secret"
SQUARE_TOKEN, SQUARE_KEY = "sandbox-square-token", "sandbox-square-key"
SQUARE_LOCATION = "LSANDBOX"

_HOST = "127.0.0.1"

Port = Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")]
Address = Annotated[
    str, typer.Option(help="PUBLIC_URL of the program; Square's messages are sent there.")
]


class Service(Protocol):
    """What is started and closed."""

    async def start(self, host: str, port: int) -> None:
        """Listen."""

    async def close(self) -> None:
        """Stop."""


def sandbox(
    discord_port: Port = 8101,
    stripe_port: Port = 8102,
    paypal_port: Port = 8103,
    square_port: Port = 8104,
    public_url: Address = "http://localhost:8080",
) -> None:
    """Start a local Discord, Stripe, PayPal and Square, and print the settings that lead to them.

    For trying `init`, `doctor`, `run` and a sale without any account. Nothing of it is kept.
    """
    configure_logs(level="WARNING", style="text")
    ports = (discord_port, stripe_port, paypal_port, square_port)
    try:
        asyncio.run(until_stopped(_serve(ports, public_url)))
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


async def _serve(ports: tuple[int, int, int, int], public_url: str) -> None:
    from sandbox.discord_wire import WireDiscord, default_world  # noqa: PLC0415 - an extra
    from sandbox.discord_wire.world import ADA, GENERAL, GUILD, OWNER  # noqa: PLC0415 - as above
    from sandbox.paypal import LocalPayPal  # noqa: PLC0415 - as above
    from sandbox.square import LocalSquare  # noqa: PLC0415 - as above
    from sandbox.stripe import LocalStripe  # noqa: PLC0415 - as above

    discord, stripe = WireDiscord(default_world(), token=TOKEN), LocalStripe(secret_key=SECRET_KEY)
    paypal = LocalPayPal(client_id=PAYPAL_ID, client_secret=PAYPAL_SECRET)
    square = LocalSquare(
        access_token=SQUARE_TOKEN,
        signature_key=SQUARE_KEY,
        notification_url=f"{public_url.rstrip('/')}/webhooks/square",
        location_id=SQUARE_LOCATION,
    )
    services: tuple[Service, ...] = (discord, stripe, paypal, square)
    async with AsyncExitStack() as exits:
        for service, port in zip(services, ports, strict=True):
            exits.push_async_callback(service.close)
            await service.start(_HOST, port)
        _show(
            {
                "DISCORD_API_URL": discord.api_url,
                "DISCORD_GATEWAY_URL": discord.gateway_url,
                "STRIPE_API_URL": stripe.url,
                "PAYPAL_API_URL": paypal.url,
                "SQUARE_API_URL": square.url,
            }
        )
        typer.echo(f"# Token {TOKEN}, key {SECRET_KEY}, server {GUILD}, channel {GENERAL},")
        typer.echo(f"# owner {OWNER}, member Ada {ADA}.")
        typer.echo(f"# PayPal: client ID {PAYPAL_ID}, secret {PAYPAL_SECRET}.")
        typer.echo(f"# Square: access token {SQUARE_TOKEN}, location {SQUARE_LOCATION},")
        typer.echo(f"# in {square.currency}, signature key {SQUARE_KEY}.")
        typer.echo(f"# Act for members by POST to {discord.control_url}; GET says how.")
        typer.echo("# Checkouts are paid on the pages of who takes the money; more at")
        for url in (stripe.url, paypal.url, square.url, discord.shop_url):
            typer.echo(f"# {url}/control")
        await asyncio.Event().wait()


def _show(settings: Mapping[str, str]) -> None:
    for name, value in settings.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
