"""`guildbank installation`: what tells this installation from others on the same account."""

import asyncio
import uuid
from functools import partial
from typing import Annotated

import typer

from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE, load
from payments.store.books.installation import load_installation, renew_installation
from payments.store.records.customers import CustomerIds
from payments.store.records.mail import MailBook


def installation(
    *,
    new: Annotated[
        bool, typer.Option("--new", help="Give this installation an id of its own.")
    ] = False,
) -> None:
    """Show the id by which payments of this installation are known at the provider.

    A copy of the database has the id of the original. If both run on one account of the provider,
    such as a copy for staging, stop the copy and run this with `--new` there: then each leaves the
    other's new sales, refunds and disputes alone. Buyers' e-mail addresses are deleted in the
    copy, so that it writes to nobody, and so are members' customers at the provider.
    """
    settings = load(BOOKS_ALONE)

    async def work() -> str:
        async with existing_books(settings.database_url, upgrade=True) as database:
            if new:
                await database.transact(partial(renew_installation, fresh=str(uuid.uuid4())))
                await MailBook(database).forget_all()
                await CustomerIds(database).forget_all()
            return await database.transact(load_installation)

    typer.echo(asyncio.run(work()))
