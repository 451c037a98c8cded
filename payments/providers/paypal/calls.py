"""Calls to PayPal under the policy, with its errors in our words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Final

from payments.infra.outbound import Line, Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.json_calls import Meanings, call
from payments.providers.paypal.errors import Answered
from payments.providers.paypal.ownership import PAYPAL
from payments.providers.paypal.tokens import Tokens
from payments.providers.protocol import Refusal
from payments.providers.wire import Ask, Wire

BUSY: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
"""Too many requests; or the same id is in use by an earlier try that is still under way."""

GOES_ON: Final = frozenset({"ORDER_COMPLETION_IN_PROGRESS"})
"""It is being done: the same must be asked again."""

REFUSALS: Final[Mapping[str, Refusal]] = {
    "INVALID_RESOURCE_ID": Refusal.UNKNOWN_OBJECT,
    "RESOURCE_NOT_FOUND": Refusal.UNKNOWN_OBJECT,
    "TRANSACTION_DISPUTED": Refusal.DISPUTED,
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": Refusal.DISPUTED,
    "CAPTURE_FULLY_REFUNDED": Refusal.REFUNDED,
}
"""`details[].issue`, or the name of the error; any other says only no."""

KEY_REFUSED: Final = "PayPal refuses PAYPAL_CLIENT_ID and PAYPAL_CLIENT_SECRET."
NOT_PERMITTED: Final = (
    "PayPal does not let PAYPAL_CLIENT_ID do what is needed (403): switch its features on in "
    "PayPal's developer dashboard, Apps & Credentials."
)


class Calls:
    """Makes calls to PayPal.

    Args:
        outbound: The policy.
        purpose: What the calls are made for.
        wire: Sends requests.
        tokens: What they carry.
        refused: Called when PayPal refuses the key.
        integration: What counts them together, apart from others: their pace and breaker.
    """

    def __init__(
        self,
        outbound: Outbound,
        purpose: Purpose,
        *,
        wire: Wire,
        tokens: Tokens,
        refused: Callable[[AccessRefused], None] = lambda _: None,
        integration: str = PAYPAL,
    ) -> None:
        self._outbound = outbound
        self._line = Line(integration=integration, purpose=purpose)
        self._wire = wire
        self._tokens = tokens
        self._refused = refused

    async def get(self, path: str, *, about: str | None = None) -> dict[str, Any]:
        """Ask for something. Raises as `make`."""
        return await self.make(Ask(method="GET", path=path, headers={}), about=about)

    async def post(
        self,
        path: str,
        body: str | bytes,
        *,
        request_id: str | None = None,
        about: str | None = None,
    ) -> dict[str, Any]:
        """Have something done, once under a request id, and get all of what it is then.

        Raises as `make`.
        """
        headers = {"Content-Type": "application/json", "Prefer": "return=representation"}
        if request_id is not None:
            headers["PayPal-Request-Id"] = request_id
        data = body.encode() if isinstance(body, str) else body
        return await self.make(
            Ask(method="POST", path=path, body=data, headers=headers), about=about
        )

    async def make(self, ask: Ask, *, about: str | None = None) -> dict[str, Any]:
        """Make one call, again where that may help.

        Args:
            ask: The request, without its token.
            about: Id of the object that it is about, if there is one already.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            AccessRefused: PayPal refuses the key.
            ProviderRefused: PayPal said no.
        """
        try:
            return await call(
                self._outbound, self._line, lambda: self._try(ask), MEANINGS, about=about
            )
        except AccessRefused as error:
            self._refused(error)
            raise

    async def _try(self, ask: Ask) -> dict[str, Any]:
        """One try; once more with a fresh token where PayPal takes the one that is kept no more."""
        token = await self._tokens.get()
        try:
            return await self._wire.send(_with_token(ask, token))
        except Answered as error:
            if error.status != HTTPStatus.UNAUTHORIZED:
                raise
        fresh = await self._tokens.get(not_this=token)
        return await self._wire.send(_with_token(ask, fresh))


def _with_token(ask: Ask, token: str) -> Ask:
    accepted = {"Accept": "application/json", "Authorization": f"Bearer {token}"}
    return replace(ask, headers={**ask.headers, **accepted})


def is_busy(error: Answered) -> bool:
    """Whether the same can be asked again in a moment."""
    return error.status in BUSY or error.issue in GOES_ON


def access_refused(error: Answered) -> AccessRefused | None:
    """What an answer says about the key; None if it is about what was asked."""
    if error.status == HTTPStatus.UNAUTHORIZED or (error.of_token and error.status not in BUSY):
        return AccessRefused(KEY_REFUSED, is_found_by_look=True)
    if error.status == HTTPStatus.FORBIDDEN:
        return AccessRefused(NOT_PERMITTED)
    return None


def _refusal(error: Answered) -> ProviderRefused:
    code = error.issue or error.name
    why = REFUSALS.get(code, Refusal.OTHER)
    if error.status == HTTPStatus.NOT_FOUND:
        why = Refusal.UNKNOWN_OBJECT
    return ProviderRefused(str(error), code=code, why=why)


MEANINGS: Final = Meanings(
    title="PayPal", is_busy=is_busy, access_refused=access_refused, refusal=_refusal
)
