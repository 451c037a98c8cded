"""A provider's message is kept, and what it says is carried out in the same transaction."""

from dataclasses import dataclass, field

from payments.commands.base import Command
from payments.commands.hear import BELIEVED, SUPERSEDED, Heard, hear, payment_of
from payments.domain.books import Books, Needs
from payments.domain.events import ProviderEventStuck
from payments.domain.facts import CheckoutTold, DisputeTold, RefundTold, Told
from payments.domain.ids import CommandKey, GuildId
from payments.domain.incoming import Incoming, IncomingStatus
from payments.domain.time import HOUR, MINUTE, SECOND, Instant, later

MAX_ATTEMPTS = 12
"""After so many tries (about five hours) a message is left to a person."""


SOON = 2 * SECOND
"""How long a message waits whose answer came too late, before it is looked up again."""


def retry_at(at: Instant, attempts: int) -> Instant:
    """When to try a message again: 2 s after the first try, doubling, at most an hour."""
    return later(at, min(2 ** min(attempts, MAX_ATTEMPTS) * SECOND, HOUR))


def postponed_until(at: Instant, received_at: Instant) -> Instant:
    """When to try a message again that the provider refuses to let us look up.

    That may take days, so the pause grows with the message's age, from a minute to an hour; once
    the cause is gone, all of them are tried at once.
    """
    return later(at, min(max((at - received_at) // 4, MINUTE), HOUR))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordProviderEvent(Command[Heard]):
    """Keep a provider's message and do what it says.

    The same message under the same attempt has its effect once, so only its id is compared.

    Attributes:
        provider: Who sent it.
        event: The provider's id of the message.
        attempt: Number of this try, from 1.
        event_kind: The provider's name for what happened.
        body: The message as it came.
        received_at: When it came first.
        told: What it tells; nothing if it must be looked up first.
        ignored: Why it is no concern of ours, if it is none.
        quarantined: Why its content, or a part of it, makes no sense, if so.
        home: The guild whose moderators hear of it if it is left to a person and about no payment
            that we know; none if it cannot be said which.
        told_before: Whether moderators have heard of it already.
    """

    kind = "provider_event.record"
    result = Heard

    provider: str
    event: str
    attempt: int = 1
    event_kind: str = field(compare=False)
    body: str = field(compare=False)
    received_at: Instant = field(compare=False)
    told: tuple[Told, ...] = field(compare=False, default=())
    ignored: str | None = field(compare=False, default=None)
    quarantined: str | None = field(compare=False, default=None)
    home: GuildId | None = field(compare=False, default=None)
    told_before: bool = field(compare=False, default=False)

    @staticmethod
    def key_of(provider: str, event: str, attempt: int, told: tuple[Told, ...] = ()) -> CommandKey:
        """The key of one try, upon the versions of the refunds and disputes that it is about.

        Versions only grow, so their sum is another one whenever one of them is.
        """
        claims = [each.seen for each in told if isinstance(each, RefundTold | DisputeTold)]
        upon = f":{sum(claims)}" if claims else ""
        return CommandKey(f"{provider}:{event}:{attempt}{upon}")

    def needs(self) -> Needs:
        """The payments that it is about."""
        return Needs(payments=frozenset(payment_of(each) for each in self.told))

    def execute(self, books: Books) -> Heard:
        """Keep it and carry it out."""
        heard = self._hear(books)
        is_over = self.attempt >= MAX_ATTEMPTS and not heard.superseded
        if heard.status is IncomingStatus.PENDING and is_over:
            heard = Heard(status=IncomingStatus.QUARANTINED, reason=heard.reason)
        incoming = Incoming(
            provider=self.provider,
            id=self.event,
            kind=self.event_kind,
            body=self.body,
            received_at=self.received_at,
            status=heard.status,
            reason=heard.reason,
            attempts=self.attempt - heard.superseded,  # that was no fault of the message
            retry_at=self._retry_at(heard),
        )
        books.keep_incoming(incoming)
        if not self.told_before and not self._is_doubted(books):
            tell_if_stuck(books, incoming, self._guild_of(books))
        return heard

    def _guild_of(self, books: Books) -> GuildId | None:
        """Whose moderators it concerns."""
        payments = (books.find_payment(payment_of(each)) for each in self.told)
        return next((payment.guild for payment in payments if payment), self.home)

    def _is_doubted(self, books: Books) -> bool:
        """Whether moderators hear of it as a doubt about a payment."""
        checkouts = [payment_of(each) for each in self.told if isinstance(each, CheckoutTold)]
        return any(books.find_payment(each) for each in checkouts)

    def _retry_at(self, heard: Heard) -> Instant | None:
        if heard.status is not IncomingStatus.PENDING:
            return None
        if heard.superseded:
            return later(self.at, SOON)
        return retry_at(self.at, self.attempt) if self.told else self.at

    def _hear(self, books: Books) -> Heard:
        if self.ignored is not None:
            return Heard(status=IncomingStatus.IGNORED, reason=self.ignored)
        heard = [hear(books, each) for each in self.told]
        if SUPERSEDED in heard:
            return SUPERSEDED
        if self.quarantined is not None:
            return Heard(status=IncomingStatus.QUARANTINED, reason=self.quarantined)
        if not self.told:
            return Heard(status=IncomingStatus.PENDING, reason="To be looked up at the provider.")
        return next((each for each in heard if each != BELIEVED), BELIEVED)


def tell_if_stuck(books: Books, incoming: Incoming, guild: GuildId | None) -> None:
    """Tell a guild's moderators of a message that is left to a person."""
    if guild is None or incoming.status is not IncomingStatus.QUARANTINED:
        return
    books.tell(
        ProviderEventStuck(
            guild=guild,
            at=books.at,
            provider=incoming.provider,
            event=incoming.id,
            kind=incoming.kind,
            reason=incoming.reason,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFailedEvent(Command[None]):
    """Keep a message whose handling went wrong, with the error, to be tried again.

    Attributes:
        incoming: The message; `failed`, or `quarantined` after too many tries.
        home: As in `RecordProviderEvent`.
        told_before: As there.
    """

    kind = "provider_event.keep_failed"

    incoming: Incoming = field(compare=False)
    home: GuildId | None = field(compare=False, default=None)
    told_before: bool = field(compare=False, default=False)

    @staticmethod
    def key_of(provider: str, event: str, attempt: int) -> CommandKey:
        """The key of keeping one failed try."""
        return CommandKey(f"{provider}:{event}:{attempt}:failed")

    @staticmethod
    def postponed_key_of(incoming: Incoming, at: Instant) -> CommandKey:
        """The key of letting a message wait, which may happen often and uses no attempt."""
        return CommandKey(f"{incoming.provider}:{incoming.id}:postponed:{at}")

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Keep it."""
        books.keep_incoming(self.incoming)
        if not self.told_before:
            tell_if_stuck(books, self.incoming, self.home)
