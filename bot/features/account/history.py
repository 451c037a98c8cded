"""Pages of a member's history, with buttons that go on working after a restart.

A button carries all that it needs in its id: whose history, where the page begins, and how many
lines are above it. So nothing is kept in memory, and pages neither skip nor repeat a line when new
ones come in between.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
from discord import ui

from bot.features.account.under_way import under_way
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, SNOWFLAKE
from bot.ui.card import card
from bot.wording import text
from payments.domain.values.ids import ActionId, MemberId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.time import Instant
from payments.store.queries import HistoryCursor, HistoryLine, HistoryPage

LINES = 10
"""Lines on one page."""

_WORDS_LENGTH = 100
"""The most characters of other people's words in a line: Discord takes 4,000 on a whole card."""

_SLACK = 50
"""New lines that may come in while someone reads, before `Newer` leads to the newest page."""

_WHAT = {
    TransferKind.PURCHASE: "Bought",
    TransferKind.SPEND: "Spent",
    TransferKind.PASS_ON: "Passed on",
    TransferKind.GRANT: "Granted by a moderator",
    TransferKind.REVOKE: "Taken by a moderator",
    TransferKind.HOLD: "Set aside: the payment is being taken back",
    TransferKind.RELEASE: "Given back",
    TransferKind.LAPSE: "Lapsed",
    TransferKind.UNDO: "Undone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPlace:
    """A page of a history: the lines before `cursor`, of which `above` are newer."""

    member: MemberId
    cursor: HistoryCursor
    above: int


async def newest_page(interaction: Interaction) -> ui.LayoutView:
    """The first page of the caller's history."""
    caller = caller_of(interaction)
    reader = await reader_format_of(interaction)
    page = await interaction.client.queries.history(caller.guild, caller.member, limit=LINES)
    more = await under_way(interaction.client.queries, caller.guild, caller.member, reader)
    return _view(page, None, caller.member, reader, more)


async def page_at(interaction: Interaction, place: HistoryPlace) -> ui.LayoutView:
    """The page at a place."""
    queries = interaction.client.queries
    guild = caller_of(interaction).guild
    page = await queries.history(guild, place.member, before=place.cursor, limit=LINES)
    return _view(page, place, place.member, await reader_format_of(interaction))


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
    return _view(page, above, place.member, await reader_format_of(interaction))


def _view(
    page: HistoryPage,
    place: HistoryPlace | None,
    member: MemberId,
    reader: text.ReaderFormat,
    more: Sequence[str] = (),
) -> ui.LayoutView:
    """A page as a card; `place` is where it begins, none for the newest; `more` stands above."""
    if not page.lines and more:
        return card("Your history", *more)
    if not page.lines:
        return card("Your history", "There is nothing here yet. `/buy` gets you points.")
    above = 0 if place is None else place.above
    buttons: list[ui.Item[Any]] = []
    if place is not None:
        buttons.append(NewerButton(place))
    if page.older is not None:
        older = HistoryPlace(member=member, cursor=page.older, above=above + len(page.lines))
        buttons.append(OlderButton(older))
    first, last = above + 1, above + len(page.lines)
    return card(
        "Your history",
        *more,
        *(_line(line, reader) for line in page.lines),
        footer=f"Lines {reader.number(first)} to {reader.number(last)}",
        buttons=buttons,
    )


def _line(line: HistoryLine, reader: text.ReaderFormat) -> str:
    what = _WHAT.get(line.kind, "Moved")
    if line.kind is TransferKind.PASS_ON and line.points > 0:
        what = "Got"
    parts = [f"**{reader.signed(line.points)}**", what]
    if line.package is not None:
        parts.append(f"“{text.safe_within(line.package, _WORDS_LENGTH)}”")
    if line.counterparty is not None:
        parts.append(f"{'from' if line.points > 0 else 'to'} <@{line.counterparty}>")
    if line.note:
        parts.append(f"({text.safe_within(line.note, _WORDS_LENGTH)})")
    return f"{' '.join(parts)} · {text.ago(line.at)}"


_PLACE = rf"(?P<member>{SNOWFLAKE}):(?P<at>{NUMBER}):(?P<id>[0-9a-f]+):(?P<above>{NUMBER})"


def _custom_id(way: str, place: HistoryPlace) -> str:
    return f"history:{way}:{place.member}:{place.cursor.at}:{place.cursor.id}:{place.above}"


def _place(match: re.Match[str]) -> HistoryPlace:
    cursor = HistoryCursor(at=Instant(int(match["at"])), id=ActionId(match["id"]))
    return HistoryPlace(
        member=MemberId(int(match["member"])), cursor=cursor, above=int(match["above"])
    )


class _HistoryPageButton(ui.DynamicItem[ui.Button[Any]], template="history:none"):
    """What both buttons share."""

    def __init__(self, place: HistoryPlace, way: str) -> None:
        super().__init__(ui.Button(label=way.title(), custom_id=_custom_id(way, place)))
        self.place = place

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Allow only the member whose history it is to turn its pages."""
        refusal: text.Words | None = refusal_of_place(interaction)
        if refusal is None and interaction.user.id != self.place.member:
            refusal = "This is someone else's history. Look at yours with /history."
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
        super().__init__(place, "older")

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
        super().__init__(place, "newer")

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
