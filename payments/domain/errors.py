"""What can be refused, with the sentence that a person reads."""

from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence, Value


class GuildbankError(Exception):
    """Everything that Guildbank itself raises."""


class Refused(GuildbankError):
    """What was asked cannot be done, and nothing was changed.

    Args:
        template: One sentence for the person who asked, with names of values in braces; no secrets,
            no jargon. A sentence that exists already is taken as it is.
        values: What the names stand for; a text is somebody's words, and is quoted.

    Attributes:
        sentence: What the person reads.
    """

    def __init__(self, template: str | Sentence, /, **values: Value) -> None:
        sentence = template if isinstance(template, Sentence) else Sentence(template, **values)
        super().__init__(sentence)
        self.sentence = sentence


class NotEnoughPoints(Refused):
    """An account holds fewer points than are to leave it.

    Attributes:
        wanted: Points that were to leave.
        available: Points that can leave now (mature ones, where that matters).
    """

    def __init__(self, *, wanted: int, available: int) -> None:
        super().__init__(
            Sentence(
                "That takes {wanted}, and only {available} can be used now.",
                wanted=Points(wanted),
                available=Points(available),
            )
        )
        self.wanted = wanted
        self.available = available


class NeedsApproval(Refused):
    """It is done only with the word of a second moderator."""


class KeyReused(GuildbankError):
    """An idempotency key came again with other content: a mistake in the caller."""


class CannotUndo(Refused):
    """A command's effect cannot be taken back, or not any more; says why."""


class BooksBroken(GuildbankError):
    """An invariant of the books does not hold: nothing of this command is kept."""


class TooFast(Refused):
    """A member does something more often than they may."""
