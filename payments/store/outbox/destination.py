"""Where events go."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from payments.domain.values.events import Event
from payments.domain.values.guilds import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where an event is to be delivered.

    Attributes:
        channel: The way there.
        queue: Which workers take it there: those of one queue never wait for another's.
        lane: Deliveries of one lane keep their order, if it is in one.
        target: To whom, if the channel leads to several.
        wait: How long it waits for others that can go in the same message. Microseconds.
    """

    channel: str
    queue: str
    lane: str | None = None
    target: str | None = None
    wait: int = 0


Route = Callable[[Event, Audience], Iterable[Destination]]
"""Where an event is delivered, given who else wants the guild's events."""
