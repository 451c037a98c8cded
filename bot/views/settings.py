"""A server's settings in words, from the words that an owner types, and how they are changed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from babel import Locale
from babel.numbers import is_currency

from bot import text
from bot.client import GuildbankBot
from bot.who import Interaction, caller_of, key_of
from payments.commands.base import by_member
from payments.commands.settings import ChangeSettings
from payments.domain.errors import Refused
from payments.domain.events import PaymentSucceeded, PointsTransferred
from payments.domain.guilds import GuildSettings
from payments.domain.ids import GuildId
from payments.domain.money import Money, parse_price

FIRST_CURRENCY: Final = "EUR"
"""For a guild's first package, if none is chosen; later ones follow those for sale."""

ANNOUNCED: Final = {PaymentSucceeded.name: "purchases", PointsTransferred.name: "gifts"}
"""What can be announced: names of events, and the words for them."""

_NOTHING = re.compile(r"0+([.,]0+)?")
_AMOUNT = re.compile(r"[0-9.,\s]+")
_QUOTED_LENGTH = 40


async def currency_of(bot: GuildbankBot, guild: GuildId) -> str:
    """The currency of a guild: the one that it chose, or else that of what it sells."""
    settings = await bot.queries.settings(guild)
    if settings.currency is not None:
        return settings.currency
    packages = await bot.queries.packages(guild)
    return packages[0].price.currency if packages else FIRST_CURRENCY


async def change_settings(
    interaction: Interaction, before: GuildSettings, changes: Mapping[str, Any]
) -> GuildSettings:
    """Change some settings of a server, in the name of whoever asks.

    Args:
        interaction: Of somebody who may manage the server.
        before: The settings as they saw them.
        changes: What is to be otherwise, by the names of the fields.

    Raises:
        Refused: They cannot be so; nothing was changed.
    """
    caller = caller_of(interaction)
    bot = interaction.client
    return await bot.runner.run(
        ChangeSettings(
            key=key_of(interaction),
            at=bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            settings=replace(before, **changes),
            before=before,
        )
    )


def limit_of(typed: str, currency: str) -> int | None:
    """The minor units of an approval limit as typed; none for the word `none`.

    Raises:
        Refused: It is no amount in that currency.
    """
    words = typed.strip().casefold()
    if words == "none":
        return None
    if not _AMOUNT.fullmatch(words):
        quoted = text.quoted(text.shortened(words, _QUOTED_LENGTH))
        raise Refused(f"{quoted} is not an amount. Write it like 4.99.")
    if _NOTHING.fullmatch(words):
        return 0
    return parse_price(words, currency).minor


def limit_text(settings: GuildSettings, currency: str, locale: Locale) -> str | None:
    """The approval limit as an amount of money; none if there is none."""
    if settings.approval_limit is None:
        return None
    return text.money(Money(minor=settings.approval_limit, currency=currency), locale)


def names_text(settings: GuildSettings, locale: Locale) -> str:
    """What points are called, by example."""
    voice = text.Voice(locale, settings.points)
    return f"{voice.points(1)}, {voice.points(1_500)}"


def currency_code(typed: str) -> str | None:
    """The code of a currency as typed; none for nothing.

    Raises:
        Refused: There is no such currency.
    """
    code = typed.strip().upper()
    if code and not is_currency(code):
        quoted = text.quoted(text.shortened(typed, _QUOTED_LENGTH))
        raise Refused(f"{quoted} is not a currency. Write its three letters, such as EUR.")
    return code or None


def lines_of(settings: GuildSettings, currency: str, locale: Locale) -> list[str]:
    """All settings, one in a line."""
    values = {
        "Moderators' channel": f"<#{settings.mod_channel}>" if settings.mod_channel else None,
        "Moderators' role": f"<@&{settings.moderator_role}>" if settings.moderator_role else None,
        "Announcements": (
            f"<#{settings.announcement_channel}>" if settings.announcement_channel else None
        ),
        "Announced there": _announced(settings),
        "Private threads for those without direct messages": (
            f"<#{settings.notice_channel}>" if settings.notice_channel else None
        ),
        "Bought points can be passed on after": text.hours(settings.maturity, locale),
        "Refunds need a second moderator above": limit_text(settings, currency, locale),
        "Points are called": names_text(settings, locale),
        "Currency": currency,
    }
    return [f"{name}: **{value or 'not set'}**" for name, value in values.items()]


def _announced(settings: GuildSettings) -> str | None:
    chosen = [words for name, words in ANNOUNCED.items() if name in settings.announced]
    if not chosen and settings.announcement_channel is not None:
        return "nothing yet: `/setup announce`"
    return ", ".join(chosen)
