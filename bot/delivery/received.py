"""What members read who were given points."""

from collections.abc import Sequence
from typing import Final

from bot.wording import text
from payments.domain.values.events import PointsGranted, PointsTransferred
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant

SENDERS: Final = 10
"""Number of senders that one message names; `/history` shows each transfer."""


def received(
    event: PointsTransferred,
    balance: int,
    server: str | None,
    reader: text.ReaderFormat = text.PLAIN,
) -> str:
    """What the recipient reads in a direct message.

    Args:
        event: What was passed on.
        balance: The recipient's points now.
        server: The guild's name, unescaped; None if it is not known.
        reader: The recipient's language and the names of points.
    """
    where = "" if server is None else f" on {text.safe(server)}"
    wrote = f" They wrote: “{text.safe(event.note)}”." if event.note else ""
    return (
        f"**+{reader.points(event.points)}** from <@{event.member}>{where}.{wrote} "
        f"Your balance is **{reader.points(balance)}**."
    )


def granted(
    event: PointsGranted, balance: int, server: str | None, reader: text.ReaderFormat, now: Instant
) -> str:
    """What a member reads in a direct message to whom a moderator gave points.

    Args:
        event: What was given.
        balance: The member's points now.
        server: The guild's name, unescaped; None if it is not known.
        reader: The member's language and the names of points.
        now: The time.
    """
    where = "" if server is None else f" on {text.safe(server)}"
    why = f" Reason: “{text.safe(event.note)}”." if event.note else ""
    end = ""
    if event.expires_at is not None:
        verb = "lapse" if event.expires_at > now else "lapsed"
        end = f" They {verb} on {text.moment(event.expires_at)} ({text.ago(event.expires_at)})."
    return (
        f"**+{reader.points(event.points)}** from a moderator{where}.{why}{end} "
        f"Your balance is **{reader.points(balance)}**."
    )


def received_together(
    events: Sequence[PointsTransferred], balance: int, server: str | None, reader: text.ReaderFormat
) -> str:
    """What the recipient reads of several transfers, in one message; each is in `/history`.

    Args:
        events: What was passed on, in its order, to one member of one guild.
        balance: The recipient's points now.
        server: The guild's name, unescaped; None if it is not known.
        reader: The recipient's language and the names of points.
    """
    by_sender: dict[MemberId, list[PointsTransferred]] = {}
    for event in events:
        by_sender.setdefault(event.member, []).append(event)
    where = "" if server is None else f" on {text.safe(server)}"
    total = sum(event.points for event in events)
    lines = [f"**+{reader.points(total)}** in {len(events)} transfers{where}:"]
    named = list(by_sender.items())
    lines += [_from_one(sender, theirs, reader) for sender, theirs in named[:SENDERS]]
    if rest := [event for _, theirs in named[SENDERS:] for event in theirs]:
        others = len(named) - SENDERS
        points = reader.points(sum(event.points for event in rest))
        lines.append(f"- +{points} from {others} other{'' if others == 1 else 's'}")
    lines.append(
        f"Your balance is **{reader.points(balance)}**. `/notices` turns these messages off."
    )
    return "\n".join(lines)


def _from_one(
    sender: MemberId, events: Sequence[PointsTransferred], reader: text.ReaderFormat
) -> str:
    points = reader.points(sum(event.points for event in events))
    times = "" if len(events) == 1 else f" in {len(events)} transfers"
    notes = [event.note for event in events if event.note]
    wrote = f": “{text.cut(one_line(notes[-1]), 100)}”" if notes else ""
    return f"- +{points} from <@{sender}>{times}{wrote}"


def one_line(note: str) -> str:
    """A note that cannot look like our own lines."""
    return text.safe(" ".join(note.split()))
