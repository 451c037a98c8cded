"""`/setup …`: owners decide how their server wants things done."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.packages.adding import currency_of
from bot.features.setup.channel_checks import why_no_moderators, why_no_threads, why_not_writable
from bot.features.setup.checking import ChecksCommand
from bot.features.setup.panel import SetupPanel, look
from bot.features.setup.sales import SalesSwitch, sales_line
from bot.features.setup.settings import change_settings, lines_of, scopes
from bot.features.setup.typed import limit_of
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import TypedOption
from bot.wording import text
from payments.commands.guild.settings import MAX_MATURITY
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.guilds import (
    MAX_OPEN_CHECKOUTS,
    MAX_POINTS,
    MAX_PURCHASES_PER_HOUR,
    GuildSettings,
)
from payments.domain.values.money import AMOUNT_LENGTH
from payments.domain.values.time import HOUR
from payments.domain.values.time_zones import check_zone, zone_names

Amount = app_commands.Range[str, 1, AMOUNT_LENGTH]
GrantLimit = app_commands.Range[int, 0, MAX_POINTS]
Hours = app_commands.Range[int, 0, MAX_MATURITY // HOUR]
OpenCheckouts = app_commands.Range[int, 1, MAX_OPEN_CHECKOUTS]
Purchases = app_commands.Range[int, 1, MAX_PURCHASES_PER_HOUR]

Clearable = Literal[
    "mod_channel",
    "moderator_role",
    "announcement_channel",
    "notice_channel",
    "fulfilment_channel",
    "fulfilment_role",
    "maturity_hours",
    "approval_limit",
    "grant_limit",
    "points_names",
    "currency",
    "time_zone",
    "open_checkouts",
    "purchases_per_hour",
]

CHOICES: Final = 25
"""Discord: the most choices of an autocomplete."""

_FIELDS: Final = {"maturity_hours": "maturity", "points_names": "points"}
"""Settings whose names differ from those of their fields."""


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Setup(
    SalesSwitch,
    ChecksCommand,
    commands.GroupCog,
    group_name="setup",
    group_description="How this server sells.",
):
    """Owners look at the settings and change them."""

    def __init__(self, bot: GuildbankBot) -> None:
        super().__init__()
        self.bot = bot

    async def interaction_check(self, interaction: Interaction, /) -> bool:  # type: ignore[override]  # the client is ours
        """Let only those in who may manage the server, whatever the server's settings say."""
        return owners_only(interaction)

    @app_commands.command()
    async def panel(self, interaction: Interaction) -> None:
        """Set up this server step by step; see what is missing."""
        view = SetupPanel(interaction, await look(interaction))
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command()
    async def show(self, interaction: Interaction) -> None:
        """See the settings of this server."""
        guild = caller_of(interaction).guild
        settings = await self.bot.queries.settings(guild)
        view = await self._card(interaction, Sentence("Settings"), settings, Mood.PLAIN)
        await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(name="set")
    @app_commands.describe(
        mod_channel="Where refunds, disputes and everything else that needs a person come.",
        moderator_role="Who can moderate, besides those who manage the server.",
        announcement_channel="Where purchases and gifts are announced.",
        notice_channel="Where members who can't get direct messages get a private thread.",
        fulfilment_channel="Where orders wait for a person; the moderators' channel if none.",
        fulfilment_role="Who can fulfil orders there, besides moderators.",
        maturity_hours="For how many hours bought points can't be transferred.",
        approval_limit="Refunds above it need a second moderator: 50, 50 USD, always, or none.",
        grant_limit="More points than these are granted only with a second moderator; 0 for all.",
        time_zone="Whose days reports and /stats count, such as Europe/Vienna.",
        open_checkouts="How many purchases a member may leave unpaid at a time.",
        purchases_per_hour="How many purchases a member may begin within an hour.",
    )
    async def change(
        self,
        interaction: Interaction,
        *,
        mod_channel: discord.TextChannel | None = None,
        moderator_role: discord.Role | None = None,
        announcement_channel: discord.TextChannel | None = None,
        notice_channel: discord.TextChannel | None = None,
        fulfilment_channel: discord.TextChannel | None = None,
        fulfilment_role: discord.Role | None = None,
        maturity_hours: Hours | None = None,
        approval_limit: Amount | None = None,
        grant_limit: GrantLimit | None = None,
        time_zone: TypedOption | None = None,
        open_checkouts: OpenCheckouts | None = None,
        purchases_per_hour: Purchases | None = None,
    ) -> None:
        """Change one or more settings; what is left out stays as it is."""
        changes: dict[str, Any] = _places(
            mod_channel=mod_channel,
            announcement_channel=announcement_channel,
            notice_channel=notice_channel,
            fulfilment_channel=fulfilment_channel,
        ) | _roles(moderator_role=moderator_role, fulfilment_role=fulfilment_role)
        if notice_channel is not None:
            _demand(why_no_threads(notice_channel))
        if maturity_hours is not None:
            changes["maturity"] = maturity_hours * HOUR
        if approval_limit is not None:
            currency = await currency_of(self.bot, caller_of(interaction).guild)
            changes["approval_limit"] = limit_of(
                approval_limit, currency, text.locale_of(interaction.locale)
            )
        if time_zone is not None:
            changes["time_zone"] = check_zone(time_zone)
        counts = {
            "grant_limit": grant_limit,
            "open_checkouts": open_checkouts,
            "purchases_per_hour": purchases_per_hour,
        }
        changes |= {name: count for name, count in counts.items() if count is not None}
        if not changes:
            raise Refused("Choose what to change. Each setting is an option of this command.")
        await self._change(interaction, changes)

    @change.autocomplete("time_zone")
    async def _zones(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """Time zones in whose names this stands; none for those who may not choose one."""
        if not interaction.permissions.manage_guild:
            return []
        wanted = typed.strip().replace(" ", "_").casefold()
        found = [name for name in zone_names() if wanted in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in found[:CHOICES]]

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
        """Choose what is announced in the announcement channel."""
        wishes = {PaymentSucceeded.name: purchases, PointsTransferred.name: gifts}
        if all(wish is None for wish in wishes.values()):
            raise Refused("Choose what is announced: purchases or gifts.")
        settings = await self.bot.queries.settings(caller_of(interaction).guild)
        if settings.announcement_channel is None and any(wishes.values()):
            raise Refused(
                "First choose a channel for announcements with {command}.",
                command=SlashCommand("setup set"),
            )
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
        field = _FIELDS.get(setting, setting)
        default = GuildSettings(guild=caller_of(interaction).guild)
        await self._change(interaction, {field: getattr(default, field)})

    async def _change(self, interaction: Interaction, changes: dict[str, Any]) -> None:
        before = await self.bot.queries.settings(caller_of(interaction).guild)
        await acknowledge(interaction)
        after = await change_settings(interaction, before, changes)
        view = await self._card(
            interaction, Sentence("Settings changed"), after, Mood.GOOD, scopes(before, after)
        )
        await answer(interaction, view)

    async def _card(
        self,
        interaction: Interaction,
        title: Sentence,
        settings: GuildSettings,
        mood: Mood,
        changed: Sequence[Sentence] = (),
    ) -> ui.LayoutView:
        currency = await currency_of(self.bot, settings.guild)
        lines = [sales_line(settings, self.bot.buying.titles), *lines_of(settings, currency)]
        reader = await reader_format_of(interaction)
        return card(title, *changed, *lines, reader=reader, mood=mood)


def _places(**channels: discord.TextChannel | None) -> dict[str, int]:
    """Those that were chosen, by the setting.

    Raises:
        Refused: The bot could not write in one of them.
    """
    chosen = {name: each for name, each in channels.items() if each is not None}
    for channel in chosen.values():
        _demand(why_not_writable(channel))
    return {name: channel.id for name, channel in chosen.items()}


def _roles(**roles: discord.Role | None) -> dict[str, int]:
    """Those that were chosen, by the setting.

    Raises:
        Refused: One of them is no role that people can have.
    """
    chosen = {name: each for name, each in roles.items() if each is not None}
    for role in chosen.values():
        _demand(why_no_moderators(role))
    return {name: role.id for name, role in chosen.items()}


def _demand(wrong: Sentence | None) -> None:
    """Refuse what is wrong, with the sentence that says how to mend it."""
    if wrong is not None:
        raise Refused(wrong)


async def setup(bot: GuildbankBot) -> None:
    """Load the commands."""
    await bot.add_cog(Setup(bot))
