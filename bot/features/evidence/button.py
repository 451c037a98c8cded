"""The button that gives a moderator the evidence for a payment as a file."""

import io
import re
from typing import Any, Self

import discord
from discord import ui

from bot.features.evidence.document import file_name, render, who_is
from bot.interaction.caller import Caller, Interaction
from bot.ui.buttons import ModeratorButton
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import PaymentId
from payments.services.evidence import gather


class EvidenceButton(ModeratorButton, template=r"evidence:(?P<payment>[0-9A-Za-z-]+)"):
    """Sends the file to the person who pressed, and to nobody else."""

    def __init__(self, payment: PaymentId) -> None:
        super().__init__(Sentence("Evidence"), f"evidence:{payment}")
        self.payment = payment

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PaymentId(match["payment"]))

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Gather it, and send it."""
        bot = interaction.client
        payment = await bot.queries.payment(self.payment)
        if payment is None or payment.guild != caller.guild:
            raise Refused("There is no such payment here.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        evidence = await gather(bot.queries, payment, bot.clock())
        page = render(evidence, await who_is(bot, payment.member))
        file = discord.File(io.BytesIO(page.encode()), filename=file_name(evidence))
        await interaction.followup.send(
            "All that is known of this payment. Open it in a browser.", file=file, ephemeral=True
        )


async def setup(client: discord.Client) -> None:
    """Listen to the button, also on cards sent before a restart."""
    client.add_dynamic_items(EvidenceButton)
