"""An interaction is answered first, then something is changed.

Who reads that the bot did not respond asks again. So nothing is changed before Discord has taken an
answer; and what is changed has the interaction's id as its key, so that it happens once even if
Discord sends the interaction twice.
"""

from typing import TYPE_CHECKING, Final, TypeVar

import aiohttp
import discord
from discord import ui

from bot.wording import text
from payments.commands.base import Command
from payments.domain.sentences.sentence import Sentence

if TYPE_CHECKING:
    from bot.client import GuildbankBot

R = TypeVar("R")

_FOR_ONE: Final = Sentence("Only the person who asked can read the answer.")

_OPEN_TO_ALL: Final = "open_to_all"
"""Among an interaction's extras: everybody sees that the bot is thinking about it."""

UNREACHABLE: Final = (discord.HTTPException, aiohttp.ClientError, TimeoutError)
"""What is raised where Discord does not take an answer."""


async def acknowledge(
    interaction: "discord.Interaction[GuildbankBot]", *, private: bool = True
) -> None:
    """Tell Discord that an answer comes; raises if it does not take that.

    Args:
        interaction: A command, or a press that is answered with a message of its own.
        private: Whether only the person sees the answer. What is refused is read by them alone
            in either case.

    Raises:
        discord.HTTPException: Discord does not take it: nothing may be changed now.
    """
    await interaction.response.defer(ephemeral=private, thinking=True)
    interaction.extras[_OPEN_TO_ALL] = not private


async def change(interaction: "discord.Interaction[GuildbankBot]", command: Command[R]) -> R:
    """Carry a command out for somebody whose interaction was acknowledged.

    Raises:
        RuntimeError: It was not: a mistake of ours, and nothing was changed.
        Refused: The command cannot be carried out; nothing was changed.
    """
    if not interaction.response.is_done():
        raise RuntimeError(f"{command.kind} comes before Discord has taken an answer")
    return await interaction.client.runner.run(command)


async def answer(interaction: "discord.Interaction[GuildbankBot]", view: ui.LayoutView) -> None:
    """Show a card as the answer that was promised."""
    await interaction.edit_original_response(view=view)
    interaction.extras[_OPEN_TO_ALL] = False


async def answer_privately(interaction: "discord.Interaction[GuildbankBot]", sentence: str) -> None:
    """Answer with a sentence that only this person sees, whatever was acknowledged.

    What comes first after an acknowledgement takes its place, and is seen by as many. So one that
    all see is filled before, and taken away afterwards.

    Raises:
        discord.HTTPException: Discord does not take it.
    """
    if not interaction.response.is_done():
        await interaction.response.send_message(sentence, ephemeral=True)
        return
    seen_by_all = interaction.extras.pop(_OPEN_TO_ALL, False)
    if seen_by_all:
        await interaction.edit_original_response(content=_for_one(interaction))
    await interaction.followup.send(sentence, ephemeral=True)
    if seen_by_all:
        await interaction.delete_original_response()


def _for_one(interaction: "discord.Interaction[GuildbankBot]") -> str:
    return text.ReaderFormat(text.locale_of(interaction.locale)).say(_FOR_ONE)
