"""What became of a call that followed a commit."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import Command
from payments.commands.payments.apply_update import apply_update
from payments.domain.books import CALLS, PAYMENTS, Books, Needs
from payments.domain.rules.payment_events import about
from payments.domain.rules.purchase_checks import let_go
from payments.domain.values.events import ProviderCallFailed
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallStatus, ProviderCall
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfCall(Command[None]):
    """Something is known of one attempt of a call.

    Attributes:
        call: Which call.
        payment: What it is for; whoever holds its lock changes its calls.
        attempt: Number of the attempt.
    """

    call: CallKey
    payment: PaymentId
    attempt: int

    @classmethod
    def key_of(cls, call: ProviderCall) -> CommandKey:
        """The key: each attempt comes to an end once."""
        return CommandKey(f"{call.key}:{call.attempt}:{cls.kind}")

    def needs(self) -> Needs:
        """The call, and its payment."""
        return PAYMENTS.of(self.payment) | CALLS.of(self.call)

    def waiting(self, books: Books) -> ProviderCall | None:
        """The call, if that attempt of it still waits."""
        found = books.see(CALLS, self.call)
        if found is None or found.status is not CallStatus.WAITING:
            return None
        return found if found.attempt == self.attempt else None

    def was_dropped(self, books: Books) -> bool:
        """Whether that attempt of the call was not wanted any more while it was made."""
        found = books.see(CALLS, self.call)
        lapsed = found is not None and found.status is CallStatus.LAPSED
        return lapsed and found is not None and found.attempt == self.attempt


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteCall(_OfCall):
    """Note that a call was made, with what the provider answered.

    Attributes:
        update: What it says of the payment, if anything.
    """

    kind = "provider_call.complete"

    update: CheckoutUpdate | None = field(compare=False)

    def execute(self, books: Books) -> None:
        """Apply the answer, and close the call; what does not fit is reported as a mismatch.

        A call that was dropped while the provider was asked may have taken money all the same.
        """
        call = self.waiting(books)
        if call is not None:
            books[CALLS][call.key] = replace(call, status=CallStatus.DONE)
        elif not self.was_dropped(books):
            return
        if self.call.kind is CallKind.COLLECT and _is_lost(self.update):
            let_go(books, self.payment)
        if self.update is not None:
            apply_update(books, self.update, self.payment)


def _is_lost(update: CheckoutUpdate | None) -> bool:
    """Whether no money comes, though it may still be set aside (PayPal: a capture is DECLINED)."""
    return update is not None and update.money is MoneyStatus.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryCall(_OfCall):
    """Begin a new attempt, after a look-up has found that this one led to nothing."""

    kind = "provider_call.retry"

    def execute(self, books: Books) -> None:
        """Count on."""
        if (call := self.waiting(books)) is not None:
            books[CALLS][call.key] = replace(call, attempt=call.attempt + 1)


_DECLINED: Final = (CallKind.CAPTURE, CallKind.AUTHORIZE)
"""What is refused where the buyer's card or account is declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndCall(_OfCall):
    """Note that nothing comes of a call.

    Attributes:
        status: `refused` or `lapsed`.
        reason: Why, in a sentence.
    """

    kind = "provider_call.end"

    status: CallStatus = field(compare=False)
    reason: str = field(compare=False)

    def execute(self, books: Books) -> None:
        """Close it. Moderators are told, unless it is only a card that was declined.

        Nor of a checkout that cannot be closed: should it be paid, that money goes back. Money that
        could not be taken after a moderator had approved it is let go of.
        """
        call = self.waiting(books)
        if call is None:
            return
        books[CALLS][call.key] = replace(call, status=self.status)
        if call.key.kind is CallKind.EXPIRE:
            return
        if call.key.kind is CallKind.COLLECT:
            let_go(books, call.payment)
        if call.key.kind in _DECLINED and self.status is CallStatus.REFUSED:
            return  # the buyer reads it at the provider, and may pay by another way
        books.emit(
            ProviderCallFailed(
                **about(books.payment(call.payment), books.at),
                provider=call.key.provider,
                call=call.key.kind,
                object=call.key.object,
                reason=self.reason,
            )
        )
