"""Provider updates are compared with the payment, and applied or refused as a mismatch.

An update of a refund or a dispute is applied only to the version that was stored when the provider
was asked: a slower answer never overrules a newer one.
"""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.checkout_amounts import find_amount_mismatch, find_discount
from payments.domain.rules.payment_events import about, announce, warn_of_fraud
from payments.domain.rules.provider_calls import close_checkout, note_call
from payments.domain.rules.purchase_ban import follow_claims
from payments.domain.rules.settlement import settle
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.events import PaymentMismatch
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.ledger import TransferKind
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import (
    CheckoutUpdate,
    ClaimUpdate,
    DisputeUpdate,
    FraudWarningUpdate,
    MoneyStatus,
    ProviderUpdate,
    belonging_to,
    object_of,
)
from payments.domain.values.references import references_of
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateResult:
    """What became of a provider update.

    Attributes:
        reason: Why, in a sentence; empty if it was accepted.
        superseded: Whether another answer about the same object was applied meanwhile, so that the
            provider must be asked again.
        payment: The payment whose points it moved, if it moved any.
        arrived: Whether those are the points that were bought with it.
    """

    status: InboxStatus
    reason: str = ""
    superseded: bool = False
    payment: PaymentId | None = field(compare=False, default=None)
    arrived: bool = field(compare=False, default=False)


ACCEPTED = UpdateResult(status=InboxStatus.HANDLED)
SUPERSEDED_RESULT = UpdateResult(
    status=InboxStatus.PENDING,
    reason="It has changed here since the provider was asked: it is looked up again.",
    superseded=True,
)


def with_moved(books: Books, result: UpdateResult) -> UpdateResult:
    """What became of an update, with what the command that applied it has moved."""
    moved = [each for each in books.changes.transfers if each.payment is not None]
    if not moved:
        return result
    bought = [each for each in moved if each.kind is TransferKind.PURCHASE]
    return replace(result, payment=(bought or moved)[0].payment, arrived=bool(bought))


class Superseded(Refused):
    """An answer came too late: another one about the same object was applied meanwhile."""

    def __init__(self) -> None:
        super().__init__(SUPERSEDED_RESULT.reason)


def apply_update(books: Books, update: ProviderUpdate, payment: PaymentId) -> UpdateResult:
    """Apply a provider update to a payment of ours, and make the books match it."""
    before = books.find_payment(payment)
    if before is None:
        return UpdateResult(status=InboxStatus.PENDING, reason="Its payment is not known here yet.")
    update = belonging_to(update, payment)
    if isinstance(update, CheckoutUpdate):
        return apply_checkout_update(books, update, payment)
    if update.intent and before.intent and update.intent != before.intent:
        reason = f"It is about {update.intent}, and the payment was made by {before.intent}."
        return UpdateResult(status=InboxStatus.QUARANTINED, reason=reason)
    if isinstance(update, FraudWarningUpdate):
        return _apply_fraud_warning(books, update)
    return _apply_claim_update(books, update)


def _apply_claim_update(books: Books, update: ClaimUpdate) -> UpdateResult:
    before = books.payment(update.payment)
    known = before.claim_of(update)
    if update.seen != (known.version if known else 0):
        return SUPERSEDED_RESULT
    if update.share is None and not _is_measured_by(before, update):
        reason = (
            f"It is about {update.amount}, the payment is in {before.price.currency}, and the "
            "provider does not say how much of the payment that is."
        )
        return UpdateResult(status=InboxStatus.QUARANTINED, reason=reason)
    if isinstance(update, DisputeUpdate):
        apply_facts(books, before.with_dispute(update), cause=update.dispute)
    else:
        apply_facts(books, before.with_refund(update), cause=update.refund)
    books.note_references(references_of(before.provider, update), before.id)
    if update.unknown and not (known and known.unknown):
        reason = (
            f"The provider says of {object_of(update)} that it is “{update.unknown}”, which is not "
            "known here. Its points are on hold."
        )
        books.emit(PaymentMismatch(**about(before, books.at), reason=reason))
    return ACCEPTED


def _is_measured_by(payment: Payment, update: ClaimUpdate) -> bool:
    """Whether a claim's amount says how much of the payment it is."""
    return payment.price.has_currency and update.amount.currency == payment.price.currency


def _apply_fraud_warning(books: Books, update: FraudWarningUpdate) -> UpdateResult:
    before = books.payment(update.payment)
    apply_facts(books, before.with_fraud_warning(update), cause=update.warning)
    too_late = before.money is MoneyStatus.PAID and before.why_not_refundable is not None
    if update.actionable and not too_late and before.fraud_warning is None:
        warn_of_fraud(books, before.id)
    books.note_references(references_of(before.provider, update), before.id)
    return ACCEPTED


def apply_facts(books: Books, after: Payment, *, cause: str) -> None:
    """Apply a payment's new facts: move its points as they require, and emit what has changed.

    Args:
        books: The books, with the payment as it was before.
        after: The payment with its new facts.
        cause: The id of the checkout, refund or dispute that they are about.
    """
    before = books.payment(after.id)
    held_before = sum(piece.standing for piece in books.standing_holds(before.id))
    books[PAYMENTS][before.id] = after
    settle(books, before.id, cause=cause)
    announce(books, before, held_before=held_before)
    follow_claims(books, before)


def apply_checkout_update(books: Books, update: CheckoutUpdate, payment: PaymentId) -> UpdateResult:
    """Apply a provider's update of a checkout; a mismatch changes no books."""
    before = books.payment(payment)
    if before.credited_at is not None and update.money is not MoneyStatus.PAID:
        return ACCEPTED  # an older state of what is paid by now, or a checkout that was replaced
    if mismatch := find_mismatch(before, update):
        if before.mismatch != mismatch:
            books[PAYMENTS][before.id] = replace(before, mismatch=mismatch)
            books.emit(PaymentMismatch(**about(before, books.at), reason=mismatch))
        return UpdateResult(status=InboxStatus.QUARANTINED, reason=mismatch)
    apply_facts(books, before.with_checkout(update), cause=update.session)
    if update.buyer is not None and update.money is MoneyStatus.PAID:
        books.keep_buyer(before.id, update.buyer)
    books.note_references(references_of(before.provider, update, paid_by=before.paid_by), before.id)
    if update.call is not None:
        note_call(books, before.id, update.call)
    if before.paid_instead is not None:  # opened, or open again, after another way was paid
        close_checkout(books, books.payment(before.id))
    return ACCEPTED


def find_mismatch(payment: Payment, update: CheckoutUpdate) -> str | None:
    """Why an update does not fit the payment, in a sentence for moderators; None if it does.

    Cases 25, 27, 28 and 29: full discounts, recovered sessions, other amounts, other metadata.
    """
    if not _is_as_given(payment, update):
        return "The checkout's metadata is not what we gave it."
    if payment.session not in {None, update.session, update.recovered_from}:
        return "The payment has another checkout."
    if update.tells_no_amount and (update.as_asked or payment.adopted_as is not None):
        return find_discount(update)
    if update.currency != payment.price.currency:
        return f"The checkout is in {update.currency}, the package in {payment.price.currency}."
    return find_amount_mismatch(payment, update)


def _is_as_given(payment: Payment, update: CheckoutUpdate) -> bool:
    """Whether a checkout's metadata is ours; of one that we know by its id, some may be gone."""
    said = update.reference
    known_as = {update.session, update.recovered_from}
    is_known = payment.session is not None and payment.session in known_as
    pairs = (
        (said.payment or None, payment.id),
        (said.guild, payment.guild),
        (said.member, payment.member),
        (said.package, payment.package),
    )
    return all(theirs == ours or (theirs is None and is_known) for theirs, ours in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyCheckoutLookup(Command[UpdateResult]):
    """Apply what was found of a payment's checkout when the provider was asked.

    Attributes:
        payment: Whose checkout.
        update: The provider's update of it.
    """

    kind = "payment.hear_look_up"
    result = UpdateResult

    payment: PaymentId
    update: CheckoutUpdate = field(compare=False)

    @staticmethod
    def key_of(payment: PaymentId, update: CheckoutUpdate, at: Instant) -> CommandKey:
        """The key of one finding: its facts only move forward, so each has its effect once."""
        found = f"{update.session}:{update.status}:{update.money}"
        if update.call is not None:  # the same may be asked for again after it was refused
            found += f":{update.call.kind}:{at}"
        return CommandKey(f"look-up:{payment}:{found}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> UpdateResult:
        """Compare it with the payment, and accept it or note a mismatch."""
        return with_moved(books, apply_update(books, self.update, self.payment))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyClaimLookup(Command[UpdateResult]):
    """Apply the provider's update of a refund or a dispute.

    Its key names the object and the version for which it was asked for, never the answer: the
    second time that a dispute opens is a new fact. Of two different answers for one version the
    second ends in `KeyReused` and must be asked for again, as after `Superseded`.

    Attributes:
        payment: Whose refund or dispute.
        told: The provider's update of it.
    """

    kind = "payment.hear_claim"
    result = UpdateResult

    payment: PaymentId
    told: ClaimUpdate  # an update; the stored content of commands calls it so

    @staticmethod
    def key_of(update: ClaimUpdate) -> CommandKey:
        """The key of an update for one version."""
        return CommandKey(f"claim:{update.payment}:{object_of(update)}:{update.seen}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> UpdateResult:
        """Make the payment's points match it.

        Raises:
            Superseded: Another answer about it was applied meanwhile.
            Refused: It does not fit the payment; says why.
        """
        result = apply_update(books, self.told, self.payment)
        if result.superseded:
            raise Superseded
        if result != ACCEPTED:
            raise Refused("{reason}", reason=Verbatim(result.reason))
        return result
