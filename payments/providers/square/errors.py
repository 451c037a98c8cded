"""What Square answers that is no success (Square: Error codes)."""

from http import HTTPStatus

import structlog

from payments.providers.json_calls import Answered as AnsweredBase
from payments.providers.wire import Answer, shown

log = structlog.get_logger(__name__)


class Answered(AnsweredBase):
    """An answer that is no success, or that has no use.

    Attributes:
        code: Square's word for what is wrong; empty if it gave none.
        category: Square's word for the kind of that.
    """

    def __init__(
        self, status: int, *, code: str = "", category: str = "", retry_after: float | None = None
    ) -> None:
        words = f"Square: status {status}, {code or 'no reason'}."
        super().__init__(words, status, retry_after=retry_after)
        self.code = code
        self.category = category


def failure_of(answer: Answer) -> Answered:
    """What an answer that is no success, or of no use, says."""
    errors = answer.said.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else {}
    said = first if isinstance(first, dict) else {}
    code = shown(said.get("code"))
    if answer.is_too_long or answer.is_success:
        code = "TOO_LONG" if answer.is_too_long else "NO_JSON"
    failure = Answered(
        HTTPStatus.BAD_GATEWAY if answer.is_success else answer.status,
        code=code,
        category=shown(said.get("category")),
        retry_after=answer.retry_after,
    )
    log.info("square.refused", status=failure.status, code=code, field=shown(said.get("field")))
    return failure
