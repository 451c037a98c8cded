"""What Discord answers that is no success (Discord: HTTP error codes)."""

from http import HTTPStatus

import structlog

from payments.providers.json_calls import Answered as AnsweredBase
from payments.providers.wire import Answer

log = structlog.get_logger(__name__)


class Answered(AnsweredBase):
    """An answer that is no success, or that has no use.

    Attributes:
        code: Discord's number for what is wrong; empty if it gave none.
    """

    def __init__(self, status: int, *, code: str = "", retry_after: float | None = None) -> None:
        words = f"Discord: status {status}, {f'code {code}' if code else 'no reason'}."
        super().__init__(words, status, retry_after=retry_after)
        self.code = code


def failure_of(answer: Answer) -> Answered:
    """What an answer that is no success, or of no use, says."""
    said = answer.said.get("code")
    code = str(said) if isinstance(said, int) and said else ""
    status = HTTPStatus.BAD_GATEWAY if answer.is_success else answer.status
    log.info("discord_skus.refused", status=status, code=code)
    return Answered(status, code=code, retry_after=_pause_of(answer))


def _pause_of(answer: Answer) -> float | None:
    """Seconds to wait; Discord writes them to the millisecond in the body."""
    asked = answer.said.get("retry_after")
    if isinstance(asked, bool) or not isinstance(asked, int | float) or asked < 0:
        return answer.retry_after
    return float(asked)
