"""Feet of moderators' cards: by which ids one finds again what a card is about."""

from typing import Final

from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import CommandKey, PaymentId

_IN_DISCORD: Final = "discord:"
"""How keys of what was done in Discord begin."""


def action_name(key: CommandKey) -> str:
    """What moderators call a command of theirs: the id at the foot of its card."""
    return key.removeprefix(_IN_DISCORD)


def action_key(name: str) -> CommandKey:
    """The command that moderators call so: a number of Discord's, and what it was about after that.

    What was done elsewhere is called by its whole key.
    """
    number, _, _ = name.partition(":")
    elsewhere = ":" in name and not number.isdecimal()
    return CommandKey(name if elsewhere else f"{_IN_DISCORD}{name}")


def action_footer(key: CommandKey) -> Sentence:
    """Of a card about what a moderator did."""
    return Sentence("Action {id}", id=Code(action_name(key)))


def payment_footer(payment: PaymentId, key: CommandKey | None = None) -> Sentence:
    """Of a card about a payment, and about what a moderator did with it if `key` is given."""
    if key is None:
        return Sentence("Payment {id}", id=Code(payment))
    return Sentence(
        "Payment {id} · Action {action}", id=Code(payment), action=Code(action_name(key))
    )
