"""Pages of the audit log, with a button that goes on working after a restart."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.features.audit.words import Told, told
from bot.interaction.caller import Caller, Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, SNOWFLAKE, ModeratorButton
from bot.ui.card import TEXT_LENGTH, card, how_many_fit
from bot.wording import text
from payments.commands.base import by_member
from payments.commands.catalogue import UNDOABLE
from payments.domain.sentences.parts import Code, FromNow, Moment, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant
from payments.store.queries import AuditArchived, AuditCursor, AuditLine

LINES = 10
"""Rows on one page, if all of them fit."""

WHY_LENGTH = 120
"""The most characters of a reason, made safe."""

_ROOM = TEXT_LENGTH - 700
"""Characters that are left for the rows: some are for the title and the line at the foot."""

_EVERYBODY = 0


async def audit_page(
    interaction: Interaction, member: MemberId | None, before: AuditCursor | None = None
) -> ui.LayoutView:
    """What was done in the server by one member, or by all, before a place in the log."""
    found = await interaction.client.queries.audit(
        caller_of(interaction).guild,
        actor=None if member is None else by_member(member),
        before=before,
        limit=LINES + 1,
    )
    reader = await reader_format_of(interaction)
    page = found[:LINES]
    entries = await interaction.client.queries.audited(caller_of(interaction).guild, page)
    titles = interaction.client.guide.titles
    lines = [_line(line, told(entry, titles)) for line, entry in zip(page, entries, strict=True)]
    shown = how_many_fit([reader.say(each) for each in lines], _ROOM)
    buttons = []
    if len(found) > shown:
        buttons.append(
            OlderAuditButton(member, AuditCursor(page[shown - 1].at, page[shown - 1].id))
        )
    archived = None if buttons else await interaction.client.queries.audit_archived()
    footer = None if archived is None else _in_the_archive(archived)
    return card(
        Sentence("What was done"),
        *(lines[:shown] or [Sentence("Nothing yet.")]),
        reader=reader,
        footer=footer,
        buttons=buttons,
    )


def _in_the_archive(archived: AuditArchived) -> Sentence:
    return Sentence(
        "Everything up to {until} was moved to a file, which whoever runs the bot keeps.",
        until=Moment(archived.until),
    )


def _line(line: AuditLine, said: Told) -> Sentence:
    """What was done, why, and below in small letters when, and its id where it can be undone."""
    what = said.what
    if said.why:
        why = Verbatim(said.why, WHY_LENGTH)
        what = Sentence("{what} · {why}", what=what, why=why)
    when = FromNow(line.at)
    if line.action not in UNDOABLE:
        return Sentence("{what}\n-# {when}", what=what, when=when)
    return Sentence("{what}\n-# {when} · {id}", what=what, when=when, id=Code(_id(line)))


def _id(line: AuditLine) -> str:
    """The id that stands at the foot of cards, where it was done by a command on Discord."""
    return text.shortened(line.key.removeprefix("discord:"), 40)


class OlderAuditButton(
    ModeratorButton,
    template=rf"audit:older:(?P<member>{SNOWFLAKE}):(?P<at>{NUMBER}):(?P<id>{NUMBER})",
):
    """Leads to the page below."""

    def __init__(self, member: MemberId | None, before: AuditCursor) -> None:
        place = f"{before.at}:{before.id}"
        super().__init__(Sentence("Older"), f"audit:older:{member or _EVERYBODY}:{place}")
        self.member = member
        self.before = before

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        before = AuditCursor(Instant(int(match["at"])), int(match["id"]))
        return cls(MemberId(int(match["member"])) or None, before)

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Turn the page."""
        del caller
        page = await audit_page(interaction, self.member, self.before)
        await interaction.response.edit_message(view=page)


def register(client: discord.Client) -> None:
    """Listen to the button, also on pages sent before a restart."""
    client.add_dynamic_items(OlderAuditButton)
