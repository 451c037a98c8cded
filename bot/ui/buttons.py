"""Buttons that go on working after a restart: their ids say all they need."""

from typing import Any, Final

import discord
from discord import ui

from bot.interaction.caller import Caller, Interaction
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.moderators import moderator_of, staff_of
from bot.ui.card import SentenceLabel
from payments.domain.sentences.sentence import Sentence

SNOWFLAKE: Final = "[0-8]?[0-9]{1,18}"
"""An id of Discord's within a button's id: digits that a database takes."""

NUMBER: Final = "[0-9]{1,18}"
"""A number within a button's id: digits that a database takes."""


class _LastingButton(SentenceLabel, ui.DynamicItem[ui.Button[Any]], template="lasting:none"):
    """What all of them share.

    Args:
        label: What stands on it.
        custom_id: What Discord sends back when it is pressed; at most 100 characters.
        style: Its colour.
    """

    def __init__(
        self,
        label: Sentence,
        custom_id: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    ) -> None:
        super().__init__(ui.Button(label=str(label), style=style, custom_id=custom_id))
        self.sentence = label

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse everything outside of the guilds that may sell."""
        refusal = refusal_of_place(interaction)
        if refusal is not None:
            await deny(interaction, refusal)
        return refusal is None

    async def pressed(self, interaction: Interaction) -> None:
        """What the button does, for those who may press it."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do it."""
        try:
            await self.pressed(interaction)
        except Exception as error:  # noqa: BLE001 - told to the person and logged there
            await answer_error(interaction, error)


class MemberButton(_LastingButton, template="members:none"):
    """A button that any member of the server may press."""

    async def press(self, interaction: Interaction) -> None:
        """What the button does for whoever presses it."""
        raise NotImplementedError

    async def pressed(self, interaction: Interaction) -> None:
        """Do it."""
        await self.press(interaction)


class ModeratorButton(_LastingButton, template="moderators:none"):
    """A button that only moderators may press, in their channel."""

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """What the button does for a moderator."""
        raise NotImplementedError

    async def pressed(self, interaction: Interaction) -> None:
        """Do it, if the person is still a moderator."""
        await self.press(interaction, await moderator_of(interaction))


class StaffButton(_LastingButton, template="staff:none"):
    """A button that only those may press who fulfil orders, where orders wait."""

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """What the button does for one of them."""
        raise NotImplementedError

    async def pressed(self, interaction: Interaction) -> None:
        """Do it, if the person still is one of them."""
        await self.press(interaction, await staff_of(interaction))
