"""Packages in Discord's lists: what is offered for completion, and what was meant by it."""

from collections.abc import Iterable

from discord import app_commands

from bot import text
from payments.domain.errors import Refused
from payments.domain.guilds import Package
from payments.domain.ids import GuildId
from payments.store.queries import Queries

MOST_CHOICES = 25
"""Discord: the most choices that autocomplete shows."""


def choices_of(
    packages: Iterable[Package], typed: str, voice: text.Voice
) -> list[app_commands.Choice[str]]:
    """The packages whose line contains what was typed so far; each choice's value is the id."""
    wanted = typed.strip().casefold()
    choices = [
        app_commands.Choice(name=text.offer(package, voice), value=package.id)
        for package in packages
    ]
    return [choice for choice in choices if wanted in choice.name.casefold()][:MOST_CHOICES]


async def find_for_sale(queries: Queries, guild: GuildId, meant: str) -> Package:
    """The package that was chosen, or whose name was typed instead.

    Raises:
        Refused: It is none of those for sale; says which are.
    """
    packages = await queries.packages(guild)
    if not packages:
        raise Refused("Nothing is for sale on this server yet.")
    for package in packages:
        if package.id == meant:
            return package
    typed = meant.strip().casefold()
    for package in packages:
        if package.name.casefold() == typed:
            return package
    names = text.listing(package.name for package in packages)
    raise Refused(f"There is no package {text.quoted(text.shortened(meant, 40))}. Choose {names}.")
