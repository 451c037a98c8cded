"""A provider's message as we keep it: once, with what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from payments.domain.values.adoption import Adoption, Bought
from payments.domain.values.ids import GuildId
from payments.domain.values.provider_updates import ProviderUpdate
from payments.domain.values.time import Instant
from payments.domain.values.traces import Traces


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One object that a provider's message is about.

    Attributes:
        traces: What tells whose it is; that is decided before anything else of it counts.
        update: The update of its payment, if it could be read.
        ignored: Why it does not concern us although it is ours, if so.
        wrong: Why a person must look at it if it is ours, if so.
        adoption: What it becomes a payment of if it is of none yet, where the owner's mapping says
            so.
        bought: What was bought in the provider's own shop, for the owner's mapping to be found.
    """

    traces: Traces
    update: ProviderUpdate | None = None
    ignored: str | None = None
    wrong: str | None = None
    adoption: Adoption | None = None
    bought: Bought | None = None


class InboxStatus(StrEnum):
    """What became of a provider's message."""

    HANDLED = "handled"
    IGNORED = "ignored"
    """It does not concern us."""
    PENDING = "pending"
    """Needs a look-up, or its payment is not here yet: handled soon."""
    FAILED = "failed"
    """Handling it went wrong: tried again."""
    QUARANTINED = "quarantined"
    """Makes no sense: changed nothing, a person must look."""


class TroubleKey(NamedTuple):
    """Why messages are left to a guild's moderators: for one reason, however many there are."""

    guild: GuildId
    provider: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """How many messages were left to moderators for one reason.

    Attributes:
        count: Since the trouble began.
        last_at: When the last one was.
    """

    count: int
    last_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEvent:
    """One provider event.

    Attributes:
        provider: Who sent it.
        id: The provider's id.
        kind: The provider's name for what happened.
        body: The message as it came.
        received_at: When it came first.
        status: What became of it.
        reason: Why, in a sentence; empty if it was handled.
        attempts: How many times it was tried.
        retry_at: When it is tried again, if it is.
    """

    provider: str
    id: str
    kind: str
    body: str
    received_at: Instant
    status: InboxStatus
    reason: str = ""
    attempts: int = 1
    retry_at: Instant | None = None
