"""What PayPal's answers that are no success say."""

from http import HTTPStatus

import structlog

from payments.providers.paypal.errors import Answered
from payments.providers.wire import Answer, shown

log = structlog.get_logger(__name__)


def failure_of(answer: Answer) -> Answered:
    """What an answer that is no success, or of no use, says."""
    details = answer.said.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    issue = first.get("issue") if isinstance(first, dict) else None
    name = shown(answer.said.get("name") or answer.said.get("error"))
    if answer.is_too_long or answer.is_success:
        name = "TOO_LONG" if answer.is_too_long else "NO_JSON"
    failure = Answered(
        HTTPStatus.BAD_GATEWAY if answer.is_success else answer.status,
        name=name,
        issue=shown(issue),
        debug_id=shown(answer.headers.get("Paypal-Debug-Id")) or shown(answer.said.get("debug_id")),
        retry_after=answer.retry_after,
    )
    log.info(
        "paypal.refused",
        status=failure.status,
        issue=failure.issue or failure.name,
        debug_id=failure.debug_id,
    )
    return failure
