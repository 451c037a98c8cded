"""Calls to Stripe under the policy, with its errors in our words."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import stripe

from payments.outside import BreakerOpen, Failure, Outside
from payments.providers.protocol import ProviderRefused, ProviderUnavailable

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

    async def make(self, work: Callable[[], Awaitable[stripe.StripeObject]]) -> dict[str, Any]:
        """Make one call, again where that may help.

        Returns:
            The object that Stripe answered with.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            ProviderRefused: Stripe said no.
        """
        reached = False

        async def noting() -> dict[str, Any]:
            nonlocal reached
            try:
                return (await work()).to_dict()
            except (AttributeError, TypeError) as error:  # JSON, but no object: the SDK trips
                reached = True
                raise stripe.APIError("The answer is no object.") from error
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

    async def make_all(
        self,
        ask: Callable[[dict[str, Any]], Awaitable[stripe.StripeObject]],
        params: dict[str, Any],
    ) -> list[dict[str, Any]]:
        """Ask for all pages of a list. Raises as `make`."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            page = await self.make(functools.partial(ask, params | {"limit": 100} | after))
            data = page.get("data")
            if not isinstance(data, list):
                raise ProviderUnavailable("Stripe: its list is no list.")
            found += data
            more = bool(data and page.get("has_more"))
        return found


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
