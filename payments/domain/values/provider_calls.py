"""Calls to providers that must follow a commit: noted with it, and made by the queue."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.time import Instant


class CallKind(StrEnum):
    """What a provider is asked to do with one of its objects."""

    CAPTURE = "capture"
    """Take the money of a checkout that its buyer has approved."""
    CONSUME = "consume"
    """Use an entitlement up, so that its buyer may buy another one."""
    AUTHORIZE = "authorize"
    """Set the money of a checkout aside that its buyer has approved, without taking it."""
    COLLECT = "collect"
    """Take money that was set aside, after a moderator has approved the purchase."""
    VOID = "void"
    """Let go of money that was set aside."""
    EXPIRE = "expire"
    """Close a checkout whose purchase was paid by another way."""


GIVE_BACK: Final = "refund"
"""What is asked for once money came twice. It is kept as a refund of its payment, not as a call."""


class CallStatus(StrEnum):
    """How a call stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    """The provider said no. If it asks for the same again, there is a new attempt."""
    LAPSED = "lapsed"
    """Its time was over before the provider could be reached."""


class CallKey(NamedTuple):
    """One thing that a provider is asked to do: once for each of its objects."""

    provider: str
    kind: CallKind
    object: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.kind}:{self.object}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """What an update of the provider's asks us to do once it is committed.

    Attributes:
        object: The provider's id of the object that it is about.
        request: The exact request, as the provider wrote it.
        until: When it is of no use any more; None if it never is.
        once: Whether the request tells what it is an answer to, such as an approval of the
            buyer's: after it was refused, only another request is a new attempt.
    """

    kind: CallKind
    object: str
    request: str
    until: Instant | None = None
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCall:
    """A call as it is kept: noted in the same transaction as what it follows.

    Attributes:
        guild: In whose books.
        payment: What it is for.
        request: The exact request, stored before it is sent.
        until: When it is of no use any more; None if it never is.
        attempt: Number of the current attempt. A new one is begun only after a look-up that has
            found that the one before led to nothing.
        noted_at: When it was noted first.
    """

    key: CallKey
    guild: GuildId
    payment: PaymentId
    request: str
    until: Instant | None
    noted_at: Instant
    attempt: int = 1
    status: CallStatus = CallStatus.WAITING

    @property
    def idempotency_key(self) -> str:
        """The key under which the provider does it once: object and attempt, no clock."""
        return f"{self.key.object}:{self.key.kind}:{self.attempt}"
