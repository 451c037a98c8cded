"""How codes come to an item: a form to type or paste them, and what is done with them."""

import asyncio
from typing import Any, Final
from weakref import WeakValueDictionary

import discord
from discord import ui

from bot.features.items.codes import check_new, codes_in
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, card
from bot.ui.live import LiveModal
from bot.wording import text
from bot.wording.footers import action_footer
from payments.commands.base import by_member
from payments.commands.shop.codes import AddCodes
from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import CodeId, GuildId
from payments.domain.values.items import Item

FORM_SECONDS: Final = 840.0
"""How long the form can be sent."""

_TYPED_LENGTH: Final = 4_000
"""Discord: the most characters of a text in a form."""

_NAME_LENGTH: Final = 100

_adding: "WeakValueDictionary[GuildId, asyncio.Lock]" = WeakValueDictionary()
"""Held from looking for codes that a server has already until the new ones are stored: what two
owners upload at once is compared too. A server's interactions all come to one process."""


async def open_code_form(interaction: Interaction, item: Item) -> None:
    """Show the form."""
    reader = await reader_format_of(interaction)
    await interaction.response.send_modal(CodeForm(item, reader))


async def add_codes(interaction: Interaction, item: Item, typed: str) -> None:
    """Add codes, and say how many are left then; the interaction was acknowledged.

    Raises:
        Refused: Something is wrong with them; none was added.
    """
    caller, bot = caller_of(interaction), interaction.client
    codes = await asyncio.to_thread(codes_in, typed)
    lock = _adding.setdefault(caller.guild, asyncio.Lock())
    async with lock:
        stored = await bot.queries.encrypted_codes(caller.guild)
        await asyncio.to_thread(check_new, codes, stored, bot.encryptor)
        encrypted = await asyncio.to_thread(lambda: [*map(bot.encryptor.encrypt, codes)])
        command = AddCodes(
            key=key_of(interaction),
            at=bot.clock(),
            actor=by_member(caller.member),
            guild=caller.guild,
            item=item.id,
            number=len(encrypted),
            codes=tuple((CodeId(bot.new_id()), each) for each in encrypted),
        )
        left = await change(interaction, command)
    view = card(
        Sentence("Codes added"),
        plural(
            "**{name}** has {n} more code.",
            "**{name}** has {n} more codes.",
            len(codes),
            name=Verbatim(item.offer.name, _NAME_LENGTH),
        ),
        plural("{n} piece can be ordered now.", "{n} pieces can be ordered now.", left),
        reader=await reader_format_of(interaction),
        mood=Mood.GOOD,
        footer=action_footer(command.key),
    )
    await answer(interaction, view)


class CodeForm(LiveModal):
    """Takes codes, one on each line.

    Args:
        item: Whose.
        reader: Who fills it in.
    """

    def __init__(self, item: Item, reader: text.ReaderFormat) -> None:
        super().__init__(title=reader.say(Sentence("Add codes")), timeout=FORM_SECONDS)
        self._item = item
        self._codes: ui.TextInput[Any] = ui.TextInput(
            custom_id="codes", style=discord.TextStyle.paragraph, max_length=_TYPED_LENGTH
        )
        self.add_item(
            ui.Label(
                text=reader.say(Sentence("Codes, one on each line")),
                description=reader.say(
                    Sentence("More than fits here? Send them as a file with the command.")
                ),
                component=self._codes,
            )
        )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse everything outside of the guilds that may sell."""
        refusal = refusal_of_place(interaction)
        if refusal is not None:
            await deny(interaction, refusal)
        return refusal is None

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Add them."""
        owners_only(interaction)
        await acknowledge(interaction)
        await add_codes(interaction, self._item, str(self._codes.value))

    async def on_error(  # type: ignore[override]  # a form has no item that could be at fault
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Tell the person."""
        await answer_error(interaction, error)
