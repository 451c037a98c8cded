"""Points that moderators give: the card of a grant, and the second look where it takes two."""

import re
from typing import Any, Self

import discord
from discord import ui

from bot.interaction.answer import answer, change
from bot.interaction.caller import Caller, Interaction, caller_of, key_of, owns
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import SNOWFLAKE, ModeratorButton
from bot.ui.card import Mood, card
from bot.wording import text
from payments.commands.base import by_member
from payments.commands.points.grant_proposals import DeclineGrant, ProposeGrant
from payments.commands.points.move import GrantPoints
from payments.domain.errors import KeyReused, NeedsApproval, Refused
from payments.domain.values.ids import CommandKey, MemberId
from payments.domain.values.time import Instant

_OWN = "They would give these points to themselves: another moderator must approve it."
_ABOVE = "It is above the limit: another moderator must approve it."
DECIDED = "This grant was decided already."
NO_SUCH_GRANT = "There is no such grant to decide."


async def grant(interaction: Interaction, command: GrantPoints) -> None:
    """Give points, or ask for a second moderator; all moderators see which.

    Args:
        interaction: Of the moderator who gives them; acknowledged.
        command: What they want to do.

    Raises:
        Refused: It cannot be done.
    """
    caller = caller_of(interaction)
    try:
        await change(interaction, command)
    except (NeedsApproval, KeyReused):  # reused: the same was proposed, and comes again
        proposal = ProposeGrant(
            key=command.key,
            at=command.at,
            actor=command.actor,
            guild=command.guild,
            member=command.member,
            points=command.points,
            note=command.note,
            expires_at=command.expires_at,
            moderator=caller.member,
        )
        await change(interaction, proposal)
        view = await _proposed_card(interaction, proposal)
    else:
        view = await granted_card(interaction, command, f"by <@{caller.member}>")
    await answer(interaction, view)


async def granted_card(interaction: Interaction, command: GrantPoints, by: str) -> ui.LayoutView:
    """What all moderators read of a grant; `by` says who gave it."""
    reader = await reader_format_of(interaction)
    lines = [f"To <@{command.member}>, {by}.", *_why(command.note, command.expires_at)]
    if by_member(command.member) in {command.actor, by_member(command.asked_by or MemberId(0))}:
        lines.append("⚠️ They gave these points to themselves.")
    return card(
        f"Granted: {reader.points(command.points)}",
        *lines,
        mood=Mood.GOOD,
        footer=f"Action `{command.key.removeprefix('discord:')}`",
    )


async def _proposed_card(interaction: Interaction, proposal: ProposeGrant) -> ui.LayoutView:
    reader = await reader_format_of(interaction)
    name = proposal.key.removeprefix("discord:")
    return card(
        f"Grant of {reader.points(proposal.points)} needs approval",
        f"To <@{proposal.member}>, asked for by <@{proposal.moderator}>.",
        *_why(proposal.note, proposal.expires_at),
        _OWN if proposal.member == proposal.moderator else _ABOVE,
        mood=Mood.WAIT,
        footer=f"Action `{name}` · Nothing has moved yet.",
        buttons=[ApproveGrantButton(name), DeclineGrantButton(name)],
    )


def _why(note: str, expires_at: Instant | None) -> list[str]:
    lines = [f"Reason: {text.safe(note)}"]
    if expires_at is not None:
        lines.append(f"They lapse on {text.moment(expires_at)} ({text.ago(expires_at)}).")
    return lines


class _DecideGrantButton(ModeratorButton, template="grant:decide:none"):
    """A second moderator's word on a grant."""

    def __init__(self, label: str, style: discord.ButtonStyle, proposal: str) -> None:
        super().__init__(label, f"grant:{label.lower()}:{proposal}", style)
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(match["proposal"])  # type: ignore[call-arg]  # of the two below

    async def press(self, interaction: Interaction, caller: Caller) -> None:
        """Decide, and let the card turn into the result."""
        await interaction.response.defer()
        key = CommandKey(f"discord:{self.proposal}")
        proposal = await interaction.client.queries.proposed_grant(caller.guild, key)
        if proposal is None:
            raise Refused(NO_SUCH_GRANT)
        try:
            view = await self.decide(interaction, caller, proposal)
        except KeyReused as error:
            raise Refused(DECIDED) from error
        await interaction.edit_original_response(view=view)

    async def decide(
        self, interaction: Interaction, caller: Caller, proposal: ProposeGrant
    ) -> ui.LayoutView:
        """Carry the word out; what is read then."""
        raise NotImplementedError


class ApproveGrantButton(_DecideGrantButton, template=rf"grant:approve:(?P<proposal>{SNOWFLAKE})"):
    """Approves a grant that another moderator has asked for."""

    def __init__(self, proposal: str) -> None:
        super().__init__("Approve", discord.ButtonStyle.danger, proposal)

    async def decide(
        self, interaction: Interaction, caller: Caller, proposal: ProposeGrant
    ) -> ui.LayoutView:
        """Give the points."""
        command = proposal.approved(
            at=interaction.client.clock(),
            actor=by_member(caller.member),
            as_owner=owns(interaction),
        )
        await change(interaction, command)
        by = f"asked for by <@{proposal.moderator}>, approved by <@{caller.member}>"
        return await granted_card(interaction, command, by)


class DeclineGrantButton(_DecideGrantButton, template=rf"grant:decline:(?P<proposal>{SNOWFLAKE})"):
    """Declines a grant that waits for approval; the moderator who asked may withdraw it too."""

    def __init__(self, proposal: str) -> None:
        super().__init__("Decline", discord.ButtonStyle.secondary, proposal)

    async def decide(
        self, interaction: Interaction, caller: Caller, proposal: ProposeGrant
    ) -> ui.LayoutView:
        """Note that nothing comes of it."""
        await change(
            interaction,
            DeclineGrant(
                key=proposal.decision,
                at=interaction.client.clock(),
                actor=by_member(caller.member),
                guild=caller.guild,
            ),
        )
        reader = await reader_format_of(interaction)
        return card(
            f"Declined: grant of {reader.points(proposal.points)}",
            f"To <@{proposal.member}>, asked for by <@{proposal.moderator}>, "
            f"declined by <@{caller.member}>.",
            "Nothing has moved.",
            footer=f"Action `{key_of(interaction).removeprefix('discord:')}`",
        )


def register(client: discord.Client) -> None:
    """Listen to the buttons, also on cards sent before a restart."""
    client.add_dynamic_items(ApproveGrantButton, DeclineGrantButton)
