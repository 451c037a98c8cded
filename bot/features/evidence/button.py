"""The button that gives a moderator the evidence for a payment, as a PDF and as a page."""

import asyncio
import io
import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.evidence.document import file_name, render, who_is
from bot.features.evidence.pdf import render_pdf
from bot.interaction.caller import Caller, Interaction
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import ModeratorButton
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import PaymentId
from payments.services.evidence import gather

_SENT: Final = Sentence(
    "Everything that is known about this payment. Upload the PDF to the payment provider, or open "
    "the page in a browser."
)


class EvidenceButton(ModeratorButton, template=r"evidence:(?P<payment>[0-9A-Za-z-]+)"):
    """Sends the files to the person who pressed, and to nobody else."""

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
        buyer = await who_is(bot, payment.member)
        page = render(evidence, buyer).encode()
        document = await asyncio.to_thread(render_pdf, evidence, buyer)
        files = [
            discord.File(io.BytesIO(content), filename=file_name(evidence, kind))
            for content, kind in ((document, "pdf"), (page, "html"))
        ]
        reader = await reader_format_of(interaction)
        await interaction.followup.send(reader.say(_SENT), files=files, ephemeral=True)


async def setup(client: discord.Client) -> None:
    """Listen to the button, also on cards sent before a restart."""
    client.add_dynamic_items(EvidenceButton)
