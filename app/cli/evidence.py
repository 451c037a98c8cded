"""`guildbank evidence PAYMENT`: a PDF and a page with all that is known of a payment."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.archive import CannotKeep
from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE
from payments.domain.errors import GuildbankError
from payments.domain.values.ids import PaymentId
from payments.infra.clock import system_clock
from payments.infra.private_files import write_private
from payments.infra.settings import Settings
from payments.providers.settings import load_settings
from payments.services.evidence import Evidence, gather
from payments.store.queries import Queries

if TYPE_CHECKING:
    from bot.features.evidence.sections import EvidencePerson


class NoSuchPayment(GuildbankError):
    """There is no payment of that id."""


class FileThere(GuildbankError):
    """The file to be written is there already."""


def evidence(
    payment: Annotated[str, typer.Argument(help="The payment's id, as on its cards.")],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Where to write it, as a PDF or a page by its ending; evidence-PAYMENT.pdf and "
            "evidence-PAYMENT.html here if left out."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write all that the books and Discord know of a payment into a PDF and a page."""
    settings = load_settings(unused=BOOKS_ALONE)
    asyncio.run(_write(settings, PaymentId(payment), output, force=force))


async def _write(
    settings: Settings, payment: PaymentId, output: Path | None, *, force: bool
) -> None:
    from bot.features.evidence.document import file_name, render  # noqa: PLC0415 - discord.py takes long to import
    from bot.features.evidence.pdf import render_pdf  # noqa: PLC0415 - as above

    found = await _gather(settings, payment)
    paths = (
        [Path(file_name(found, kind)) for kind in ("pdf", "html")] if output is None else [output]
    )
    for path in paths:
        if path.exists() and not force:
            raise FileThere(f"{path} is there already. Use --force, or another --output.")
    buyer = await _ask_discord(settings, found)
    for path in paths:
        is_pdf = path.suffix.lower() == ".pdf"
        try:
            write_private(path, render_pdf(found, buyer) if is_pdf else render(found, buyer))
        except OSError as error:
            raise CannotKeep(f"{path} cannot be written: {error.strerror}.") from error
        typer.echo(f"Written to {path}.")
    if buyer is None:
        typer.echo("Discord did not say who the buyer is: only their id is in it.", err=True)


async def _gather(settings: Settings, payment: PaymentId) -> Evidence:
    async with existing_books(settings.database_url) as database:
        queries = Queries(database.reader)
        found = await queries.payment(payment)
        if found is None:
            raise NoSuchPayment(f"There is no payment {payment}.")
        return await gather(queries, found, system_clock())


async def _ask_discord(settings: Settings, found: Evidence) -> "EvidencePerson | None":
    """The buyer's name, if Discord can be asked with the token in the settings."""
    if "discord_token" in settings.absent:
        return None
    import aiohttp  # noqa: PLC0415 - as above
    import discord  # noqa: PLC0415 - as above

    from bot.connection.login import point_discord_at  # noqa: PLC0415 - imports discord.py
    from bot.features.evidence.document import who_is  # noqa: PLC0415 - imports discord.py

    point_discord_at(settings)
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            await client.login(settings.discord_token.get_secret_value())
        except (discord.DiscordException, aiohttp.ClientError, OSError):
            return None
        return await who_is(client, found.payment.member)
