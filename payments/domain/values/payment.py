"""A payment: one purchase, from checkout to refund, and the state that follows from its facts.

There is no table of transitions. What only grows moves forward, what can turn round is as the
provider last answered, and the state is computed from both, so no order of messages can confuse it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import Claim, Dispute, Refund
from payments.domain.values.payment_facts import PaymentFacts
from payments.domain.values.payment_state import (
    CHECKOUT_ORDER,
    MONEY_ORDER,
    UNDER_WAY,
    PaymentState,
)
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    ClaimUpdate,
    DisputeStatus,
    DisputeUpdate,
    FraudWarningUpdate,
    MoneyStatus,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.purchase_check import with_authorization

_NOTHING_CHARGED: Final = Sentence(
    "Nothing has been charged yet: refuse this purchase to release its money."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(PaymentFacts):
    """One purchase: where it stands, and what its refunds and disputes come to."""

    @property
    def state(self) -> PaymentState:
        """Where the payment stands: a pure function of what has been told."""
        if self.money is MoneyStatus.PAID:
            return self._state_of_paid
        if self.money is MoneyStatus.FAILED or self.checkout is CheckoutStatus.ABANDONED:
            return PaymentState.FAILED
        if self.money is MoneyStatus.AUTHORIZED:
            return PaymentState.AUTHORIZED
        if self.money is MoneyStatus.PROCESSING:
            return PaymentState.PROCESSING
        if self.checkout is CheckoutStatus.EXPIRED:
            return PaymentState.EXPIRED
        return PaymentState.INITIATED

    @property
    def _state_of_paid(self) -> PaymentState:
        if self._is_dispute_open:
            return PaymentState.DISPUTED
        if self.is_charged_back:
            return PaymentState.CHARGED_BACK
        return PaymentState.REFUNDED if self._is_all_refunded else PaymentState.COMPLETED

    @property
    def _is_all_refunded(self) -> bool:
        if self.paid:
            return self.refunded >= self.paid
        return sum(each.claimed(self.paid) for each in self._claims_of(RefundStatus.SUCCEEDED)) >= 1

    @property
    def is_charged_back(self) -> bool:
        """Whether a dispute of it was lost, and not all of that money came back."""
        return any(dispute.is_charged_back for dispute in self._own_disputes)

    @property
    def _is_dispute_open(self) -> bool:
        return any(dispute.status is DisputeStatus.OPEN for dispute in self._own_disputes)

    @property
    def is_disputed(self) -> bool:
        """Whether the buyer's bank decides where its money goes, or has taken some of it."""
        return self._is_dispute_open or self.is_charged_back

    @property
    def refunded(self) -> int:
        """Minor units that have gone back by refunds that succeeded."""
        return self._sum_of(RefundStatus.SUCCEEDED)

    @property
    def refunding(self) -> int:
        """Minor units that are on their way back."""
        return self._sum_of(RefundStatus.PENDING)

    @property
    def refunded_elsewhere(self) -> int:
        """Minor units that have gone back, or are on their way, without being asked for here."""
        standing = (RefundStatus.SUCCEEDED, RefundStatus.PENDING)
        return sum(
            self._value_of(each)
            for each in self.refunds
            if each.order is None and each.status in standing and self._is_own(each)
        )

    @property
    def is_refunding(self) -> bool:
        """Whether anything of it is on its way back, however little."""
        own = (each for each in self.refunds if self._is_own(each))
        return any(each.status is RefundStatus.PENDING for each in own)

    @property
    def refundable(self) -> int:
        """Minor units of what was paid that are neither back nor on their way."""
        return max(0, (self.paid or 0) - self.refunded - self.refunding)

    @property
    def why_not_refundable(self) -> Sentence | None:  # noqa: PLR0911 - one for each reason
        """Why nothing of it can be refunded now, in a sentence; None if something can."""
        if self.money is MoneyStatus.PAID and not self.price.has_currency:
            return Sentence("What was paid is not known here: only its provider can refund it.")
        if self.money is MoneyStatus.AUTHORIZED:
            return _NOTHING_CHARGED
        if self.money is not MoneyStatus.PAID or not self.paid:
            return Sentence("This payment has not been paid, so there is nothing to refund.")
        if self.is_disputed:
            return Sentence(
                "This payment is disputed: the buyer's bank decides where its money goes."
            )
        if self.intent is None:
            return Sentence("The provider's id of this payment is not known: refund it there.")
        if not self.refundable:
            return Sentence("All of this payment was refunded already, or is on its way back.")
        return None

    @property
    def goes_back(self) -> bool:
        """Whether it was paid for nothing, and can go back.

        What has failed is not tried again, but for once for each dispute that was won: until then
        the bank had the money.
        """
        vain = (RefundStatus.FAILED, RefundStatus.WITHDRAWN)
        failed = sum(1 for each in self.refunds if each.is_by_itself and each.status in vain)
        won = sum(1 for each in self._own_disputes if each.status is DisputeStatus.WON)
        return self.surplus_at is not None and self.why_not_refundable is None and failed <= won

    def _sum_of(self, status: RefundStatus) -> int:
        own = (each for each in self.refunds if self._is_own(each))
        return sum(self._value_of(refund) for refund in own if refund.status is status)

    def _value_of(self, claim: Claim) -> int:
        """A claim in minor units of the price's currency; of one in another, by its share."""
        if claim.amount.currency == self.price.currency:
            return claim.amount.minor
        return int(claim.claimed(self.paid) * (self.paid or 0))

    @property
    def _own_disputes(self) -> list[Dispute]:
        return [each for each in self.disputes if self._is_own(each)]

    def _is_own(self, claim: Refund | Dispute) -> bool:
        """Whether it is about this payment's money, not about another checkout with our metadata.

        Updates of another one before this one is paid cannot be told apart until then.
        """
        return claim.intent in {None, self.intent} or self.intent is None

    def refund(self, refund: str) -> Refund | None:
        """One of its refunds."""
        return next((each for each in self.refunds if each.id == refund), None)

    def dispute(self, dispute: str) -> Dispute | None:
        """One of its disputes."""
        return next((each for each in self.disputes if each.id == dispute), None)

    def claim_of(self, update: ClaimUpdate) -> Claim | None:
        """What is stored of the refund or dispute that something is said of, if anything is."""
        if isinstance(update, DisputeUpdate):
            return self.dispute(update.dispute)
        return self.refund(self._name_of(update))

    def _name_of(self, update: RefundUpdate) -> str:
        """Under which id a refund is kept: its own if the provider made a second one of ours."""
        known = self.refund(update.refund)
        if known and update.provider_id and known.provider_id not in {None, update.provider_id}:
            return update.provider_id
        return update.refund

    def is_fraud(self, refund: Refund) -> bool:
        """Whether a refund of it is for fraud: made for that reason, or the issuer warned of it.

        Case 57: such a refund reaches points as far as a dispute does.
        """
        return refund.is_fraud or self.fraud_warning is not None

    @property
    def banning_claims(self) -> frozenset[str]:
        """The disputes that were lost and refunds for fraud for which its buyer may not buy.

        None where another way was paid: that money was to go back.
        """
        if self.paid_instead is not None:
            return frozenset()
        lost = {each.id for each in self._own_disputes if each.is_charged_back}
        standing = self._claims_of(RefundStatus.PENDING, RefundStatus.SUCCEEDED)
        fraud = {each.id for each in standing if isinstance(each, Refund) and self.is_fraud(each)}
        return frozenset(lost | fraud)

    @property
    def target(self) -> int:
        """How many of its points are to be out of the buyer's hands: held or burned."""
        return self._points_of(
            self._claims_of(RefundStatus.SUCCEEDED, DisputeStatus.LOST, *UNDER_WAY)
        )

    @property
    def reach_target(self) -> int:
        """How many of those may be taken from whom they were passed on to.

        As many as disputes and refunds for fraud ask for.
        """
        standing = self._claims_of(RefundStatus.SUCCEEDED, DisputeStatus.LOST, *UNDER_WAY)
        return self._points_of(
            each for each in standing if isinstance(each, Dispute) or self.is_fraud(each)
        )

    @property
    def burn_target(self) -> int:
        """How many of those are gone for good: pending refunds and open disputes left out."""
        return self._points_of(self._claims_of(RefundStatus.SUCCEEDED, DisputeStatus.LOST))

    @property
    def final_reach(self) -> int:
        """How many of those that may be taken from others are so for good.

        Open disputes, and refunds that are on their way, are left out.
        """
        ended = self._claims_of(RefundStatus.SUCCEEDED, DisputeStatus.LOST)
        return self._points_of(
            each for each in ended if isinstance(each, Dispute) or self.is_fraud(each)
        )

    def _claims_of(self, *statuses: RefundStatus | DisputeStatus) -> list[Claim]:
        """Its own refunds and disputes of these statuses."""
        claims: tuple[Claim, ...] = (*self.refunds, *self.disputes)
        return [each for each in claims if each.status in statuses and self._is_own(each)]

    def _points_of(self, claims: Iterable[Claim]) -> int:
        """The points that claims stand for, computed for the payment as a whole.

        Rounded down; all of them once all of it is claimed. So any series of partial refunds that
        adds up to the price takes exactly the package's points.
        """
        if self.credited_at is None:
            return 0
        claimed = sum(each.claimed(self.paid) for each in claims)
        return int(self.points * min(claimed, 1))

    def with_checkout(self, update: CheckoutUpdate) -> "Payment":
        """The payment after an update of its checkout; facts only move forward."""
        checkout = max(self.checkout, update.status, key=CHECKOUT_ORDER.index)
        money = max(self.money, update.money, key=MONEY_ORDER.index)
        paid, tax = self.paid, self.tax
        if money is MoneyStatus.PAID and paid is None:
            paid = self.price.minor if update.total is None else update.total
            tax = None if tax is None else tax.paid(update.tax)
        return replace(
            self,
            check=with_authorization(self.check, update),
            session=update.session,
            checkout=checkout,
            money=money,
            paid=paid,
            intent=update.intent or self.intent,
            expires_at=update.expires_at or self.expires_at,
            tax=tax,
        )

    def with_refund(self, update: RefundUpdate) -> "Payment":
        """The payment after what the provider answered about one of its refunds."""
        name = self._name_of(update)
        return self.with_one(Refund.answered(update, self.refund(name), id=name))

    def with_one(self, refund: Refund) -> "Payment":
        """The payment with one refund as it is now."""
        others = tuple(each for each in self.refunds if each.id != refund.id)
        return replace(self, refunds=(*others, refund))

    def with_dispute(self, update: DisputeUpdate) -> "Payment":
        """The payment after what the provider answered about one of its disputes."""
        dispute = Dispute.answered(update, self.dispute(update.dispute))
        others = tuple(d for d in self.disputes if d.id != update.dispute)
        return replace(self, disputes=(*others, dispute))

    def with_fraud_warning(self, update: FraudWarningUpdate) -> "Payment":
        """The payment after the provider warned that it may be fraud; the first one counts."""
        return replace(self, fraud_warning=self.fraud_warning or update.warning)
