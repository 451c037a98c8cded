"""`/undo`: moderators take back what one of them did, as far as the books still allow it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import GuildbankBot
from bot.features.undo.words import about, asked, button_of, done, label_of, people_of, reason_of
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Caller, Interaction, caller_of, key_of, owners_only, owns
from bot.interaction.errors import Denied
from bot.interaction.moderators import ABOUT_YOU, moderator_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.completion import Completion, TypedOption
from bot.ui.confirm import Confirm, Question
from bot.wording import text
from bot.wording.footers import action_key, action_name
from payments.commands.base import Command, Undo, by_member
from payments.commands.catalogue import OF_OWNERS, why_never
from payments.commands.points.move import RevokePoints
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Person
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId
from payments.store.queries import Action

_RECENT: Final = 50
"""Number of the last actions that are searched for what was meant."""

NO_SUCH_ACTION: Final = Sentence(
    "There is no such action here. Its id stands at the foot of its card."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An action as moderators choose it.

    Attributes:
        action: The action.
        names: What those are called whom it names, as far as Discord tells.
    """

    action: Action
    names: Mapping[MemberId, str] = field(default_factory=dict)


class Undoable(Completion[Listed]):
    """What moderators did lately and can be undone."""

    none = NO_SUCH_ACTION

    async def check(self, interaction: Interaction) -> None:
        """They are offered to moderators in their channel."""
        await moderator_of(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Listed]:
        """The newest."""
        guild = caller_of(interaction).guild
        found = await interaction.client.queries.undoable(guild, _RECENT)
        kept = [each for each in found if each.command is not None]
        people = [who for each in kept for who in people_of(each)]
        names = await interaction.client.people.names(interaction.guild, people)
        return [Listed(action=each, names=names) for each in kept]

    async def exact(self, interaction: Interaction, value: str) -> Listed | None:
        """Any action, however long ago, also one that can never be undone."""
        key = action_key(value)
        found = await interaction.client.queries.action(caller_of(interaction).guild, key)
        return None if found is None else Listed(action=found)

    def value(self, thing: Listed) -> str:
        """Its id, as it stands at the foot of its card."""
        command = thing.action.command
        return "" if command is None else action_name(command.key)

    def label(self, thing: Listed, reader: text.ReaderFormat) -> str:
        """What was done by whom, why and when."""
        return label_of(thing.action, thing.names, reader)


UNDOABLE: Final = Undoable()


class Undoing(commands.Cog):
    """Moderators undo actions."""

    def __init__(self, bot: GuildbankBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.guild_only()
    @app_commands.default_permissions(moderate_members=True)
    @app_commands.describe(
        action="Which action: choose it, or type the id at the foot of its card."
    )
    async def undo(self, interaction: Interaction, action: TypedOption) -> None:
        """Undo what a moderator did."""
        caller = await moderator_of(interaction)
        found = (await UNDOABLE.meant(interaction, action)).action
        if found.command is None:
            raise Refused(why_never(found.kind))
        _check(interaction, found, caller)
        await acknowledge(interaction, private=False)
        await self.bot.runner.rehearse(self._undo(interaction, found))
        key = key_of(interaction)
        reader = await reader_format_of(interaction)

        async def act(press: Interaction) -> ui.LayoutView:
            _check(press, found, await moderator_of(press))
            await change(press, self._undo(interaction, found))
            return card(
                done(found),
                *about(found),
                Sentence("Undone by {moderator}.", moderator=Person(caller.member)),
                reader=reader,
                mood=Mood.WAIT,
                footer=Sentence(
                    "Undid {action} · Action {id}",
                    action=Code(action_name(found.command.key)) if found.command else "",
                    id=Code(action_name(key)),
                ),
            )

        question = Question(
            title=asked(found),
            lines=reason_of(found),
            footer=Sentence("Nothing has changed yet."),
            label=button_of(found),
            style=discord.ButtonStyle.danger,
            of=caller.member,
            not_yours=Sentence("Only the moderator who gave this command can confirm it."),
            not_done=Sentence("Nothing was undone"),
            reader=reader,
        )
        await answer(interaction, Confirm(interaction, question, act))

    def _undo(self, asked_by: Interaction, action: Action) -> Command[Any]:
        """The opposite, under the key of the interaction in which it was asked for."""
        if action.command is None:
            raise Refused(why_never(action.kind))
        return Undo.of(
            action.command,
            action.outcome,
            at=self.bot.clock(),
            actor=by_member(caller_of(asked_by).member),
            key=key_of(asked_by),
        )

    @undo.autocomplete("action")
    async def recent(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """The last actions that can be undone; none for those who may not."""
        return await UNDOABLE.complete(interaction, typed)


def _check(interaction: Interaction, action: Action, caller: Caller) -> None:
    """Refuse whom it is not for.

    Raises:
        Denied: It is about themselves.
        MissingPermissions: Only those who may manage the server can undo it.
    """
    if isinstance(action.command, RevokePoints) and action.command.member == caller.member:
        _demand_owner(interaction)
    if action.kind in OF_OWNERS:
        owners_only(interaction)


def _demand_owner(interaction: Interaction) -> None:
    """Let only an owner give points back to themselves."""
    if not owns(interaction):
        raise Denied(ABOUT_YOU)


async def setup(bot: GuildbankBot) -> None:
    """Load the command."""
    await bot.add_cog(Undoing(bot))
