"""Why a refund is on its way for longer, in people's words."""

from typing import Final

from payments.domain.sentences.sentence import Sentence

_WORDS: Final = {
    "processing": Sentence("The buyer's bank is working on it, which takes a few days."),
    "charge_pending": Sentence("The payment itself has not arrived yet. The refund follows it."),
    "insufficient_funds": Sentence(
        "There is too little money in the provider's account. Top it up, and the refund goes on."
    ),
    "requires_action": Sentence(
        "The buyer must act first: the provider has written to them by email."
    ),
}
"""Stripe, The Refund object, `pending_reason`; and its status `requires_action`."""


def why_pending(reason: str) -> Sentence | None:
    """The cause; None if the provider gave none."""
    if not reason:
        return None
    unknown = Sentence("It takes a while. The provider says: {reason}.", reason=spaced(reason))
    return _WORDS.get(reason, unknown)


def spaced(word: str) -> str:
    """A provider's word, as people write it."""
    return word.replace("_", " ")
