"""What members read who were given points."""

from collections.abc import Sequence
from typing import Final

from bot.wording.balance import your_balance
from bot.wording.quoted import quoted
from payments.domain.sentences.parts import (
    FromNow,
    Moment,
    Person,
    Points,
    SlashCommand,
    Verbatim,
)
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import PointsGranted, PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant

SENDERS: Final = 10
"""Number of senders that one message names; `/history` shows each transfer."""


def received(event: PointsTransferred, balance: int, server: str | None) -> list[Sentence]:
    """What the recipient reads in a direct message.

    Args:
        event: What was passed on.
        balance: The recipient's points now.
        server: The guild's name, unescaped; None if it is not known.
    """
    points, sender = Points(event.points), Person(event.member)
    words = [
        Sentence("**+{points}** from {member}.", points=points, member=sender)
        if server is None
        else Sentence(
            "**+{points}** from {member} on {server}.",
            points=points,
            member=sender,
            server=Verbatim(server),
        )
    ]
    if event.note:
        words.append(Sentence("They wrote: “{note}”.", note=quoted(event.note)))
    return [*words, your_balance(balance)]


def granted(event: PointsGranted, balance: int, server: str | None, now: Instant) -> list[Sentence]:
    """What a member reads in a direct message to whom a moderator gave points.

    Args:
        event: What was given.
        balance: The member's points now.
        server: The guild's name, unescaped; None if it is not known.
        now: The time.
    """
    points = Points(event.points)
    words = [
        Sentence("**+{points}** from a moderator.", points=points)
        if server is None
        else Sentence(
            "**+{points}** from a moderator on {server}.", points=points, server=Verbatim(server)
        )
    ]
    if event.note:
        words.append(Sentence("Reason: “{note}”.", note=quoted(event.note)))
    if event.expires_at is not None:
        at, when = Moment(event.expires_at), FromNow(event.expires_at)
        words.append(
            Sentence("They expire on {at} ({when}).", at=at, when=when)
            if event.expires_at > now
            else Sentence("They expired on {at} ({when}).", at=at, when=when)
        )
    return [*words, your_balance(balance)]


def received_together(
    events: Sequence[PointsTransferred], balance: int, server: str | None
) -> list[Sentence]:
    """What the recipient reads of several transfers, line by line; each is in `/history`.

    Args:
        events: What was passed on, in its order, to one member of one guild.
        balance: The recipient's points now.
        server: The guild's name, unescaped; None if it is not known.
    """
    by_sender: dict[MemberId, list[PointsTransferred]] = {}
    for event in events:
        by_sender.setdefault(event.member, []).append(event)
    named = list(by_sender.items())
    lines = [
        _in_all(events, server),
        *(_from_one(sender, theirs) for sender, theirs in named[:SENDERS]),
    ]
    if rest := [event for _, theirs in named[SENDERS:] for event in theirs]:
        lines.append(
            plural(
                "- +{points} from {n} other",
                "- +{points} from {n} others",
                len(named) - SENDERS,
                points=_sum(rest),
            )
        )
    lines.append(
        Sentence(
            "Your balance is **{balance}**. {notices} turns these messages off.",
            balance=Points(balance),
            notices=SlashCommand("notices"),
        )
    )
    return lines


def _in_all(events: Sequence[PointsTransferred], server: str | None) -> Sentence:
    points, times = _sum(events), len(events)
    if server is None:
        return Sentence("**+{points}** in {times} transfers:", points=points, times=times)
    return Sentence(
        "**+{points}** in {times} transfers on {server}:",
        points=points,
        times=times,
        server=Verbatim(server),
    )


def _from_one(sender: MemberId, events: Sequence[PointsTransferred]) -> Sentence:
    points, member, times = _sum(events), Person(sender), len(events)
    notes = [event.note for event in events if event.note]
    if notes and times > 1:
        return Sentence(
            "- +{points} from {member} in {times} transfers: {note}",
            points=points,
            member=member,
            times=times,
            note=notes[-1],
        )
    if notes:
        return Sentence(
            "- +{points} from {member}: {note}", points=points, member=member, note=notes[-1]
        )
    if times > 1:
        return Sentence(
            "- +{points} from {member} in {times} transfers",
            points=points,
            member=member,
            times=times,
        )
    return Sentence("- +{points} from {member}", points=points, member=member)


def _sum(events: Sequence[PointsTransferred]) -> Points:
    return Points(sum(event.points for event in events))
