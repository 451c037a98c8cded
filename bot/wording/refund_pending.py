"""Why a refund is on its way for longer, in people's words."""

from typing import Final

from bot.wording import text

_WORDS: Final = {
    "processing": "the buyer's bank works on it, which takes some days",
    "charge_pending": "the payment itself has not arrived yet; the refund follows it",
    "insufficient_funds": (
        "there is too little money in the provider's account; top it up, and it goes on"
    ),
    "requires_action": ("the buyer must act first: the provider has written to them by email"),
}
"""Stripe, The Refund object, `pending_reason`; and its status `requires_action`."""


def why_pending(reason: str) -> str | None:
    """The cause as part of a sentence; None if the provider gave none."""
    if not reason:
        return None
    return _WORDS.get(reason, f"the provider says “{text.safe(reason.replace('_', ' '))}”")
