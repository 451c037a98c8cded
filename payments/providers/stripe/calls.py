"""Calls to Stripe under the policy, with its errors in our words."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import aiohttp
import stripe

from payments.domain.values.characters import all_cleaned
from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.providers.stripe.key_access import access_refused

SERVER_ERROR = 500
"""Something broke while Stripe was at it: it keeps this answer for the key. What stands before its
servers answers 502 to 504, and says nothing of what they do.
"""

BUSY = frozenset({409, 429})
"""Too many requests; or the same key is in use by an earlier try that is still under way."""

REFUSALS: Final[Mapping[str, Refusal]] = {
    "resource_missing": Refusal.UNKNOWN_OBJECT,
    "charge_disputed": Refusal.DISPUTED,
    "charge_already_refunded": Refusal.REFUNDED,
}
"""Stripe's words, from its page "Error codes"; any other says only no."""


class Calls:
    """Makes calls to Stripe.

    Args:
        outbound: The policy.
        purpose: What the calls are made for.
        refused: Called when Stripe refuses the key.
    """

    def __init__(
        self,
        outbound: Outbound,
        purpose: Purpose,
        refused: Callable[[AccessRefused], None] = lambda _: None,
    ) -> None:
        self._outbound = outbound
        self._refused = refused
        self._line = Line(integration="stripe", purpose=purpose)

    async def make(
        self,
        work: Callable[[], Awaitable[stripe.StripeObject]],
        *,
        about: str | None = None,
    ) -> dict[str, Any]:
        """Make one call, again where that may help.

        Args:
            work: Makes one try.
            about: Id of the object that it is about, if there is one already.

        Returns:
            The object as Stripe's JSON has it: the SDK's own objects hold types that no JSON has,
            such as `Decimal`.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            AccessRefused: Stripe refuses the key.
            ProviderRefused: Stripe said no.
        """
        try:
            return await self._outbound.call(
                self._line,
                lambda: _answer_of(work),
                classify_error=_classify_error,
                retry_after=_retry_after,
                about=about,
            )
        except NotSent as error:
            raise ProviderUnavailable(str(error)) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise ProviderUnavailable(f"Stripe: {type(error).__name__}.") from error
        except stripe.StripeError as error:
            if (refusal := access_refused(error)) is not None:
                self._refused(refusal)
                raise refusal from error
            if _classify_error(error) is Failure.FINAL:
                code = error.code or ""
                why = REFUSALS.get(code, Refusal.OTHER)
                raise ProviderRefused(_sentence(error), code=code, why=why) from error
            spent = error.http_status == SERVER_ERROR
            raise ProviderUnavailable(
                _sentence(error), key_spent=spent, answered=_answered(error)
            ) from error

    async def make_all(
        self,
        ask: Callable[[dict[str, Any]], Awaitable[stripe.StripeObject]],
        params: dict[str, Any],
        *,
        about: str | None = None,
    ) -> list[dict[str, Any]]:
        """Ask for all pages of a list. Raises as `make`."""
        found: list[dict[str, Any]] = []
        more = True
        while more:
            after = {"starting_after": found[-1]["id"]} if found else {}
            wanted = params | {"limit": 100} | after
            page = await self.make(functools.partial(ask, wanted), about=about)
            data = page.get("data")
            if not isinstance(data, list):
                raise ProviderUnavailable("Stripe: its list is no list.", answered=True)
            found += data
            more = bool(data and page.get("has_more"))
        return found


def _answered(error: stripe.StripeError) -> bool:
    """Whether Stripe did answer, only not with anything of use: that may be the object's fault."""
    if isinstance(error, stripe.APIConnectionError):
        return False
    return error.http_status not in BUSY and (error.http_status or 0) <= SERVER_ERROR


async def _answer_of(work: Callable[[], Awaitable[stripe.StripeObject]]) -> dict[str, Any]:
    """What one try is answered, as plain JSON."""
    try:
        answer = (await work()).last_response
    except (AttributeError, TypeError) as error:  # JSON, but no object: the SDK trips
        raise stripe.APIError("The answer is no object.") from error
    if answer is None or not isinstance(answer.data, dict):
        raise stripe.APIError("The answer is no object.")
    data: dict[str, Any] = all_cleaned(answer.data)
    return data


def _classify_error(error: BaseException) -> Failure:
    if isinstance(error, stripe.StripeError):
        status = error.http_status
        if status in BUSY:
            return Failure.BUSY
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
