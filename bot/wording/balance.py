"""What a member has, as many cards and messages say it."""

from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence


def your_balance(points: int) -> Sentence:
    """A member's balance, for themselves."""
    return Sentence("Your balance is **{balance}**.", balance=Points(points))
