"""How an item is changed: by options that Discord's own lists offer, or by a form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import discord
from discord import ui

from bot.features.items.adding import harm_question
from bot.features.items.edit_forms import ItemForm
from bot.features.items.offers import needed
from bot.features.items.roles import check_given, dangers_of
from bot.features.items.words import in_full
from bot.features.setup.form import FormModal, Typed
from bot.interaction.answer import acknowledge, answer, change
from bot.interaction.caller import Interaction, caller_of, key_of, owners_only
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.card import Mood, SentenceLabel, card
from bot.ui.confirm import Confirm
from bot.ui.live import LiveView
from bot.wording import text
from bot.wording.footers import action_footer
from payments.commands.base import by_member
from payments.commands.shop.items import EditItem
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.items import Item, Offer, ReturnRule, RoleOffer
from payments.domain.values.ledger import PointsKind

FORM_SECONDS: Final = 840.0
"""How long a refused form can be opened again: as long as its answer can be changed."""

NOT_CHANGED: Final = Sentence("Nothing was changed")

PaidWith = Literal["any", "bought", "given"]
Returned = Literal["never", "lost", "opened"]

_PAID_WITH: Final[Mapping[PaidWith, PointsKind | None]] = {
    "any": None,
    "bought": PointsKind.PAID,
    "given": PointsKind.PROMOTIONAL,
}
_RETURNED: Final[Mapping[Returned, ReturnRule]] = {
    "never": ReturnRule.NEVER,
    "lost": ReturnRule.LOST,
    "opened": ReturnRule.OPENED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What an owner chose to be otherwise about an item; what is None stays.

    Attributes:
        role: The role that it gives.
        needed_role: The role that a buyer must have; @everyone for none.
        by_person: Whether each order waits for a person.
        paid_with: Which points pay for it.
        returned: When a fulfilled order is taken back.
    """

    role: discord.Role | None = None
    needed_role: discord.Role | None = None
    by_person: bool | None = None
    paid_with: PaidWith | None = None
    returned: Returned | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was chosen."""
        return self == Chosen()

    @property
    def dangers(self) -> Sequence[Sentence]:
        """Which permissions that harm others come with the new role."""
        return () if self.role is None else dangers_of(self.role)

    def changed(self, offer: Offer) -> Offer:
        """The offer with what was chosen.

        Raises:
            Refused: The role cannot be given, or the item gives none.
        """
        changes: dict[str, Any] = {}
        if self.role is not None:
            if offer.role is None:
                raise Refused("This item gives no role. Add a new one instead.")
            check_given(self.role)
            changes["role"] = RoleOffer(
                id=self.role.id, lasts=offer.role.lasts, dangerous=bool(self.dangers)
            )
        if self.needed_role is not None:
            changes["limits"] = replace(offer.limits, role=needed(self.needed_role))
        if self.by_person is not None:
            changes["by_person"] = self.by_person
        if self.paid_with is not None:
            changes["paid_with"] = _PAID_WITH[self.paid_with]
        if self.returned is not None:
            changes["returned"] = _RETURNED[self.returned]
        return replace(offer, **changes)


async def choose(interaction: Interaction, item: Item, chosen: Chosen) -> None:
    """Change what was chosen; a role that can harm others is asked about once more.

    Raises:
        Refused: It cannot be so; nothing was changed.
    """
    command = _command(interaction, item, chosen.changed(item.offer))
    reader = await reader_format_of(interaction)
    await acknowledge(interaction)
    if chosen.role is None or not chosen.dangers:
        await answer(interaction, _changed(await change(interaction, command), command, reader))
        return
    await interaction.client.runner.rehearse(command)

    async def act(press: Interaction) -> ui.LayoutView:
        owners_only(press)
        return _changed(await change(press, command), command, reader)

    question = harm_question(interaction, chosen.role, not_done=NOT_CHANGED, reader=reader)
    await answer(interaction, Confirm(interaction, question, act))


async def open_form(
    interaction: Interaction, item: Item, form: ItemForm, typed: Typed | None = None
) -> None:
    """Show a form of an item, with what was typed before if that was refused."""
    reader = await reader_format_of(interaction)
    settings = await interaction.client.queries.settings(item.guild)
    zone = settings.time_zone

    async def submit(sent: Interaction, now_typed: Typed) -> None:
        await acknowledge(sent)
        try:
            fresh = await sent.client.queries.item(item.guild, item.id) or item
            command = _command(sent, fresh, form.changed(fresh.offer, now_typed, zone))
            view = _changed(await change(sent, command), command, reader)
        except Refused as refused:
            again = _Again(caller_of(sent).member, item, form, now_typed)
            view = again.draw(refused.sentence, reader)
        await answer(sent, view)

    fields = form.fields(item.offer, zone)
    modal = FormModal(form.title, fields, typed or {}, reader=reader, check=_may, submit=submit)
    await interaction.response.send_modal(modal)


async def _may(interaction: Interaction) -> bool:
    """Whether somebody may change items here; tells them if not."""
    refusal = refusal_of_place(interaction)
    if refusal is not None:
        await deny(interaction, refusal)
        return False
    return owners_only(interaction)


class _Again(LiveView):
    """Opens a refused form again, with what was typed.

    Args:
        of: Who may press; nobody else sees it.
        item: Whose form.
        form: Which one.
        typed: What was typed into the lines that were changed.
    """

    def __init__(self, of: int, item: Item, form: ItemForm, typed: Typed) -> None:
        super().__init__(timeout=FORM_SECONDS)
        self._of, self._item, self._form, self._typed = of, item, form, typed

    def draw(self, why: Sentence, reader: text.ReaderFormat) -> "_Again":
        """Say why it was refused."""
        shown = card(NOT_CHANGED, why, reader=reader, mood=Mood.BAD, buttons=[_AgainButton(self)])
        for part in list(shown.children):
            shown.remove_item(part)
            self.add_item(part)
        return self

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only those who may change items."""
        return await _may(interaction)

    async def on_error(
        self, interaction: discord.Interaction[Any], error: Exception, item: ui.Item[Any], /
    ) -> None:
        """Tell the person."""
        del item
        await answer_error(interaction, error)

    async def open(self, interaction: Interaction) -> None:
        """Show the form again."""
        await open_form(interaction, self._item, self._form, self._typed)


class _AgainButton(SentenceLabel, ui.Button[_Again]):
    """Opens the form again."""

    def __init__(self, card_of: _Again) -> None:
        label = Sentence("Open the form again")
        super().__init__(label=str(label), style=discord.ButtonStyle.primary)
        self.sentence = label
        self._card = card_of

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Open it."""
        await self._card.open(interaction)


def _command(interaction: Interaction, item: Item, offer: Offer) -> EditItem:
    if offer == item.offer:
        raise Refused("Nothing is otherwise than it was.")
    caller = caller_of(interaction)
    return EditItem(
        key=key_of(interaction),
        at=interaction.client.clock(),
        actor=by_member(caller.member),
        guild=caller.guild,
        item=item.id,
        offer=offer,
    )


def _changed(item: Item, command: EditItem, reader: text.ReaderFormat) -> ui.LayoutView:
    return card(
        Sentence("Changed"),
        *in_full(item),
        Sentence("This applies to orders from now on."),
        reader=reader,
        mood=Mood.GOOD,
        footer=action_footer(command.key),
    )
