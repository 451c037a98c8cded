"""The answer that a member saw when they asked to buy, kept so that it can be changed later."""

from dataclasses import dataclass

from payments.domain.values.ids import PaymentId
from payments.domain.values.time import MINUTE, Instant

ANSWER_LIFE = 15 * MINUTE
"""How long Discord lets an answer be changed: the life of an interaction's token, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseAnswer:
    """Leave to change one answer.

    Attributes:
        payment: The payment that it is about.
        encrypted: The token with which it can be changed, encrypted.
        until: When Discord forgets the token.
    """

    payment: PaymentId
    encrypted: str
    until: Instant
