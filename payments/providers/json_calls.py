"""A call to a provider's JSON interface under the policy, with its errors in our words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from payments.domain.errors import GuildbankError
from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable


class Answered(GuildbankError):
    """An answer that is no success, or that has no use.

    Attributes:
        status: Of HTTP.
        retry_after: Seconds that the provider asks to wait, if it does.
    """

    def __init__(self, words: str, status: int, *, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """What a provider's answers mean that are no success.

    Attributes:
        title: What people call it.
        is_busy: Whether the same can be asked again in a moment.
        access_refused: What one says about the key; None if it is about what was asked.
        refusal: What one means that says no.
    """

    title: str
    is_busy: Callable[[Any], bool]
    access_refused: Callable[[Any], AccessRefused | None]
    refusal: Callable[[Any], ProviderRefused]

    def classify(self, error: BaseException) -> Failure:
        """What an error of a call says about the provider."""
        if isinstance(error, Answered):
            if self.is_busy(error):
                return Failure.BUSY
            is_no = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
            return Failure.FINAL if is_no else Failure.AWAY
        away = isinstance(error, aiohttp.ClientError | OSError)
        return Failure.AWAY if away else Failure.FINAL

    def in_words(self, error: Answered) -> ProviderRefused | ProviderUnavailable:
        """What an answer means for whoever asked."""
        if (refusal := self.access_refused(error)) is not None:
            return refusal
        if self.classify(error) is Failure.FINAL:
            return self.refusal(error)
        answered = not self.is_busy(error) and error.status <= HTTPStatus.INTERNAL_SERVER_ERROR
        return ProviderUnavailable(str(error), answered=answered)


async def call(
    outbound: Outbound,
    line: Line,
    attempt: Callable[[], Awaitable[dict[str, Any]]],
    meanings: Meanings,
    *,
    about: str | None = None,
) -> dict[str, Any]:
    """Make one call, again where that may help.

    Args:
        outbound: The policy.
        line: Whom it asks, and for what purpose.
        attempt: One try.
        meanings: What answers mean.
        about: Id of the object that it is about, if there is one already.

    Raises:
        ProviderUnavailable: Not reached, or no usable answer.
        AccessRefused: The provider refuses the key.
        ProviderRefused: It said no.
    """
    try:
        return await outbound.call(
            line,
            attempt,
            classify_error=meanings.classify,
            retry_after=lambda error: getattr(error, "retry_after", None),
            about=about,
        )
    except NotSent as error:
        raise ProviderUnavailable(str(error)) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise ProviderUnavailable(f"{meanings.title}: {type(error).__name__}.") from error
    except Answered as error:
        raise meanings.in_words(error) from error
