"""`/setup sales`: whether members can buy, all in all or by one provider."""

from collections.abc import Mapping

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.setup.settings import change_settings
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import TypedOption
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Several, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.flags import integration, parse_flags, switch_of
from payments.domain.values.guilds import GuildSettings


class SalesSwitch(commands.Cog):
    """The part of `/setup` that switches sales on and off."""

    bot: GuildbankBot

    @app_commands.command()
    @app_commands.describe(
        on="Whether members can buy points.",
        provider="Only this way to pay; all of them if left out.",
    )
    async def sales(
        self,
        interaction: Interaction,
        on: bool,  # noqa: FBT001 - an option of the command
        provider: TypedOption | None = None,
    ) -> None:
        """Switch sales on or off; open payments, refunds and disputes go on."""
        titles = self.bot.buying.titles
        chosen = titles if provider is None else _named(titles, provider)
        before = await self.bot.queries.settings(caller_of(interaction).guild)
        await acknowledge(interaction)
        changes = {"flags": _switched(before, chosen, on=on)}
        after = await change_settings(interaction, before, changes)
        await answer(
            interaction,
            card(
                Sentence("Settings changed"),
                sales_line(after, titles),
                reader=await reader_format_of(interaction),
                mood=Mood.GOOD,
            ),
        )

    @sales.autocomplete("provider")
    async def _providers(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """The ways to pay that are set up; none for those who may not choose one."""
        if not interaction.permissions.manage_guild:
            return []
        titles = self.bot.buying.titles.values()
        return [app_commands.Choice(name=each, value=each) for each in titles if _fits(each, typed)]


def sales_line(settings: GuildSettings, titles: Mapping[str, str]) -> Sentence:
    """Which ways to pay are switched on.

    Args:
        settings: Of the server.
        titles: What the providers that are set up are called, by name.
    """
    flags = parse_flags(settings.flags)
    off = [
        title
        for name, title in titles.items()
        if switch_of(flags.get(integration(name), "on")) is False
    ]
    if not off:
        return Sentence("Sales: **on**")
    if len(off) == len(titles):
        return Sentence(
            "Sales: **off**. Members can't buy. Switch sales on again with {command}.",
            command=SlashCommand("setup sales"),
        )
    return Sentence("Sales: **on**, but not by {off}", off=Several(tuple(map(Verbatim, off))))


def _switched(settings: GuildSettings, names: Mapping[str, str], *, on: bool) -> tuple[str, ...]:
    """The server's flags, with some providers switched; on is how it is anyway."""
    flags = dict(parse_flags(settings.flags))
    for name in names:
        flags.pop(integration(name), None)
        if not on:
            flags[integration(name)] = "off"
    return tuple(f"{name}={value}" for name, value in sorted(flags.items()))


def _named(titles: Mapping[str, str], typed: str) -> Mapping[str, str]:
    wanted = typed.strip().casefold()
    found = {name: title for name, title in titles.items() if wanted in {name, title.casefold()}}
    if not found:
        raise Refused(
            "No way to pay is called {typed}. Choose {titles}.",
            typed=typed,
            titles=Several(tuple(map(Verbatim, titles.values()))),
        )
    return found


def _fits(title: str, typed: str) -> bool:
    return typed.strip().casefold() in title.casefold()
