"""How far our clock is from other clocks."""

from email.utils import parsedate_to_datetime

from payments.domain.values.time import SECOND, Clock, from_seconds


class Watches:
    """Compares clocks, by what others write into their answers.

    Args:
        clock: Ours.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead_seconds: dict[str, float] = {}
        """By whose clock it is."""

    def compare(self, whose: str, date: str | None) -> None:
        """Note the time in a header `Date` that has just come; whole seconds."""
        if date is None:
            return
        try:
            theirs = from_seconds(int(parsedate_to_datetime(date).timestamp()))
        except ValueError:
            return
        self.ahead_seconds[whose] = (self._clock() - theirs) / SECOND
