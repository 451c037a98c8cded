"""`/setup …`: owners decide how their server wants things done."""

import re
from dataclasses import replace
from typing import Any, Final, Literal

import discord
from babel import Locale
from discord import app_commands, ui
from discord.ext import commands

from bot import text
from bot.client import GuildbankBot
from bot.cogs.packages import FIRST_CURRENCY
from bot.views.card import Mood, card
from bot.who import Interaction, caller_of, key_of, owners_only
from payments.commands.base import by_member
from payments.commands.settings import MAX_MATURITY, ChangeSettings
from payments.domain.errors import Refused
from payments.domain.events import PaymentSucceeded, PointsTransferred
from payments.domain.guilds import GuildSettings
from payments.domain.ids import GuildId
from payments.domain.money import Money, parse_price
from payments.domain.time import HOUR

Hours = app_commands.Range[int, 0, MAX_MATURITY // HOUR]

_NOTHING = re.compile(r"0+([.,]0+)?")

Clearable = Literal[
    "mod_channel",
    "moderator_role",
    "announcement_channel",
    "notice_channel",
    "maturity_hours",
    "approval_limit",
]

ANNOUNCED: Final = {PaymentSucceeded.name: "purchases", PointsTransferred.name: "gifts"}
"""What can be announced: names of events, and the words for them."""


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(commands.GroupCog, group_name="setup", group_description="How this server sells."):
    """Owners look at the settings and change them."""

    def __init__(self, bot: GuildbankBot) -> None:
        super().__init__()
        self.bot = bot

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """See the settings of this server."""
        guild = caller_of(interaction).guild
        settings = await self.bot.queries.settings(guild)
        view = await self._card(interaction, "Settings", settings, Mood.PLAIN)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(name="set")
    @app_commands.describe(
        mod_channel="Where moderators are told what needs them.",
        moderator_role="Who may look after payments, beside those who manage the server.",
        announcement_channel="Where good news is announced.",
        notice_channel="Where members who take no direct messages get a private thread.",
        maturity_hours="For how many hours bought points cannot be passed on.",
        approval_limit="Refunds above it need a second moderator: 50.00, 0 for all, or none.",
    )
    async def change(
        self,
        interaction: Interaction,
        mod_channel: discord.TextChannel | None = None,
        moderator_role: discord.Role | None = None,
        announcement_channel: discord.TextChannel | None = None,
        notice_channel: discord.TextChannel | None = None,
        maturity_hours: Hours | None = None,
        approval_limit: str | None = None,
    ) -> None:
        """Change one or more settings; what is left out stays as it is."""
        changes: dict[str, Any] = {}
        for name, channel in (
            ("mod_channel", mod_channel),
            ("announcement_channel", announcement_channel),
            ("notice_channel", notice_channel),
        ):
            if channel is not None:
                _check_channel(channel)
                changes[name] = channel.id
        if notice_channel is not None:
            _check_threads(notice_channel)
        if moderator_role is not None:
            if moderator_role.is_default():
                raise Refused("@everyone cannot be the moderators' role.")
            changes["moderator_role"] = moderator_role.id
        if maturity_hours is not None:
            changes["maturity"] = maturity_hours * HOUR
        if approval_limit is not None:
            currency = await self._currency(caller_of(interaction).guild)
            changes["approval_limit"] = _limit(approval_limit, currency)
        if not changes:
            raise Refused("Say what is to change; each setting is an option of this command.")
        await self._change(interaction, changes)

    @app_commands.command()
    @app_commands.describe(
        purchases="Whether all are told who bought what.",
        gifts="Whether all are told who gave points to whom.",
    )
    async def announce(
        self,
        interaction: Interaction,
        purchases: bool | None = None,  # noqa: FBT001 - an option of the command
        gifts: bool | None = None,  # noqa: FBT001 - as above
    ) -> None:
        """Choose what is told to all in the announcement channel."""
        wishes = {PaymentSucceeded.name: purchases, PointsTransferred.name: gifts}
        if all(wish is None for wish in wishes.values()):
            raise Refused("Say what is to be announced, or not any more: purchases or gifts.")
        settings = await self.bot.queries.settings(caller_of(interaction).guild)
        if settings.announcement_channel is None and any(wishes.values()):
            raise Refused("First choose where: `/setup set announcement_channel`.")
        announced = tuple(
            name
            for name, wish in wishes.items()
            if wish or (wish is None and name in settings.announced)
        )
        await self._change(interaction, {"announced": announced})

    @app_commands.command()
    @app_commands.describe(setting="Which one goes back to how it was at first.")
    async def clear(self, interaction: Interaction, setting: Clearable) -> None:
        """Clear one setting."""
        field = "maturity" if setting == "maturity_hours" else setting
        default = GuildSettings(guild=caller_of(interaction).guild)
        await self._change(interaction, {field: getattr(default, field)})

    async def _change(self, interaction: Interaction, changes: dict[str, Any]) -> None:
        caller = caller_of(interaction)
        before = await self.bot.queries.settings(caller.guild)
        after = await self.bot.runner.run(
            ChangeSettings(
                key=key_of(interaction),
                at=self.bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                settings=replace(before, **changes),
                before=before,
            )
        )
        view = await self._card(interaction, "Settings changed", after, Mood.GOOD)
        await interaction.response.send_message(view=view, ephemeral=True)

    async def _card(
        self, interaction: Interaction, title: str, settings: GuildSettings, mood: Mood
    ) -> ui.LayoutView:
        currency = await self._currency(settings.guild)
        lines = _lines(settings, currency, text.locale_of(interaction.locale))
        return card(title, *lines, mood=mood)

    async def _currency(self, guild: GuildId) -> str:
        packages = await self.bot.queries.packages(guild)
        return packages[0].price.currency if packages else FIRST_CURRENCY


def _check_channel(channel: discord.TextChannel) -> None:
    """Refuse a channel in which the bot could not say anything."""
    allowed = channel.permissions_for(channel.guild.me)
    if not (allowed.view_channel and allowed.send_messages):
        raise Refused(
            f"I cannot write in {channel.mention}. Let me view it and send messages there first."
        )


def _check_threads(channel: discord.TextChannel) -> None:
    """Refuse a channel below which the bot could not talk to one member."""
    allowed = channel.permissions_for(channel.guild.me)
    if not (allowed.create_private_threads and allowed.send_messages_in_threads):
        raise Refused(
            f"I cannot make private threads in {channel.mention}. Let me create private threads "
            "and send messages in threads there first."
        )


def _limit(typed: str, currency: str) -> int | None:
    """The minor units of an amount as typed; none for the word `none`."""
    words = typed.strip().casefold()
    if words == "none":
        return None
    if _NOTHING.fullmatch(words):
        return 0
    return parse_price(words, currency).minor


def _lines(settings: GuildSettings, currency: str, locale: Locale) -> list[str]:
    limit = settings.approval_limit
    amount = None if limit is None else Money(minor=limit, currency=currency)
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
        "Refunds need a second moderator above": text.money(amount, locale) if amount else None,
    }
    return [f"{name}: **{value or 'not set'}**" for name, value in values.items()]


def _announced(settings: GuildSettings) -> str | None:
    chosen = [words for name, words in ANNOUNCED.items() if name in settings.announced]
    if not chosen and settings.announcement_channel is not None:
        return "nothing yet: `/setup announce`"
    return ", ".join(chosen)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(Setup(bot))
