"""Updates of our payments from PayPal's refunds, and from what PayPal took back itself."""

from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.provider_updates import UNNAMED, RefundStatus, RefundUpdate
from payments.domain.values.references import ReferenceKind
from payments.domain.values.traces import Traces
from payments.providers.paypal.ownership import custom_of, id_of, linked, traces
from payments.providers.paypal.shapes import Reading, Refund, what_is_wrong

REFUND_STATUS: Final = {
    "PENDING": RefundStatus.PENDING,
    "COMPLETED": RefundStatus.SUCCEEDED,
    "FAILED": RefundStatus.FAILED,
    "CANCELLED": RefundStatus.FAILED,
}


def traces_of_refund(found: dict[str, Any], *, whole: bool = True) -> Traces:
    """What says whose a refund is."""
    references = [
        (ReferenceKind.REFUND, id_of(found.get("id"))),
        (ReferenceKind.INTENT, linked(found, "captures")),
    ]
    return traces(references, [found.get("custom_id")], whole=whole)


def read_refund(found: dict[str, Any], *, capture: str | None = None) -> Reading:
    """Read a refund that was fetched.

    Args:
        found: The refund.
        capture: What it is of, if it does not say so itself.
    """
    try:
        refund = Refund.model_validate(found)
        amount = refund.amount.money
    except ValidationError as error:
        return Reading(wrong=f"The refund makes no sense: {what_is_wrong(error)}.")
    except ValueError as error:
        return Reading(wrong=f"The refund makes no sense: {error}.")
    status, custom = REFUND_STATUS.get(refund.status), custom_of(refund.custom_id)
    details = refund.status_details
    update = RefundUpdate(
        payment=UNNAMED,
        refund=custom.refund if custom is not None and custom.refund is not None else refund.id,
        status=status or RefundStatus.PENDING,
        amount=amount,
        provider_id=refund.id,
        intent=linked(found, "captures") or capture,
        pending_reason=(details.reason or "") if details is not None else "",
        unknown="" if status is not None else refund.status,
    )
    return Reading(update=update)


def read_reversal(found: dict[str, Any], *, is_disputed: bool) -> Reading:
    """Read what PayPal took back itself.

    Args:
        found: The reversal, which has the form of a refund.
        is_disputed: Whether a dispute of the same payment has its own update, which this is the
            money of: then it counts there, and not here.
    """
    reading = read_refund(found)
    if is_disputed and isinstance(reading.update, RefundUpdate):
        moved = replace(reading.update, status=RefundStatus.WITHDRAWN, unknown="")
        return Reading(update=moved)
    return reading
