"""What is left of points that were bought in test mode."""

from dataclasses import dataclass

from payments.domain.values.ids import GuildId


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPoints:
    """What is left of a guild's test payments.

    Attributes:
        payments: Of how many payments something is left.
        members: How many members have some.
        points: How many points they have.
    """

    __test__ = False  # no test, in spite of its name

    guild: GuildId
    payments: int
    members: int
    points: int
