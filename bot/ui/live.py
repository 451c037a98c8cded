"""Cards and forms that only this process can answer, and what is read when it cannot any more.

What a button like `Confirm` does is kept in memory. After a restart, or once its time is over, the
card may still be on somebody's screen: a press on it then gets an answer that says so.
"""

import secrets
from typing import Any, Final
from weakref import WeakValueDictionary

import discord
from discord import ui

from bot.interaction.caller import Interaction
from bot.interaction.errors import answer_error, refusal_of_place, say
from bot.interaction.reader import reader_of_error
from bot.ui.card import Mood, card
from payments.domain.sentences.sentence import Sentence

LAPSED: Final = Sentence("This card has lapsed")
LAPSED_WHY: Final = Sentence(
    "The bot was started again since, and cannot answer it any more. If somebody had confirmed it, "
    "look first whether it was done. Then give the command again."
)
OVER: Final = Sentence("This is over. Give the command again.")

_PREFIX: Final = "live"
_PROCESS: Final = secrets.token_hex(8)
"""Tells the cards of this process from those of one before it."""

_live: "WeakValueDictionary[str, LiveView | LiveModal]" = WeakValueDictionary()


def _fresh_name() -> str:
    return f"{_PREFIX}:{_PROCESS}:{secrets.token_hex(8)}"


class LiveView(ui.LayoutView):
    """A card whose buttons and menus are answered by this object."""

    def __init__(self, *, timeout: float) -> None:
        super().__init__(timeout=timeout)
        self._name = _fresh_name()
        _live[self._name] = self

    def add_item(self, item: ui.Item[Any]) -> "LiveView":
        """Add something; what can be pressed in it gets an id that names this object."""
        inside = item.walk_children() if isinstance(item, ui.Container | ui.ActionRow) else ()
        for each in (item, *inside):
            if not isinstance(each, ui.DynamicItem) and each.is_dispatchable():
                each.custom_id = f"{self._name}:{secrets.token_hex(4)}"
        super().add_item(item)
        return self


class LiveModal(ui.Modal):
    """A form that is taken by this object."""

    def __init__(self, *, title: str, timeout: float) -> None:
        name = _fresh_name()
        super().__init__(title=title, timeout=timeout, custom_id=f"{name}:form")
        _live[name] = self


async def answer_what_is_over(interaction: Interaction, *, lasts: bool) -> None:
    """Answer a press or a form that nothing else answers.

    Args:
        interaction: Of a member, of any kind.
        lasts: Whether what was pressed belongs to a card that works forever.
    """
    kinds = (discord.InteractionType.component, discord.InteractionType.modal_submit)
    if interaction.type not in kinds or lasts or interaction.response.is_done():
        return  # what was pressed may be over because of this very press
    kind, process, name, *_ = (*custom_id_of(interaction).split(":"), "", "")
    ours = kind == _PREFIX and process == _PROCESS
    if ours and (found := _live.get(f"{kind}:{process}:{name}")) and not found.is_finished():
        return
    try:
        refusal = refusal_of_place(interaction) or (OVER if ours else None)
        if refusal is None and interaction.message is not None:
            lapsed = card(
                LAPSED, LAPSED_WHY, reader=await reader_of_error(interaction), mood=Mood.WAIT
            )
            await interaction.response.edit_message(
                content=None, embeds=[], attachments=[], view=lapsed
            )
        else:
            await say(interaction, refusal or OVER)
    except Exception as error:  # noqa: BLE001 - told to the person and logged there
        await answer_error(interaction, error)


def custom_id_of(interaction: Interaction) -> str:
    """By which Discord names what was pressed or sent; empty for anything else."""
    data: Any = interaction.data or {}
    return str(data.get("custom_id", ""))
