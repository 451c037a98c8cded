"""Updates of our payments from PayPal's disputes (PayPal: Disputes; schema `dispute`).

A case begins as an inquiry, in which nothing moves, and may become a claim of PayPal's (which is
called CHARGEBACK, and is none of a bank's). Resolved cases can turn again: sellers may appeal.
"""

from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import UNNAMED, DisputeStatus, DisputeUpdate
from payments.domain.values.references import ReferenceKind
from payments.domain.values.share import ALL, NOTHING, Share
from payments.domain.values.traces import Traces
from payments.providers.paypal.ownership import id_of, traces
from payments.providers.paypal.shapes import Dispute, DisputedTransaction, Movement
from payments.providers.reading import Reading, instant_of, what_is_wrong

INQUIRY: Final = "INQUIRY"
STAGES: Final = frozenset({INQUIRY, "CHARGEBACK", "PRE_ARBITRATION", "ARBITRATION"})
RESOLVED: Final = "RESOLVED"
STATUSES: Final = frozenset(
    {
        "OPEN",
        "WAITING_FOR_BUYER_RESPONSE",
        "WAITING_FOR_SELLER_RESPONSE",
        "UNDER_REVIEW",
        RESOLVED,
        "OTHER",
    }
)

OUTCOMES: Final = {
    "RESOLVED_BUYER_FAVOUR": DisputeStatus.LOST,
    "ACCEPTED": DisputeStatus.LOST,
    "RESOLVED_SELLER_FAVOUR": DisputeStatus.WON,
    "CANCELED_BY_BUYER": DisputeStatus.WON,
    "DENIED": DisputeStatus.WON,
}
"""RESOLVED_WITH_PAYOUT says only that the buyer was paid, perhaps by PayPal: the money decides."""

PAYOUT: Final = "RESOLVED_WITH_PAYOUT"
SETTLEMENT: Final = frozenset({None, "DISPUTE_SETTLEMENT"})
"""Why what is disputed moves; fees have reasons of their own."""


def traces_of_dispute(found: dict[str, Any], *, whole: bool = True) -> Traces:
    """What says whose a dispute is."""
    listed = found.get("disputed_transactions")
    parts = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    captures = ((ReferenceKind.INTENT, id_of(each.get("seller_transaction_id"))) for each in parts)
    return traces(
        [(ReferenceKind.DISPUTE, id_of(found.get("dispute_id"))), *captures],
        (each.get("custom") for each in parts),
        whole=whole,
    )


def captures_of(found: dict[str, Any]) -> tuple[str, ...]:
    """The captures that a dispute is of."""
    references = traces_of_dispute(found).references
    return tuple(sorted(each.id for each in references if each.kind is ReferenceKind.INTENT))


def taken_by(found: dict[str, Any]) -> Money | None:
    """What PayPal took for a dispute, whoever has it now; None if that is nothing.

    What it says that it moved; else all that is disputed, once it is more than an inquiry.
    """
    update = read_dispute(found).update
    if not isinstance(update, DisputeUpdate):
        return None
    debits = [money for kind, money in _moved(Dispute.model_validate(found)) if kind == "DEBIT"]
    if debits:
        currency = debits[0].currency
        same = [each.minor for each in debits if each.currency == currency]
        return Money(minor=sum(same), currency=currency)
    return None if found.get("dispute_life_cycle_stage") == INQUIRY else update.amount


def read_dispute(found: dict[str, Any]) -> Reading:
    """Read a dispute that was fetched."""
    try:
        dispute = Dispute.model_validate(found)
        amount = dispute.dispute_amount.money
        status, unknown = _status_of(dispute)
        moved = _moved(dispute)
        update = DisputeUpdate(
            payment=UNNAMED,
            dispute=dispute.dispute_id,
            status=status,
            amount=amount,
            share=_share_of(dispute, amount),
            returned=_returned(dispute, amount, moved) if status is DisputeStatus.LOST else NOTHING,
            reason=(dispute.reason or "").casefold(),
            due_by=instant_of(dispute.seller_response_due_date),
            intent=_intent_of(dispute.disputed_transactions),
            unknown=unknown,
        )
    except ValidationError as error:
        return Reading(wrong=f"The dispute makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The dispute makes no sense: {error}.")
    return Reading(update=update)


def _status_of(dispute: Dispute) -> tuple[DisputeStatus, str]:
    """How it stands, and PayPal's word for that if it is not known here."""
    stage, status = dispute.dispute_life_cycle_stage or "", dispute.status or ""
    if stage not in STAGES or status not in STATUSES:
        return DisputeStatus.OPEN, status if stage in STAGES else stage or "(none)"
    outcome = dispute.dispute_outcome
    code = (outcome.outcome_code if outcome is not None else None) or ""
    if status != RESOLVED:
        return (DisputeStatus.INQUIRY if stage == INQUIRY else DisputeStatus.OPEN), ""
    if code == PAYOUT or stage == INQUIRY:  # a refund in an inquiry has an update of its own
        lost = _lost(_moved(dispute)) > 0
        return (DisputeStatus.LOST if lost else DisputeStatus.WON), ""
    if code in OUTCOMES:
        return OUTCOMES[code], ""
    return DisputeStatus.OPEN, code or RESOLVED


def _moved(dispute: Dispute) -> list[tuple[str, Money]]:
    """What was taken from the seller (DEBIT) and given back (CREDIT), in order; without fees."""
    ours: list[Movement] = [
        each
        for each in dispute.money_movements
        if each is not None and each.affected_party == "SELLER" and each.reason in SETTLEMENT
    ]
    return [(each.type, each.amount.money) for each in ours]


def _lost(moved: list[tuple[str, Money]]) -> int:
    """Minor units that the seller has lost by it; movements are in one currency."""
    taken = sum(money.minor for kind, money in moved if kind == "DEBIT")
    return taken - sum(money.minor for kind, money in moved if kind == "CREDIT")


def _returned(dispute: Dispute, amount: Money, moved: list[tuple[str, Money]]) -> Share:
    """How much of what it was about the seller kept or got back although it was lost.

    By the movements, as far as they are in the currency of the dispute; else by what the outcome
    says that the buyer got.
    """
    if not amount.minor:
        return NOTHING
    if any(kind == "DEBIT" for kind, _ in moved):
        if any(money.currency != amount.currency for _, money in moved):
            return NOTHING
        lost = _lost(moved)
    else:
        outcome = dispute.dispute_outcome
        paid = outcome.amount_refunded if outcome is not None else None
        if paid is None or paid.money.currency != amount.currency:
            return NOTHING
        lost = paid.money.minor
    back = min(max(amount.minor - lost, 0), amount.minor)
    return Share(part=back, whole=amount.minor)


def _share_of(dispute: Dispute, amount: Money) -> Share | None:
    """How much of the payment it is about; None if the amount alone must say it."""
    listed = dispute.disputed_transactions
    if len(listed) > 1:  # of several payments: how much of which is not said
        return ALL
    whole = listed[0].gross_amount if listed else None
    if whole is None:
        return None
    gross = whole.money
    if gross.currency != amount.currency or not gross.minor:
        return None
    return Share(part=amount.minor, whole=gross.minor)


def _intent_of(listed: list[DisputedTransaction]) -> str | None:
    """The capture that it is of; None if it does not say, or names several."""
    return listed[0].seller_transaction_id if len(listed) == 1 else None
