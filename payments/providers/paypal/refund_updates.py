"""Updates of our payments from PayPal's refunds, and from what PayPal took back itself."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import UNNAMED, RefundStatus, RefundUpdate
from payments.domain.values.references import ReferenceKind
from payments.domain.values.share import Share
from payments.domain.values.traces import Traces
from payments.providers.paypal.ownership import custom_of, id_of, linked, traces
from payments.providers.paypal.shapes import Refund
from payments.providers.reading import Reading, what_is_wrong

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


def read_reversals(
    found: Sequence[dict[str, Any]], disputed: Iterable[Money]
) -> list[tuple[dict[str, Any], Reading]]:
    """Read all that PayPal took back of one capture itself.

    Most of it is the money side of disputes, which have updates of their own: what they took is
    counted there, and here only what is beyond.

    Args:
        found: The reversals, which have the form of refunds.
        disputed: What each of the capture's disputes took.
    """
    left: dict[str, int] = {}
    for taken in disputed:
        left[taken.currency] = left.get(taken.currency, 0) + taken.minor
    by_id = sorted(found, key=lambda each: str(each.get("id")))
    return [(each, _beyond(read_refund(each), left)) for each in by_id]


def _beyond(reading: Reading, left: dict[str, int]) -> Reading:
    """A reversal without what of it is counted elsewhere; takes that off what is left there."""
    update = reading.update
    if not isinstance(update, RefundUpdate) or update.status is RefundStatus.FAILED:
        return reading
    amount = update.amount
    elsewhere = min(amount.minor, left.get(amount.currency, 0))
    if not elsewhere:
        return reading
    left[amount.currency] -= elsewhere
    if elsewhere == amount.minor:
        return Reading(update=replace(update, status=RefundStatus.WITHDRAWN, unknown=""))
    return Reading(update=replace(update, share=Share(part=amount.minor - elsewhere)))
