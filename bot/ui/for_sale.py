"""What owners put up, change or take off sale: how that is done, and told."""

from collections.abc import Sequence
from typing import Protocol, TypedDict, TypeVar

from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.wording.footers import action_footer
from payments.commands.base import Actor, Command, by_member
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.time import Instant


class Given(TypedDict):
    """What every command has that somebody gives."""

    key: CommandKey
    at: Instant
    actor: Actor
    guild: GuildId


class Ware(Protocol):
    """A package or an item."""

    @property
    def active(self) -> bool:
        """Whether it is for sale."""


WareT = TypeVar("WareT", bound=Ware)


def given_by(interaction: Interaction) -> Given:
    """What a command has from the interaction in which it is given."""
    caller = caller_of(interaction)
    return Given(
        key=key_of(interaction),
        at=interaction.client.clock(),
        actor=by_member(caller.member),
        guild=caller.guild,
    )


async def change_ware(interaction: Interaction, command: Command[WareT]) -> WareT:
    """Carry a command out, once Discord has taken an answer; what it is about as it is then."""
    await acknowledge(interaction)
    return await change(interaction, command)


async def tell(
    interaction: Interaction, title: Sentence, ware: Ware, lines: Sequence[Sentence]
) -> None:
    """Say what became of it; green as long as it is for sale."""
    view = card(
        title,
        *lines,
        reader=await reader_format_of(interaction),
        mood=Mood.GOOD if ware.active else Mood.PLAIN,
        footer=action_footer(key_of(interaction)),
    )
    await answer(interaction, view)
