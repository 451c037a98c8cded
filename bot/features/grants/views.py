"""Points that moderators give: the card of a grant, and the second look where it takes two."""

import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.interaction.answer import answer, change
from bot.interaction.caller import Caller, Interaction, caller_of, key_of, owns
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import SNOWFLAKE, ModeratorButton
from bot.ui.card import Mood, card
from bot.wording.footers import action_footer, action_name
from payments.commands.base import by_member
from payments.commands.points.grant_proposals import DeclineGrant, ProposeGrant
from payments.commands.points.move import GrantPoints
from payments.domain.errors import KeyReused, NeedsApproval, Refused
from payments.domain.sentences.parts import Code, FromNow, Moment, Person, Points, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import CommandKey, MemberId
from payments.domain.values.time import Instant

_OWN: Final = Sentence(
    "They would give these points to themselves: another moderator must approve it."
)
_ABOVE: Final = Sentence("It is above the limit: another moderator must approve it.")
DECIDED: Final = Sentence("This grant was decided already.")
NO_SUCH_GRANT: Final = Sentence("There is no such grant to decide.")


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
        line = Sentence(
            "To {member}, by {moderator}.",
            member=Person(command.member),
            moderator=Person(caller.member),
        )
        view = await granted_card(interaction, command, line)
    await answer(interaction, view)


async def granted_card(
    interaction: Interaction, command: GrantPoints, whose: Sentence
) -> ui.LayoutView:
    """What all moderators read of a grant; `whose` says to whom and by whom."""
    lines = [whose, *_why(command.note, command.expires_at)]
    if by_member(command.member) in {command.actor, by_member(command.asked_by or MemberId(0))}:
        lines.append(Sentence("⚠️ They gave these points to themselves."))
    return card(
        Sentence("Granted: {points}", points=Points(command.points)),
        *lines,
        reader=await reader_format_of(interaction),
        mood=Mood.GOOD,
        footer=action_footer(command.key),
    )


async def _proposed_card(interaction: Interaction, proposal: ProposeGrant) -> ui.LayoutView:
    name = action_name(proposal.key)
    return card(
        Sentence("Grant of {points} needs approval", points=Points(proposal.points)),
        Sentence(
            "To {member}, requested by {moderator}.",
            member=Person(proposal.member),
            moderator=Person(proposal.moderator),
        ),
        *_why(proposal.note, proposal.expires_at),
        _OWN if proposal.member == proposal.moderator else _ABOVE,
        reader=await reader_format_of(interaction),
        mood=Mood.WAIT,
        footer=Sentence("Action {id} · Nothing has moved yet.", id=Code(name)),
        buttons=[ApproveGrantButton(name), DeclineGrantButton(name)],
    )


def _why(note: str, expires_at: Instant | None) -> list[Sentence]:
    lines = [Sentence("Reason: {reason}", reason=Verbatim(note))]
    if expires_at is not None:
        lines.append(
            Sentence(
                "They expire on {moment} ({when}).",
                moment=Moment(expires_at),
                when=FromNow(expires_at),
            )
        )
    return lines


class _DecideGrantButton(ModeratorButton, template="grant:decide:none"):
    """A second moderator's word on a grant."""

    def __init__(
        self, label: Sentence, name: str, style: discord.ButtonStyle, proposal: str
    ) -> None:
        super().__init__(label, f"grant:{name}:{proposal}", style)
        self.proposal = proposal

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(match["proposal"])  # type: ignore[call-arg,arg-type]  # of the two below

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
        super().__init__(Sentence("Approve"), "approve", discord.ButtonStyle.danger, proposal)

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
        line = Sentence(
            "To {member}, requested by {moderator}, approved by {second}.",
            member=Person(proposal.member),
            moderator=Person(proposal.moderator),
            second=Person(caller.member),
        )
        return await granted_card(interaction, command, line)


class DeclineGrantButton(_DecideGrantButton, template=rf"grant:decline:(?P<proposal>{SNOWFLAKE})"):
    """Declines a grant that waits for approval; the moderator who asked may withdraw it too."""

    def __init__(self, proposal: str) -> None:
        super().__init__(Sentence("Decline"), "decline", discord.ButtonStyle.secondary, proposal)

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
        return card(
            Sentence("Grant of {points} declined", points=Points(proposal.points)),
            Sentence(
                "To {member}, requested by {moderator}, declined by {second}.",
                member=Person(proposal.member),
                moderator=Person(proposal.moderator),
                second=Person(caller.member),
            ),
            Sentence("Nothing has moved."),
            reader=await reader_format_of(interaction),
            footer=action_footer(key_of(interaction)),
        )


def register(client: discord.Client) -> None:
    """Listen to the buttons, also on cards sent before a restart."""
    client.add_dynamic_items(ApproveGrantButton, DeclineGrantButton)
