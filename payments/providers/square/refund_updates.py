"""Updates of our payments from Square's refunds."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from payments.domain.values.provider_updates import UNNAMED, RefundStatus, RefundUpdate
from payments.domain.values.references import ReferenceKind
from payments.domain.values.traces import Traces
from payments.providers.reading import Reading, what_is_wrong
from payments.providers.square.ownership import id_of, refund_of, traces
from payments.providers.square.shapes import Refund

REFUND_STATUS: Final = {
    "PENDING": RefundStatus.PENDING,
    "COMPLETED": RefundStatus.SUCCEEDED,
    "REJECTED": RefundStatus.FAILED,
    "FAILED": RefundStatus.FAILED,
}


def traces_of_refund(
    refund: Mapping[str, Any], order: Mapping[str, Any] | None = None, *, whole: bool = True
) -> Traces:
    """What says whose a refund is.

    Args:
        refund: The refund.
        order: What its payment paid, if that was fetched.
        whole: Whether fetching it would tell no more.
    """
    references = [
        (ReferenceKind.REFUND, id_of(refund.get("id"))),
        (ReferenceKind.INTENT, id_of(refund.get("payment_id"))),
        (ReferenceKind.CHECKOUT, None if order is None else id_of(order.get("id"))),
    ]
    return traces(references, order, whole=whole)


def read_refund(found: Mapping[str, Any], *, payment: str | None = None) -> Reading:
    """Read a refund that was fetched.

    Args:
        found: The refund.
        payment: What it is of, if it does not say so itself.
    """
    try:
        refund = Refund.model_validate(found)
    except ValidationError as error:
        return Reading(wrong=f"The refund makes no sense: {what_is_wrong(error)}.")
    status = REFUND_STATUS.get(refund.status)
    is_pending = status is RefundStatus.PENDING
    update = RefundUpdate(
        payment=UNNAMED,
        refund=refund_of(refund.reason) or refund.id,
        status=status or RefundStatus.PENDING,
        amount=refund.amount_money.money,
        provider_id=refund.id,
        intent=refund.payment_id or payment,
        pending_reason=refund.status if is_pending else "",
        unknown="" if status is not None else refund.status,
    )
    return Reading(update=update)
