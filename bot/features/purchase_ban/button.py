"""The button that lifts a member's purchase ban."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Caller, Interaction, key_of, owns
from bot.interaction.errors import Denied
from bot.interaction.moderators import ABOUT_YOU
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import SNOWFLAKE, ModeratorButton
from bot.ui.card import Mood, card
from bot.wording.footers import action_footer
from payments.commands.base import by_member
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.domain.sentences.parts import Person
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId


class LiftPurchaseBanButton(ModeratorButton, template=rf"bar:lift:(?P<member>{SNOWFLAKE})"):
    """Lifts a member's purchase ban."""

    def __init__(self, member: MemberId) -> None:
        super().__init__(Sentence("Let them buy again"), f"bar:lift:{member}")
        self.member = member

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(MemberId(int(match["member"])))

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Do it, and let all moderators see who did."""
        if self.member == caller.member and not owns(interaction):
            raise Denied(ABOUT_YOU)
        key = key_of(interaction)
        bot = interaction.client
        await acknowledge(interaction, private=False)
        await change(
            interaction,
            LiftPurchaseBan(
                key=key,
                at=bot.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
                member=self.member,
            ),
        )
        view = card(
            Sentence("Can buy again"),
            Sentence(
                "{member}, allowed by {moderator}.",
                member=Person(self.member),
                moderator=Person(caller.member),
            ),
            reader=await reader_format_of(interaction),
            mood=Mood.GOOD,
            footer=action_footer(key),
        )
        await answer(interaction, view)


def purchase_ban_line(member: MemberId) -> Sentence:
    """What a card says of a member with a purchase ban."""
    return Sentence("{member} can't buy until a moderator allows it.", member=Person(member))


async def setup(client: discord.Client) -> None:
    """Listen to the button, also on cards sent before a restart."""
    client.add_dynamic_items(LiftPurchaseBanButton)
