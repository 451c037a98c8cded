"""`guildbank reencrypt`: put all that is encrypted under the first of ENCRYPTION_KEYS."""

import asyncio

import typer

from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE, load
from payments.store.reencrypt import EncryptionStanding, encrypt_under_first_key, look


def reencrypt() -> None:
    """Encrypt again, under the first of ENCRYPTION_KEYS, what older keys have encrypted.

    To change keys: put the new one first and keep the old ones behind it, start the program again,
    run this, then remove the old keys. The program may run meanwhile; after an interruption run it
    again. Exit code 1 if something is left that none of the keys can read.
    """
    settings = load(BOOKS_ALONE - {"encryption_keys"})
    encryptor = settings.encryptor()

    async def work() -> tuple[int, EncryptionStanding]:
        async with existing_books(settings.database_url, upgrade=True) as database:
            changed = await encrypt_under_first_key(database, encryptor)
            return changed, await look(database, encryptor)

    changed, standing = asyncio.run(work())
    typer.echo(f"Encrypted again: {changed:,}. Under the first key: {standing.newest:,}.")
    if standing.older:
        typer.echo(f"Still under older keys: {standing.older:,}. Run this again.", err=True)
    if standing.unreadable:
        typer.echo(
            f"Readable by none of ENCRYPTION_KEYS: {standing.unreadable:,}. Add the key that is "
            "missing, or give those subscribers their addresses again.",
            err=True,
        )
    if standing.older or standing.unreadable:
        raise typer.Exit(1)
    typer.echo("The older keys are not needed any more.")
