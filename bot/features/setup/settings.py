"""A server's settings as text, from the text that an owner types, and how they are changed."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from babel import Locale
from babel.numbers import is_currency

from bot.client import GuildbankBot
from bot.interaction.answer import change
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.wording import text
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.errors import Refused
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId
from payments.domain.values.money import Money, parse_amount

FIRST_CURRENCY: Final = "EUR"
"""For a guild's first package, if none is chosen; later ones follow those for sale."""

ANNOUNCED: Final = {PaymentSucceeded.name: "purchases", PointsTransferred.name: "gifts"}
"""What can be announced: names of events, and the words for them."""

ALWAYS: Final = "always"
"""In place of an approval limit: every refund needs a second moderator."""

_NOTHING = re.compile(r"0+([.,]0+)?")
_LIMIT = re.compile(r"(?P<amount>[0-9.,\s]*[0-9.,])\s*(?P<code>[a-z]{3})?")


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
    """Change some settings of a server, in the caller's name.

    Args:
        interaction: Of somebody who may manage the server; acknowledged.
        before: The settings as they saw them.
        changes: What is to be otherwise, by the names of the fields.

    Raises:
        Refused: They cannot be so; nothing was changed.
    """
    caller = caller_of(interaction)
    bot = interaction.client
    if changes.get("currency") is not None:
        bot.buying.check_currency(changes["currency"])
    return await change(
        interaction,
        ChangeSettings(
            key=key_of(interaction),
            at=bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            settings=replace(before, **changes),
            before=before,
        ),
    )


def limit_of(typed: str, currency: str) -> Money | None:
    """An approval limit as typed: `50`, `50.00 USD`, `always`; none for the word `none`.

    Args:
        typed: What was typed.
        currency: What it is in, unless it says so itself.

    Raises:
        Refused: It is no amount in that currency.
    """
    words = typed.strip().casefold()
    if words == "none":
        return None
    if words == ALWAYS:
        return Money(minor=0, currency=currency)
    written = _LIMIT.fullmatch(words)
    if written is None:
        raise Refused("{typed} is not an amount. Write it like 4.99.", typed=words)
    code = currency_code(written["code"] or "") or currency
    if _NOTHING.fullmatch(written["amount"]):
        return Money(minor=0, currency=code)
    return parse_amount(written["amount"], code)


def limit_typed(limit: Money | None, currency: str) -> str:
    """An approval limit as one would type it where amounts are in that currency."""
    if limit is None:
        return ""
    if not limit.has_currency:
        return ALWAYS
    return str(limit.major) if limit.currency == currency else str(limit)


def limit_text(settings: GuildSettings, locale: Locale) -> str | None:
    """Which refunds need a second moderator; None if none do."""
    limit = settings.approval_limit
    if limit is None:
        return None
    if not limit.has_currency or limit.minor == 0:
        return ALWAYS
    return f"above {text.money(limit, locale)}"


def limit_remark(settings: GuildSettings, currency: str) -> str | None:
    """What an owner has to know of the approval limit, if it does not do what they may think."""
    limit = settings.approval_limit
    if limit is None or limit.currency == currency:
        return None
    if not limit.has_currency:
        return (
            "The limit that was set before has no currency, so every refund needs a second "
            "moderator. Set it again with `/setup set approval_limit`."
        )
    return (
        f"The limit is in {limit.currency}: refunds in any other currency, such as {currency}, "
        "always need a second moderator."
    )


def grant_limit_text(settings: GuildSettings, locale: Locale) -> str:
    """Which grants need a second moderator, as text."""
    if settings.grant_limit is None:
        return "for oneself only"
    if settings.grant_limit == 0:
        return ALWAYS
    return f"for oneself, and above {text.points(settings.grant_limit, locale, settings.points)}"


def names_text(settings: GuildSettings, locale: Locale) -> str:
    """What points are called, by example."""
    reader = text.ReaderFormat(locale, settings.points)
    return f"{reader.points(1)}, {reader.points(1_500)}"


def currency_code(typed: str) -> str | None:
    """The code of a currency as typed; none for nothing.

    Raises:
        Refused: There is no such currency.
    """
    code = typed.strip().upper()
    if code and not is_currency(code):
        raise Refused(
            "{typed} is not a currency. Write its three letters, such as EUR.", typed=typed
        )
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
        "Refunds need a second moderator": limit_text(settings, locale),
        "Grants need a second moderator": grant_limit_text(settings, locale),
        "Points are called": names_text(settings, locale),
        "Currency": currency,
        "Days in reports are those of": settings.time_zone,
        "A member may leave unpaid at a time": purchases(settings.open_checkouts, locale),
        "A member may begin within an hour": purchases(settings.purchases_per_hour, locale),
    }
    lines = [f"{name}: **{value or 'not set'}**" for name, value in values.items()]
    remark = limit_remark(settings, currency)
    return lines if remark is None else [*lines, f"⚠️ {remark}"]


def purchases(count: int, locale: Locale) -> str:
    """A number of purchases, as text."""
    return f"{text.number(count, locale)} purchase{'' if count == 1 else 's'}"


def _announced(settings: GuildSettings) -> str | None:
    chosen = [words for name, words in ANNOUNCED.items() if name in settings.announced]
    if not chosen and settings.announcement_channel is not None:
        return "nothing yet: `/setup announce`"
    return ", ".join(chosen)
