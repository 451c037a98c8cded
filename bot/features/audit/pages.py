"""Pages of the audit log, with a button that goes on working after a restart."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.features.audit.words import ACTIONS
from bot.interaction.caller import Caller, Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, SNOWFLAKE, ModeratorButton
from bot.ui.card import card
from bot.wording import text
from payments.commands.base import by_member
from payments.domain.sentences.parts import Code, FromNow, Moment, Person, Verbatim
from payments.domain.sentences.sentence import Part, Sentence
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant
from payments.store.queries import AuditArchived, AuditCursor, AuditLine

LINES = 15
"""Rows on one page."""

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
    page = found[:LINES]
    lines = [_line(each) for each in page] or [Sentence("Nothing yet.")]
    buttons = []
    if len(found) > LINES:
        buttons.append(OlderAuditButton(member, AuditCursor(page[-1].at, page[-1].id)))
    archived = None if buttons else await interaction.client.queries.audit_archived()
    footer = None if archived is None else _in_the_archive(archived)
    return card(
        Sentence("What was done"),
        *lines,
        reader=await reader_format_of(interaction),
        footer=footer,
        buttons=buttons,
    )


def _in_the_archive(archived: AuditArchived) -> Sentence:
    return Sentence(
        "Everything up to {until} was moved to a file, which whoever runs the bot keeps.",
        until=Moment(archived.until),
    )


def _line(line: AuditLine) -> Sentence:
    return Sentence(
        "{when} · **{what}** · {who} · {id}",
        when=FromNow(line.at),
        what=ACTIONS.get(line.action, Code(line.action)),
        who=_who(line.actor),
        id=Code(_id(line)),
    )


def _who(actor: str) -> Part:
    kind, _, name = actor.partition(":")
    return Person(int(name)) if kind == "member" else Verbatim(name or kind)


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
