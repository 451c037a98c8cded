"""Calls to Stripe under the policy, with its errors in our words."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import aiohttp
import stripe

from payments.outside import BreakerOpen, Failure, Outside
from payments.providers.protocol import ProviderRefused, ProviderUnavailable

T = TypeVar("T")

SERVER_ERROR = 500
BUSY = frozenset({409, 429})
"""Too many requests; or the same key is in use by an earlier try that is still under way."""


class Calls:
    """Makes calls to Stripe.

    Args:
        outside: The policy.
    """

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    async def make(self, work: Callable[[], Awaitable[T]]) -> T:
        """Make one call, again where that may help.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            ProviderRefused: Stripe said no.
        """
        reached = False

        async def noting() -> T:
            nonlocal reached
            try:
                return await work()
            except BaseException as error:
                reached = reached or not _is_unconnected(error)
                raise

        try:
            return await self._outside.call(
                "stripe", noting, judge=_judge, retry_after=_retry_after
            )
        except BreakerOpen as error:
            raise ProviderUnavailable(str(error), nothing_done=True) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ProviderUnavailable(f"Stripe: {type(error).__name__}.") from error
        except stripe.StripeError as error:
            if _judge(error) is Failure.FINAL:
                raise ProviderRefused(_sentence(error), code=error.code or "") from error
            raise ProviderUnavailable(_sentence(error), nothing_done=not reached) from error


def _is_unconnected(error: BaseException) -> bool:
    """Whether there was no connection, so that nothing can have been sent."""
    return isinstance(error.__cause__, aiohttp.ClientConnectorError)


def _judge(error: BaseException) -> Failure:
    if isinstance(error, stripe.StripeError):
        status = error.http_status
        if status in BUSY:
            return Failure.BUSY
        if isinstance(error, stripe.IdempotencyError):
            return Failure.FINAL
        if isinstance(error, stripe.APIConnectionError) or status is None:
            return Failure.AWAY
        if status >= SERVER_ERROR or isinstance(error, stripe.APIError):
            return Failure.AWAY  # also an answer that is no JSON
        return Failure.FINAL
    away = isinstance(error, aiohttp.ClientError | OSError)
    return Failure.AWAY if away else Failure.FINAL


def _retry_after(error: BaseException) -> float | None:
    headers: Mapping[str, Any] = getattr(error, "headers", None) or {}
    asked = str(headers.get("retry-after", headers.get("Retry-After", "")))
    return float(asked) if asked.isdecimal() else None


def _sentence(error: stripe.StripeError) -> str:
    """What went wrong, without the message, which may quote what was sent."""
    kind = type(error).__name__
    return f"Stripe: {kind}, status {error.http_status}, code {error.code}."
