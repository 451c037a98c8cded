"""Parts of sentences: what each face writes in its own form. `str` writes them plainly."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from payments.domain.sentences.sentence import Part, Sentence, Value, plain, plural

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR

_SECONDS_SHOWN: Final = 100
"""Up to there seconds are easier to grasp than minutes."""

LISTED: Final = 10
"""How many of several things a sentence names."""


@dataclass(frozen=True, slots=True)
class Points(Part):
    """A number of points, as the guild calls them: `1,500 points`."""

    count: int

    def __str__(self) -> str:
        return f"{self.count:,} {'point' if abs(self.count) == 1 else 'points'}"


@dataclass(frozen=True, slots=True)
class PointsChange(Part):
    """A change of points with its sign: `+500`."""

    count: int

    def __str__(self) -> str:
        return f"{self.count:+,}" if self.count else "0"


@dataclass(frozen=True, slots=True)
class Moment(Part):
    """A moment as date and time, in microseconds since 1970, UTC."""

    at: int

    @property
    def utc(self) -> datetime:
        """It as a date and time in UTC."""
        return _EPOCH + timedelta(microseconds=self.at)

    def __str__(self) -> str:
        return f"{self.utc:%d %b %Y, %H:%M} UTC".lstrip("0")


@dataclass(frozen=True, slots=True)
class FromNow(Part):
    """A moment as it is counted from now: `in 2 hours`."""

    at: int

    def __str__(self) -> str:
        return str(Moment(self.at))


@dataclass(frozen=True, slots=True)
class Day(Part):
    """A day: `20 Nov 2026`."""

    at: int

    def __str__(self) -> str:
        return f"{Moment(self.at).utc:%d %b %Y}".lstrip("0")


@dataclass(frozen=True, slots=True)
class Span(Part):
    """A length of time in microseconds, in its largest whole unit: `72 hours`, `15 minutes`."""

    microseconds: int

    @property
    def sentence(self) -> Sentence:
        """It in words, to be translated."""
        if self.microseconds % _HOUR or not self.microseconds:
            return plural("{n} minute", "{n} minutes", self.microseconds // _MINUTE)
        if self.microseconds % _DAY or self.microseconds <= 3 * _DAY:
            return plural("{n} hour", "{n} hours", self.microseconds // _HOUR)
        return plural("{n} day", "{n} days", self.microseconds // _DAY)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Wait(Part):
    """How long to wait, in microseconds, rounded up: `6 seconds`, `3 minutes`."""

    microseconds: int

    @property
    def sentence(self) -> Sentence:
        """It in words, to be translated."""
        seconds = max(-(-self.microseconds // _SECOND), 1)
        if seconds < _SECONDS_SHOWN:
            return plural("{n} second", "{n} seconds", seconds)
        minutes = -(-self.microseconds // _MINUTE)
        return plural("{n} minute", "{n} minutes", minutes)

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Address(Part):
    """A web address of ours; faces let it be clicked."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Written(Part):
    """What was written for its reader before, in that face's own markup; it stays as it is."""

    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Verbatim(Part):
    """Somebody's words, without quotation marks; a face makes them harmless.

    Attributes:
        words: They.
        most: The most characters that a face shows of them.
    """

    words: str
    most: int = 1000

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Code(Part):
    """What is typed or copied as it stands: an id, a command of the command line, a setting."""

    words: str

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class SlashCommand(Part):
    """A slash command by its full name, `refund` or `package add`; some faces let it be clicked."""

    name: str

    def __str__(self) -> str:
        return f"/{self.name}"


@dataclass(frozen=True, slots=True)
class Person(Part):
    """Somebody on Discord, by id."""

    id: int

    def __str__(self) -> str:
        return f"member {self.id}"


@dataclass(frozen=True, slots=True)
class Place(Part):
    """A channel or thread of Discord, by id."""

    id: int

    def __str__(self) -> str:
        return f"channel {self.id}"


@dataclass(frozen=True, slots=True)
class Role(Part):
    """A role on Discord, by id."""

    id: int

    def __str__(self) -> str:
        return f"role {self.id}"


@dataclass(frozen=True, slots=True)
class Several(Part):
    """Several things in one sentence, the first few of them: “Starter”, “Large” and 3 more."""

    all: tuple[Value, ...]

    @property
    def shown(self) -> tuple[Value, ...]:
        """Those that are written, and how many more there are."""
        more = len(self.all) - LISTED
        rest = (plural("{n} more", "{n} more", more),) if more > 0 else ()
        return (*self.all[:LISTED], *rest)

    def __str__(self) -> str:
        *first, last = [plain(each) for each in self.shown] or [""]
        return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True, slots=True)
class Sentences(Part):
    """Several whole sentences, one after the other."""

    all: tuple[Sentence, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.all))
