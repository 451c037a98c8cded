"""`/undo`: moderators take back what one of them did, as far as the books still allow it."""

from collections.abc import Sequence
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.client import GuildbankBot
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only, owns
from bot.interaction.errors import Denied
from bot.interaction.moderators import ABOUT_YOU, moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import Completion, TypedOption
from bot.wording import text
from payments.commands.base import Undo, by_member
from payments.commands.catalogue import OF_OWNERS, why_never
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.domain.errors import Refused
from payments.domain.values.ids import CommandKey
from payments.store.queries import Action

_RECENT: Final = 50
"""Number of the last actions that are searched for what was meant."""

NO_SUCH_ACTION = "There is no such action here. Its id stands at the foot of its card."


class Undoable(Completion[Action]):
    """What moderators did lately and can be undone."""

    none = NO_SUCH_ACTION

    async def check(self, interaction: Interaction) -> None:
        """They are offered to moderators in their channel."""
        await moderator_of(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Action]:
        """The newest."""
        guild = caller_of(interaction).guild
        found = await interaction.client.queries.undoable(guild, _RECENT)
        return [each for each in found if each.command is not None]

    async def exact(self, interaction: Interaction, value: str) -> Action | None:
        """Any action, however long ago, also one that can never be undone."""
        key = CommandKey(f"discord:{value.removeprefix('discord:')}")
        return await interaction.client.queries.action(caller_of(interaction).guild, key)

    def value(self, thing: Action) -> str:
        """Its id, as it stands at the foot of its card."""
        return "" if thing.command is None else thing.command.key.removeprefix("discord:")

    def label(self, thing: Action, reader: text.ReaderFormat) -> str:
        """What was done, why and when."""
        return text.shortened(_label(thing, reader), text.CHOICE_LENGTH)


UNDOABLE: Final = Undoable()


class Undoing(commands.Cog):
    """Moderators undo actions."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(action="The action's id, as it stands at the foot of its card.")
    async def undo(self, interaction: Interaction, action: TypedOption) -> None:
        """Undo what a moderator did."""
        caller = await moderator_of(interaction)
        found = await UNDOABLE.meant(interaction, action)
        if found.command is None:
            raise Refused(why_never(found.kind))
        if isinstance(found.command, RevokePoints) and found.command.member == caller.member:
            _demand_owner(interaction)
        if found.kind in OF_OWNERS:
            owners_only(interaction)
        key = key_of(interaction)
        undo = Undo.of(
            found.command,
            found.outcome,
            at=self.bot.clock(),
            actor=by_member(caller.member),
            key=key,
        )
        await acknowledge(interaction, private=False)
        await change(interaction, undo)
        view = card(
            f"Undone: {_did(found, await reader_format_of(interaction))}",
            f"By <@{caller.member}>. {_about(found)}",
            mood=Mood.WAIT,
            footer=f"Undid `{UNDOABLE.value(found)}` · Action `{key.removeprefix('discord:')}`",
        )
        await answer(interaction, view)

    @undo.autocomplete("action")
    async def recent(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The last actions that can be undone; none for those who may not."""
        return await UNDOABLE.complete(interaction, typed)


def _demand_owner(interaction: Interaction) -> None:
    """Let only an owner give points back to themselves."""
    if not owns(interaction):
        raise Denied(ABOUT_YOU)


def _did(action: Action, reader: text.ReaderFormat) -> str:
    match action.command:
        case GrantPoints(points=points):
            return f"granted {reader.points(points)}"
        case RevokePoints(points=points):
            return f"revoked {reader.points(points)}"
        case RetirePackage():
            return "retired a package"
        case _:
            return "let buy again"


def _about(action: Action) -> str:
    match action.command:
        case (
            GrantPoints(member=member)
            | RevokePoints(member=member)
            | LiftPurchaseBan(member=member)
        ):
            return f"It was about <@{member}>."
        case RetirePackage():
            return f"{text.quoted(action.outcome.name)} is for sale again."
        case _:
            return ""


def _label(action: Action, reader: text.ReaderFormat) -> str:
    command = action.command
    if command is None:
        return action.kind
    parts = [_did(action, reader).capitalize(), text.day(command.at)]
    if isinstance(command, GrantPoints | RevokePoints) and command.note:
        parts.insert(1, f"“{command.note}”")
    if isinstance(command, RetirePackage):
        parts.insert(1, f"“{action.outcome.name}”")
    return " · ".join(parts)


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Undoing(bot))
