"""What can be refused, with the sentence that a person reads."""


class GuildbankError(Exception):
    """Everything that Guildbank itself raises."""


class Refused(GuildbankError):
    """What was asked cannot be done, and nothing was changed.

    Its text is one sentence for the person who asked: no secrets, no jargon.
    """

    @property
    def sentence(self) -> str:
        """What the person reads."""
        return str(self)


class NotEnoughPoints(Refused):
    """An account holds fewer points than are to leave it.

    Attributes:
        wanted: Points that were to leave.
        available: Points that can leave now (mature ones, where that matters).
    """

    def __init__(self, *, wanted: int, available: int) -> None:
        super().__init__(f"That takes {wanted:,} points, and only {available:,} can be used now.")
        self.wanted = wanted
        self.available = available


class KeyReused(GuildbankError):
    """An idempotency key came again with other content: a mistake in the caller."""


class CannotUndo(Refused):
    """A command's effect cannot be taken back, or not any more; says why."""


class BooksBroken(GuildbankError):
    """An invariant of the books does not hold: nothing of this command is kept."""
