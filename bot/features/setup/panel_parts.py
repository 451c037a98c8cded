"""What the panel of `/setup panel` says: each part with its sign, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import discord

from bot.features.setup.channel_checks import (
    who_is_shut_out,
    who_reads,
    why_no_moderators,
    why_no_threads,
    why_not_writable,
)
from bot.features.setup.panel_places import MODERATORS, ChannelSetting, RoleSetting
from bot.features.setup.settings import (
    grant_limit_text,
    limit_remark,
    limit_text,
    names_text,
    purchases,
    wait_text,
)
from bot.wording import text
from payments.domain.sentences.parts import Place, Several, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.guilds import GuildSettings, Package

ANNOUNCEMENTS: Final = "announced"
LIMITS: Final = "limits"
NAMES: Final = "names"
PACKAGES: Final = "packages"
SHOP: Final = "shop"

TITLE: Final = Sentence("Set up this server")
PACKAGES_TITLE: Final = Sentence("Packages")
NAMES_TITLE: Final = Sentence("Names and currency")
LIMITS_TITLE: Final = Sentence("Limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How things stand when the panel is drawn.

    Attributes:
        guild: The server, as Discord shows it to the bot.
        settings: Its settings.
        currency: The currency of what it sells.
        packages: What is for sale.
        items: Number of things that points buy.
        unsold: What of it cannot be bought by some way to pay.
        reader: Who looks at the panel.
    """

    guild: discord.Guild
    settings: GuildSettings
    currency: str
    packages: Sequence[Package]
    items: int = 0
    unsold: Sequence[Sentence] = ()
    reader: text.ReaderFormat = field(default=text.PLAIN)

    def channel(self, place: ChannelSetting) -> discord.TextChannel | None:
        """The channel that is set, if it is still there."""
        found = self.guild.get_channel(getattr(self.settings, place.field) or 0)
        return found if isinstance(found, discord.TextChannel) else None

    def role(self, setting: RoleSetting) -> discord.Role | None:
        """The role that is set, if it is still there."""
        return self.guild.get_role(getattr(self.settings, setting.field) or 0)


def wrong_place(place: ChannelSetting, channel: discord.TextChannel) -> Sentence | None:
    """Why a channel will not do, and how to mend it; None if it will."""
    wrong = why_not_writable(channel)
    if wrong is None and place.threads:
        wrong = why_no_threads(channel)
    return wrong


def missing(seen: Seen) -> list[Sentence]:
    """What is missing still, for all to work."""
    found = []
    if seen.channel(MODERATORS) is None:
        found.append(Sentence("Choose a moderators' channel. Their commands work only there."))
    if not seen.packages:
        found.append(Sentence("Nothing is for sale yet. Add the first package."))
    return found


def head(seen: Seen) -> Sentence:
    """Whether anything is missing."""
    if steps := len(missing(seen)):
        return plural(
            "One thing is still missing. It is marked with ⚠️ below.",
            "{n} things are still missing. They are marked with ⚠️ below.",
            steps,
        )
    return Sentence("✅ Everything required is set.")


def place_part(place: ChannelSetting, seen: Seen) -> list[Sentence]:
    """A channel's part, with the result of its test."""
    channel = seen.channel(place)
    wrong = remark = None
    if channel is not None:
        wrong = wrong_place(place, channel)
        remark = who_reads(channel) if place is MODERATORS else None
    elif getattr(seen.settings, place.field) is not None:
        wrong = Sentence("The channel is gone, or no text channel any more. Choose another.")
    elif place is MODERATORS:
        wrong = Sentence("Choose a moderators' channel. Their commands work only there.")
    return _part(place.title, [place.why], wrong, remark, is_set=channel is not None)


def role_part(setting: RoleSetting, seen: Seen) -> list[Sentence]:
    """A role's part."""
    wrong = remark = None
    role = seen.role(setting)
    if role is not None:
        wrong = why_no_moderators(role)
        remark = who_is_shut_out(seen.channel(setting.place) or seen.channel(MODERATORS), role)
    elif getattr(seen.settings, setting.field) is not None:
        wrong = Sentence("The role is gone. Choose another.")
    return _part(setting.title, [setting.why], wrong, remark, is_set=role is not None)


def announced_part(seen: Seen) -> list[Sentence]:
    """What there is to say about what is announced."""
    if seen.settings.announcement_channel is None or seen.settings.announced:
        return []
    return [Sentence("⚠️ {wrong}", wrong=Sentence("Nothing is announced yet. Choose what."))]


def limits_part(seen: Seen) -> list[Sentence]:
    """The part of what can be done with points, refunds and purchases."""
    settings = seen.settings
    lines = [
        Sentence("Bought points can be transferred: **{span}**", span=wait_text(settings)),
        Sentence("Refunds need a second moderator: **{limit}**", limit=limit_text(settings)),
        Sentence("Grants need a second moderator: **{limit}**", limit=grant_limit_text(settings)),
        Sentence(
            "Each member, unpaid at a time: **{count}**",
            count=purchases(settings.open_checkouts),
        ),
        Sentence(
            "Each member, within an hour: **{count}**",
            count=purchases(settings.purchases_per_hour),
        ),
    ]
    remark = limit_remark(settings, seen.currency)
    return _part(LIMITS_TITLE, lines, remark=remark, is_set=True)


def names_part(seen: Seen) -> list[Sentence]:
    """The part of what points are called, and of the currency."""
    currency = (
        Sentence("Currency: **{currency}**", currency=Verbatim(seen.currency))
        if seen.settings.currency
        else Sentence(
            "Currency: **{currency}**, like the packages", currency=Verbatim(seen.currency)
        )
    )
    zone = Verbatim(seen.settings.time_zone)
    lines = [
        Sentence("Points are called: **{names}**", names=names_text()),
        currency,
        Sentence("Time zone of reports: **{zone}**", zone=zone),
    ]
    return _part(NAMES_TITLE, lines, is_set=True)


def packages_part(seen: Seen) -> list[Sentence]:
    """What is for sale for money."""
    if not seen.packages:
        first = Sentence("Nothing is for sale yet. Add the first package.")
        return _part(PACKAGES_TITLE, [], first, is_set=False)
    names = Several(tuple(package.name for package in seen.packages))
    lines = [
        Sentence("For sale: {names}", names=names),
        *seen.unsold,
        Sentence(
            "Change them with {edit} and {retire}.",
            edit=SlashCommand("package edit"),
            retire=SlashCommand("package retire"),
        ),
    ]
    return _part(PACKAGES_TITLE, lines, is_set=True)


def shop_part(seen: Seen) -> list[Sentence]:
    """The last part: what points buy, and who sees the orders that wait for a person."""
    title = Sentence("Shop (optional)")
    if not seen.items:
        first = Sentence(
            "Points buy nothing yet. Put something up with {add}.", add=SlashCommand("item add")
        )
        return _part(title, [first], is_set=False)
    lines = [
        plural("Points buy {n} item.", "Points buy {n} items.", seen.items),
        Sentence(
            "{list} shows what, and {panel} posts it in a channel.",
            list=SlashCommand("item list"),
            panel=SlashCommand("item panel"),
        ),
    ]
    place = seen.settings.fulfilment_channel or seen.settings.mod_channel
    if place is not None:
        lines.append(
            Sentence(
                "Orders that wait for a person come to {channel}.",
                channel=Place(place),
            )
        )
    return _part(title, lines, is_set=True)


def waiting_part() -> list[Sentence]:
    """How long orders wait: each item has its own time."""
    line = Sentence(
        "An order waits for a person for 14 days, and for a program for 1 day; then its points go "
        "back. {command} with the form “times” changes that for an item.",
        command=SlashCommand("item edit"),
    )
    return _part(Sentence("How long orders wait"), [line], is_set=True)


def _part(
    title: Sentence,
    lines: list[Sentence],
    wrong: Sentence | None = None,
    remark: Sentence | None = None,
    *,
    is_set: bool,
) -> list[Sentence]:
    """A part: its title with a sign, what it says, what is wrong with it or hardly meant."""
    if wrong is not None:
        head = Sentence("⚠️ **{title}**", title=title)
    elif is_set:
        head = Sentence("✅ **{title}**", title=title)
    else:
        head = Sentence("▫️ **{title}**", title=title)
    about = [Sentence("⚠️ {wrong}", wrong=each) for each in (wrong, remark) if each is not None]
    return [head, *lines, *about]
