"""`/help`: the commands that somebody can use, each to be clicked."""

from collections.abc import Iterator
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.interaction.caller import Interaction, caller_of, is_moderator
from bot.interaction.reader import reader_format_of
from bot.ui.card import card
from payments.domain.sentences.parts import Place, SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import GuildSettings


class HelpCog(commands.Cog):
    """Tells people which commands there are for them."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    async def help(self, interaction: Interaction) -> None:
        """See what you can do here."""
        settings = await self.bot.queries.settings(caller_of(interaction).guild)
        view = card(
            Sentence("What you can do here"),
            *self._lines(interaction, settings),
            reader=await reader_format_of(interaction),
        )
        await interaction.response.send_message(view=view, ephemeral=True)

    def _lines(self, interaction: Interaction, settings: GuildSettings) -> Iterator[Sentence]:
        found = self.bot.tree.walk_commands()
        known = [each for each in found if isinstance(each, app_commands.Command)]
        yield from (_line(each) for each in known if _asks(each) is None)
        if is_moderator(interaction, settings):
            yield _for_moderators(settings)
            yield from (_line(each) for each in known if _asks(each) == "moderate_members")
        if interaction.permissions.manage_guild:
            yield Sentence("**For those who manage this server**")
            yield from (_line(each) for each in known if _asks(each) == "manage_guild")


def _for_moderators(settings: GuildSettings) -> Sentence:
    if settings.mod_channel is None:
        return Sentence(
            "**For moderators**, once a moderators' channel is set with {command}",
            command=SlashCommand("setup set"),
        )
    return Sentence("**For moderators**, in {channel}", channel=Place(settings.mod_channel))


def _line(command: app_commands.Command[Any, ..., Any]) -> Sentence:
    return Sentence(
        "{command} {what}",
        command=SlashCommand(command.qualified_name),
        what=Sentence(command.description),
    )


def _asks(command: app_commands.Command[Any, ..., Any]) -> str | None:
    """The permission that a command asks for; none if it is for all members."""
    asked: discord.Permissions | None = (command.root_parent or command).default_permissions
    return None if asked is None else next(name for name, wanted in asked if wanted)


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(HelpCog(bot))
