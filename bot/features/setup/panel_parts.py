"""What the panel of `/setup panel` says: each part with its sign, and what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import discord
from babel import Locale

from bot.features.setup.channel_checks import (
    open_questions,
    why_no_moderators,
    why_no_threads,
    why_not_writable,
)
from bot.features.setup.settings import (
    ANNOUNCED,
    grant_limit_text,
    limit_remark,
    limit_text,
    names_text,
    purchases,
)
from bot.wording import text
from payments.domain.values.guilds import GuildSettings

ROLE: Final = "moderator_role"
ANNOUNCEMENTS: Final = "announced"
LIMITS: Final = "limits"
NAMES: Final = "names"

_GOOD, _OPEN, _WRONG = "✅", "▫️", "⚠️"
_REFUSED = "❌"


class ChannelSetting(NamedTuple):
    """A setting that is a channel.

    Attributes:
        field: Its name among the settings.
        title: What it is called.
        why: What it is for.
        threads: Whether the bot makes private threads there.
    """

    field: str
    title: str
    why: str
    threads: bool = False


MODERATORS: Final = ChannelSetting(
    "mod_channel",
    "Moderators' channel",
    "Refunds, disputes and all that needs a person come here; moderators' commands work only here.",
)
NEWS: Final = ChannelSetting("announcement_channel", "Announcements", "Where all read good news.")
NOTICES: Final = ChannelSetting(
    "notice_channel",
    "Private threads",
    "Members who take no direct messages are told in a private thread here.",
    threads=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How things stand when the panel is drawn.

    Attributes:
        guild: The server, as Discord shows it to the bot.
        settings: Its settings.
        currency: The currency of what it sells.
        for_sale: Whether anything is for sale.
        locale: The reader's.
    """

    guild: discord.Guild
    settings: GuildSettings
    currency: str
    for_sale: bool
    locale: Locale

    def channel(self, place: ChannelSetting) -> discord.TextChannel | None:
        """The channel that is set, if it is still there."""
        found = self.guild.get_channel(getattr(self.settings, place.field) or 0)
        return found if isinstance(found, discord.TextChannel) else None

    @property
    def role(self) -> discord.Role | None:
        """The moderators' role, if it is still there."""
        return self.guild.get_role(self.settings.moderator_role or 0)


def wrong_place(place: ChannelSetting, channel: discord.TextChannel) -> str | None:
    """Why a channel will not do, and how to mend it; None if it will."""
    wrong = why_not_writable(channel)
    if wrong is None and place.threads:
        wrong = why_no_threads(channel)
    return wrong


def head(seen: Seen) -> list[str]:
    """What is missing still, for all to work."""
    missing = []
    if seen.channel(MODERATORS) is None:
        missing.append("Choose a moderators' channel: their commands work only there.")
    if not seen.for_sale:
        missing.append("Nothing is for sale yet: put something up with `/package add`.")
    if not missing:
        return [f"{_GOOD} All that is needed is set."]
    return [f"{_WRONG} {each}" for each in missing]


def place_text(place: ChannelSetting, seen: Seen, problems: Mapping[str, str]) -> str:
    """A channel's part, with the result of its test."""
    lines = []
    channel = seen.channel(place)
    if getattr(seen.settings, place.field) is None:
        sign = _OPEN
    elif channel is None:
        sign = _WRONG
        lines = [f"{_WRONG} The channel is gone, or no text channel any more. Choose another."]
    else:
        wrong = wrong_place(place, channel)
        lines = [] if wrong is None else [f"{_WRONG} {wrong}"]
        sign = _GOOD if wrong is None else _WRONG
    return _part(f"{sign} **{place.title}**", place.why, lines, problems.get(place.field))


def role_text(seen: Seen, problems: Mapping[str, str]) -> str:
    """The part of the moderators' role."""
    sign, lines = _GOOD, []
    wrong = None if seen.role is None else why_no_moderators(seen.role)
    if seen.settings.moderator_role is None:
        sign = _OPEN
    elif seen.role is None:
        wrong = "The role is gone. Choose another."
    if wrong is not None:
        sign, lines = _WRONG, [f"{_WRONG} {wrong}"]
    why = "Who may moderate, beside those who manage the server."
    lines += [f"{_WRONG} {each}" for each in open_questions(seen.channel(MODERATORS), seen.role)]
    return _part(f"{sign} **Moderators' role**", why, lines, problems.get(ROLE))


def announced_lines(seen: Seen, problems: Mapping[str, str]) -> Iterator[str]:
    """What there is to say about what is announced."""
    if seen.settings.announcement_channel is not None and not seen.settings.announced:
        yield f"{_OPEN} Nothing is announced yet. Choose what."
    if ANNOUNCEMENTS in problems:
        yield f"{_REFUSED} {problems[ANNOUNCEMENTS]}"


def limits_part(seen: Seen, problems: Mapping[str, str]) -> str:
    """The part of what can be done with points, refunds and purchases."""
    limit = limit_text(seen.settings, seen.locale)
    remark = limit_remark(seen.settings, seen.currency)
    hours = text.hours(seen.settings.maturity, seen.locale)
    second = "never" if limit is None else f"**{limit}**"
    return _part(
        f"{_GOOD if remark is None else _OPEN} **Limits**",
        f"Bought points can be passed on after **{hours}**. "
        f"Refunds need a second moderator: {second}. "
        f"Grants: {grant_limit_text(seen.settings, seen.locale)}. "
        f"A member may leave **{purchases(seen.settings.open_checkouts, seen.locale)}** unpaid at "
        f"a time, and begin **{purchases(seen.settings.purchases_per_hour, seen.locale)}** within "
        "an hour.",
        [] if remark is None else [f"{_WRONG} {remark}"],
        problems.get(LIMITS),
    )


def names_part(seen: Seen, problems: Mapping[str, str]) -> str:
    """The part of what points are called, and of the currency."""
    chosen = "" if seen.settings.currency else ", as in what is for sale"
    return _part(
        f"{_GOOD} **Names and currency**",
        f"Points read like **{names_text(seen.settings, seen.locale)}**. What is put up for sale "
        f"costs **{seen.currency}**{chosen}. Reports count the days of "
        f"**{seen.settings.time_zone}**.",
        [],
        problems.get(NAMES),
    )


def announced_options(settings: GuildSettings) -> list[discord.SelectOption]:
    """What can be announced, with what is chosen."""
    return [
        discord.SelectOption(
            label=words.capitalize(), value=name, default=name in settings.announced
        )
        for name, words in ANNOUNCED.items()
    ]


def _part(title: str, why: str, lines: list[str], problem: str | None) -> str:
    refused = [] if problem is None else [f"{_REFUSED} {problem}"]
    return "\n".join([title, why, *lines, *refused])
