"""A provider's message is kept, and what it says is carried out in the same transaction."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.commands.payments.apply_update import ACCEPTED, UpdateResult, apply_update, with_moved
from payments.domain.books import TROUBLES, Books, Needs
from payments.domain.rules import adoption
from payments.domain.rules.ownership import FOREIGN, Owner, needs_of, owner_of
from payments.domain.values.events import ProviderEventStuck
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.inbox import Found, InboxEvent, InboxStatus, Trouble, TroubleKey
from payments.domain.values.provider_updates import (
    CheckoutUpdate,
    DisputeUpdate,
    ProviderUpdate,
    RefundUpdate,
)
from payments.domain.values.time import DAY, HOUR, MINUTE, SECOND, Instant, later

MAX_ATTEMPTS = 12
"""Number of tries (about five hours) after which a message is left to a person."""

TRIES_OF_THE_GONE = 6
"""Number of tries (about a minute) after which an object that the provider does not know is none.
Right after an event, a copy of the provider's database may not have it yet."""

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
class RecordProviderEvent(Command[UpdateResult]):
    """Keep a provider's message and do what it says.

    The same message under the same attempt has its effect once, so only its id is compared.

    Attributes:
        provider: Who sent it.
        event: The provider's id of the message.
        attempt: Number of this try, from 1.
        event_kind: The provider's name for what happened.
        body: The message as it came.
        received_at: When it came first.
        found: The objects that it is about.
        ignored: Why it does not concern us, no matter what it is about, if so.
        unread: Whether what it is about must be looked up before it tells anything.
        home: The guild whose moderators are notified if it is left to a person and about no payment
            that we know; None if it cannot be said which.
        notified_before: Whether moderators have been notified of it already.
    """

    kind = "provider_event.record"
    result = UpdateResult

    provider: str
    event: str
    attempt: int = 1
    event_kind: str = field(compare=False)
    body: str = field(compare=False)
    received_at: Instant = field(compare=False)
    found: tuple[Found, ...] = field(compare=False, default=())
    ignored: str | None = field(compare=False, default=None)
    unread: bool = field(compare=False, default=False)
    home: GuildId | None = field(compare=False, default=None)
    notified_before: bool = field(compare=False, default=False)

    @staticmethod
    def key_of(
        provider: str, event: str, attempt: int, updates: tuple[ProviderUpdate, ...] = ()
    ) -> CommandKey:
        """The key of one try, for the versions of its refunds and disputes.

        Versions only grow, so their sum is another one whenever one of them is.
        """
        claims = [each.seen for each in updates if isinstance(each, RefundUpdate | DisputeUpdate)]
        upon = f":{sum(claims)}" if claims else ""
        return CommandKey(f"{provider}:{event}:{attempt}{upon}")

    def needs(self) -> Needs:
        """What tells whose it is, and the payments that it may be about."""
        return Needs.union(_needs_of(each) for each in self.found)

    def execute(self, books: Books) -> UpdateResult:
        """Keep it and carry it out."""
        found = () if self.ignored else self.found
        owners = [_owner_of(books, each) for each in found]
        result = self._apply(books, owners)
        is_over = self.attempt >= MAX_ATTEMPTS and not result.superseded
        if result.status is InboxStatus.PENDING and is_over:
            result = UpdateResult(status=InboxStatus.QUARANTINED, reason=result.reason)
        inbox_event = InboxEvent(
            provider=self.provider,
            id=self.event,
            kind=self.event_kind,
            body=self.body,
            received_at=self.received_at,
            status=result.status,
            reason=result.reason,
            attempts=self.attempt - result.superseded,  # that was no fault of the message
            retry_at=self._retry_at(result),
        )
        books.keep_inbox_event(inbox_event)
        if not self.notified_before and not self._is_reported_as_mismatch(books, owners):
            emit_if_stuck(books, inbox_event, guild_of(books, owners) or self.home)
        return with_moved(books, result)

    def _is_reported_as_mismatch(self, books: Books, owners: list[Owner]) -> bool:
        """Whether moderators are notified of it as a mismatch of a payment."""
        return not self.ignored and any(
            isinstance(each.update, CheckoutUpdate)
            and not owner.contradiction
            and guild_of(books, [owner]) is not None
            for each, owner in zip(self.found, owners, strict=True)
        )

    def _retry_at(self, result: UpdateResult) -> Instant | None:
        if result.status is not InboxStatus.PENDING:
            return None
        if result.superseded:
            return later(self.at, SOON)
        return self.at if self.unread else retry_at(self.at, self.attempt)

    def _apply(self, books: Books, owners: list[Owner]) -> UpdateResult:
        if self.ignored is not None:
            return UpdateResult(status=InboxStatus.IGNORED, reason=self.ignored)
        pairs = zip(self.found, owners, strict=True)
        ours = [(each, owner) for each, owner in pairs if not owner.is_foreign]
        if not ours:
            return UpdateResult(status=InboxStatus.IGNORED, reason=FOREIGN)
        if self.unread:
            return UpdateResult(
                status=InboxStatus.PENDING, reason="To be looked up at the provider."
            )
        results = [_apply_one(books, each, owner) for each, owner in ours]
        return max(results, key=lambda each: (_GRAVITY.index(each.status), each.superseded))


def _needs_of(found: Found) -> Needs:
    """What must be seen to tell whose an object is, or to make it a payment."""
    needs = needs_of(found.traces)
    return needs if found.adoption is None else needs | adoption.needs_of(found.adoption)


def _owner_of(books: Books, found: Found) -> Owner:
    """Whose an object is; what is nobody's is adopted if the owner's mapping says so."""
    owner = owner_of(books, found.traces)
    is_named = found.traces.elsewhere or found.traces.claims
    if found.adoption is None or not owner.is_foreign or is_named:
        return owner
    return Owner(payment=adoption.adopt(books, found.adoption))


_GRAVITY = (
    InboxStatus.IGNORED,
    InboxStatus.HANDLED,
    InboxStatus.QUARANTINED,
    InboxStatus.PENDING,
)
"""Of several objects of one message, the one with the last of these decides what becomes of it."""


def _apply_one(books: Books, found: Found, owner: Owner) -> UpdateResult:
    """Apply what one object tells, now that it is known to be ours."""
    if wrong := owner.contradiction or found.wrong:
        return UpdateResult(status=InboxStatus.QUARANTINED, reason=wrong)
    if found.update is None or owner.payment is None:
        reason = found.ignored or "It tells nothing."
        return UpdateResult(status=InboxStatus.IGNORED, reason=reason)
    result = apply_update(books, found.update, owner.payment)
    if result == ACCEPTED:
        books.note_references(found.traces.references, owner.payment)
    return result


def guild_of(books: Books, owners: list[Owner]) -> GuildId | None:
    """Whose moderators something concerns; None if no payment of it is known here."""
    named = (each.payment for each in owners if each.payment is not None)
    payments = (books.find_payment(each) for each in named)
    return next((payment.guild for payment in payments if payment), None)


def emit_if_stuck(books: Books, inbox_event: InboxEvent, guild: GuildId | None) -> None:
    """Tell a guild's moderators of a message that is left to a person.

    One cause is reported once, for any number of messages; and again when there are ten times as
    many. After a day without another one it counts from the beginning.
    """
    if guild is None or inbox_event.status is not InboxStatus.QUARANTINED:
        return
    key = TroubleKey(guild, inbox_event.provider, inbox_event.reason)
    known = books.trouble(key)
    count = known.count + 1 if known and books.at - known.last_at < DAY else 1
    books[TROUBLES][key] = Trouble(count=count, last_at=books.at)
    if count != 10 ** (len(str(count)) - 1):
        return
    books.emit(
        ProviderEventStuck(
            guild=guild,
            at=books.at,
            provider=inbox_event.provider,
            event=inbox_event.id,
            kind=inbox_event.kind,
            reason=inbox_event.reason,
            count=count,
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepFailedEvent(Command[None]):
    """Keep a message whose handling went wrong, with the error, to be tried again.

    Attributes:
        inbox_event: The message; `failed`, or `quarantined` after too many tries.
        found: The objects that it is about, as far as it could be read.
        gone: Whether the provider knows no such object. If it says so again and again, the message
            does not concern us unless its object is known to do so.
        home: As in `RecordProviderEvent`.
        notified_before: As there.
    """

    kind = "provider_event.keep_failed"

    inbox_event: InboxEvent = field(compare=False)
    found: tuple[Found, ...] = field(compare=False, default=())
    gone: bool = field(compare=False, default=False)
    home: GuildId | None = field(compare=False, default=None)
    notified_before: bool = field(compare=False, default=False)

    @staticmethod
    def key_of(provider: str, event: str, attempt: int) -> CommandKey:
        """The key of keeping one failed try."""
        return CommandKey(f"{provider}:{event}:{attempt}:failed")

    @staticmethod
    def postponed_key_of(inbox_event: InboxEvent, at: Instant) -> CommandKey:
        """The key of letting a message wait, which may happen often and uses no attempt."""
        return CommandKey(f"{inbox_event.provider}:{inbox_event.id}:postponed:{at}")

    def needs(self) -> Needs:
        """What tells whose it is."""
        return Needs.union(needs_of(each.traces) for each in self.found)

    def execute(self, books: Books) -> None:
        """Keep it."""
        owners = [owner_of(books, each.traces) for each in self.found]
        inbox_event = self.inbox_event
        is_gone = self.gone and inbox_event.attempts >= TRIES_OF_THE_GONE
        if is_gone and owners and not any(each.payment for each in owners):
            inbox_event = replace(
                inbox_event, status=InboxStatus.IGNORED, reason=FOREIGN, retry_at=None
            )
        books.keep_inbox_event(inbox_event)
        if not self.notified_before:
            emit_if_stuck(books, inbox_event, guild_of(books, owners) or self.home)
