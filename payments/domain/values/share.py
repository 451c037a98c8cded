"""How much of a payment a claim is about, as a share of it."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a whole, both in one unit, whichever the provider counts in.

    Attributes:
        part: Never negative; may exceed the whole.
        whole: At least 1; None if the whole is what was paid, which may not be known yet.
    """

    part: int
    whole: int | None = None

    def __post_init__(self) -> None:
        if self.part < 0 or (self.whole is not None and self.whole < 1):
            raise ValueError(f"not a share: {self.part} of {self.whole}")

    def of(self, paid: int | None) -> Fraction:
        """The share as a number; nothing as long as its whole is not known.

        Args:
            paid: What was paid, in the unit of `part`, where that is the whole.
        """
        whole = paid if self.whole is None else self.whole
        return Fraction(self.part, whole) if whole else Fraction(0)


NOTHING = Share(part=0, whole=1)
ALL = Share(part=1, whole=1)
