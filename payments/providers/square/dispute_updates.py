"""Updates of our payments from Square's disputes (Square: Disputes API overview)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.provider_updates import UNNAMED, DisputeStatus, DisputeUpdate
from payments.domain.values.references import ReferenceKind
from payments.domain.values.traces import Traces
from payments.providers.reading import Reading, instant_of, what_is_wrong
from payments.providers.square.ownership import id_of, traces
from payments.providers.square.shapes import Dispute

DISPUTE_STATUS: Final = {
    "INQUIRY_EVIDENCE_REQUIRED": DisputeStatus.INQUIRY,
    "INQUIRY_PROCESSING": DisputeStatus.INQUIRY,
    "INQUIRY_CLOSED": DisputeStatus.INQUIRY,
    "EVIDENCE_REQUIRED": DisputeStatus.OPEN,
    "PROCESSING": DisputeStatus.OPEN,
    "WON": DisputeStatus.WON,
    "LOST": DisputeStatus.LOST,
    "ACCEPTED": DisputeStatus.LOST,
}
"""In an inquiry nothing moves; Square takes the money when a dispute is opened."""


def payment_of(dispute: Mapping[str, Any]) -> str | None:
    """The payment that a dispute is of."""
    found = dispute.get("disputed_payment")
    return id_of(found.get("payment_id")) if isinstance(found, dict) else None


def dispute_id_of(dispute: Mapping[str, Any]) -> str | None:
    """The id of a dispute; older messages have it in `dispute_id` alone."""
    return id_of(dispute.get("id")) or id_of(dispute.get("dispute_id"))


def traces_of_dispute(
    dispute: Mapping[str, Any], order: Mapping[str, Any] | None = None, *, whole: bool = True
) -> Traces:
    """What says whose a dispute is.

    Args:
        dispute: The dispute.
        order: What its payment paid, if that was fetched.
        whole: Whether fetching it would tell no more.
    """
    references = [
        (ReferenceKind.DISPUTE, dispute_id_of(dispute)),
        (ReferenceKind.INTENT, payment_of(dispute)),
        (ReferenceKind.CHECKOUT, None if order is None else id_of(order.get("id"))),
    ]
    return traces(references, order, whole=whole)


def read_dispute(found: Mapping[str, Any]) -> Reading:
    """Read a dispute that was fetched."""
    try:
        dispute = Dispute.model_validate({**found, "id": dispute_id_of(found)})
    except ValidationError as error:
        return Reading(wrong=f"The dispute makes no sense: {what_is_wrong(error)}.")
    status = DISPUTE_STATUS.get(dispute.state)
    update = DisputeUpdate(
        payment=UNNAMED,
        dispute=dispute.id,
        status=status or DisputeStatus.OPEN,
        amount=dispute.amount_money.money,
        reason=(dispute.reason or "").casefold(),
        due_by=instant_of(dispute.due_at),
        intent=payment_of(found),
        unknown="" if status is not None else dispute.state,
    )
    return Reading(update=update)
