"""Pages of a member's history, with buttons that go on working after a restart.

A button carries all that it needs in its id: whose history, where the page begins, and how many
lines are above it. So nothing is kept in memory, and pages neither skip nor repeat a line when new
ones come in between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.account.lines import history_line
from bot.features.account.under_way import under_way
from bot.features.buying.cards import BUY
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, SNOWFLAKE
from bot.ui.card import SentenceLabel, card
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import ActionId, MemberId
from payments.domain.values.time import Instant
from payments.store.queries import HistoryCursor, HistoryPage

LINES = 10
"""Lines on one page."""

_TITLE: Final = Sentence("Your history")

_SLACK = 50
"""New lines that may come in while someone reads, before `Newer` leads to the newest page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """A page of a history: the lines before `cursor`, of which `above` are newer."""

    member: MemberId
    cursor: HistoryCursor
    above: int


async def newest_page(interaction: Interaction) -> ui.LayoutView:
    """The first page of the caller's history."""
    caller = caller_of(interaction)
    page = await interaction.client.queries.history(caller.guild, caller.member, limit=LINES)
    more = await under_way(interaction.client.queries, caller.guild, caller.member)
    return await _view(interaction, page, None, caller.member, more)


async def page_at(interaction: Interaction, place: HistoryPlace) -> ui.LayoutView:
    """The page at a place."""
    queries = interaction.client.queries
    guild = caller_of(interaction).guild
    page = await queries.history(guild, place.member, before=place.cursor, limit=LINES)
    return await _view(interaction, page, place, place.member)


async def page_above(interaction: Interaction, place: HistoryPlace) -> ui.LayoutView:
    """The page whose last line is the one at which the page at `place` begins."""
    queries = interaction.client.queries
    guild = caller_of(interaction).guild
    newer = await queries.history(guild, place.member, limit=place.above + _SLACK)
    ids = [line.id for line in newer.lines]
    if place.cursor.id not in ids:
        return await newest_page(interaction)
    end = ids.index(place.cursor.id) + 1
    begin = max(0, end - LINES)
    page = HistoryPage(lines=newer.lines[begin:end], older=place.cursor)
    above = None
    if begin:
        last = newer.lines[begin - 1]
        cursor = HistoryCursor(at=last.at, id=last.id)
        above = HistoryPlace(member=place.member, cursor=cursor, above=begin)
    return await _view(interaction, page, above, place.member)


async def _view(
    interaction: Interaction,
    page: HistoryPage,
    place: HistoryPlace | None,
    member: MemberId,
    more: Sequence[Sentence] = (),
) -> ui.LayoutView:
    """A page as a card; `place` is where it begins, none for the newest; `more` stands above."""
    reader = await reader_format_of(interaction)
    if not page.lines:
        empty = Sentence("There is nothing here yet. {buy} gets you points.", buy=BUY)
        return card(_TITLE, *(more or [empty]), reader=reader)
    above = 0 if place is None else place.above
    buttons: list[ui.Item[Any]] = []
    if place is not None:
        buttons.append(NewerButton(place))
    if page.older is not None:
        older = HistoryPlace(member=member, cursor=page.older, above=above + len(page.lines))
        buttons.append(OlderButton(older))
    last = above + len(page.lines)
    total = await interaction.client.queries.history_length(caller_of(interaction).guild, member)
    return card(
        _TITLE,
        *more,
        *map(history_line, page.lines),
        reader=reader,
        footer=_place_in(above + 1, last, max(last, total)),
        buttons=buttons,
    )


def _place_in(first: int, last: int, total: int) -> Sentence:
    if first == last:
        return Sentence("{last} of {total}", last=last, total=total)
    return Sentence("{first}-{last} of {total}", first=first, last=last, total=total)


_PLACE = rf"(?P<member>{SNOWFLAKE}):(?P<at>{NUMBER}):(?P<id>[0-9a-f]+):(?P<above>{NUMBER})"


def _custom_id(way: str, place: HistoryPlace) -> str:
    return f"history:{way}:{place.member}:{place.cursor.at}:{place.cursor.id}:{place.above}"


def _place(match: re.Match[str]) -> HistoryPlace:
    cursor = HistoryCursor(at=Instant(int(match["at"])), id=ActionId(match["id"]))
    return HistoryPlace(
        member=MemberId(int(match["member"])), cursor=cursor, above=int(match["above"])
    )


class _HistoryPageButton(SentenceLabel, ui.DynamicItem[ui.Button[Any]], template="history:none"):
    """What both buttons share."""

    def __init__(self, place: HistoryPlace, way: str, label: Sentence) -> None:
        super().__init__(ui.Button(label=str(label), custom_id=_custom_id(way, place)))
        self.sentence = label
        self.place = place

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only the member whose history it is to turn its pages."""
        refusal: Sentence | None = refusal_of_place(interaction)
        if refusal is None and interaction.user.id != self.place.member:
            refusal = Sentence(
                "This is someone else's history. Look at yours with {history}.",
                history=SlashCommand("history"),
            )
        if refusal is not None:
            await deny(interaction, refusal)
        return refusal is None

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page that the button leads to."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Turn the page."""
        try:
            view = await self.page(interaction)
            await interaction.response.edit_message(view=view)
        except Exception as error:  # noqa: BLE001 - told to the person and logged there
            await answer_error(interaction, error)


class OlderButton(_HistoryPageButton, template=f"history:older:{_PLACE}"):
    """Leads to the page below."""

    def __init__(self, place: HistoryPlace) -> None:
        super().__init__(place, "older", Sentence("Older"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(_place(match))

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page below."""
        return await page_at(interaction, self.place)


class NewerButton(_HistoryPageButton, template=f"history:newer:{_PLACE}"):
    """Leads to the page above."""

    def __init__(self, place: HistoryPlace) -> None:
        super().__init__(place, "newer", Sentence("Newer"))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(_place(match))

    async def page(self, interaction: Interaction) -> ui.LayoutView:
        """The page above."""
        return await page_above(interaction, self.place)


def register(client: discord.Client) -> None:
    """Listen to the buttons of all pages, also of those sent before a restart."""
    client.add_dynamic_items(OlderButton, NewerButton)
