"""Calls to Square under the policy, with its errors in our words."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from payments.infra.outbound import Line, Outbound, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.json_calls import Meanings, call
from payments.providers.protocol import Refusal
from payments.providers.square.errors import Answered
from payments.providers.square.ownership import SQUARE
from payments.providers.wire import Ask, Wire

VERSION: Final = "2026-09-16"
"""Of the API, in which all is asked and answered."""

PAGES: Final = 1000
"""More pages of one list are not read: something must be wrong with it."""

BUSY: Final = frozenset({HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS})
"""Too many requests; or the same is under way by an earlier try."""

REFUSALS: Final[Mapping[str, Refusal]] = {
    "NOT_FOUND": Refusal.UNKNOWN_OBJECT,
    "PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE": Refusal.DISPUTED,
}
"""`errors[].code`; any other says only no."""

KEY_REFUSED: Final = "Square refuses SQUARE_ACCESS_TOKEN."
NOT_PERMITTED: Final = (
    "Square does not let SQUARE_ACCESS_TOKEN do what is needed (403): take the access token of "
    "your application's Credentials page in Square's developer console."
)


class Calls:
    """Makes calls to Square.

    Args:
        outbound: The policy.
        purpose: What the calls are made for.
        wire: Sends requests.
        token: What they carry.
        refused: Called when Square refuses the token.
    """

    def __init__(
        self,
        outbound: Outbound,
        purpose: Purpose,
        *,
        wire: Wire,
        token: str,
        refused: Callable[[AccessRefused], None] = lambda _: None,
    ) -> None:
        self._outbound = outbound
        self._line = Line(integration=SQUARE, purpose=purpose)
        self._wire = wire
        self._headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {token}",
            "Square-Version": VERSION,
        }
        self._refused = refused

    async def get(
        self, path: str, query: Mapping[str, str] | None = None, *, about: str | None = None
    ) -> dict[str, Any]:
        """Ask for something. Raises as `make`."""
        whole = f"{path}?{urlencode(query)}" if query else path
        return await self.make("GET", whole, about=about)

    async def post(
        self, path: str, body: Mapping[str, Any], *, about: str | None = None
    ) -> dict[str, Any]:
        """Have something done, once under the key in its body. Raises as `make`."""
        return await self.make("POST", path, body, about=about)

    async def make(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        about: str | None = None,
    ) -> dict[str, Any]:
        """Make one call, again where that may help.

        Args:
            method: Of HTTP.
            path: Below the server's address, with its query.
            body: What is sent as JSON, if anything.
            about: Id of the object that it is about, if there is one already.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            AccessRefused: Square refuses the token.
            ProviderRefused: Square said no.
        """
        data = None if body is None else json.dumps(body, sort_keys=True).encode()
        headers = self._headers | ({} if data is None else {"Content-Type": "application/json"})
        ask = Ask(method=method, path=path, body=data, headers=headers)
        try:
            return await call(
                self._outbound, self._line, lambda: self._wire.send(ask), MEANINGS, about=about
            )
        except AccessRefused as error:
            self._refused(error)
            raise

    async def pages(
        self, path: str, query: Mapping[str, str], name: str
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """A list, page by page.

        Raises as `make`, while it goes on, and ProviderUnavailable if it does not end.

        Args:
            path: Of the list.
            query: What is asked for.
            name: What the list is called in the answer.
        """
        cursor: dict[str, str] = {}
        for _ in range(PAGES):
            page = await self.get(path, {**query, **cursor})
            yield objects_in(page, name)
            if not isinstance(page.get("cursor"), str) or not page["cursor"]:
                return
            cursor = {"cursor": page["cursor"]}
        raise endless(name)


def endless(name: str) -> ProviderUnavailable:
    """What a list that does not end is: what was read of it is not the whole."""
    return ProviderUnavailable(f"Square: its list of {name} does not end.", answered=True)


def objects_in(page: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects of one page; what is none is left out."""
    found = page.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def object_in(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object that an answer is about; empty if it has none, which is read as odd."""
    found = answer.get(name)
    return found if isinstance(found, dict) else {}


def is_busy(error: Answered) -> bool:
    """Whether the same can be asked again in a moment."""
    return error.status in BUSY


def access_refused(error: Answered) -> AccessRefused | None:
    """What an answer says about the token; None if it is about what was asked."""
    if error.status == HTTPStatus.UNAUTHORIZED:
        return AccessRefused(KEY_REFUSED, is_found_by_look=True)
    if error.status == HTTPStatus.FORBIDDEN:
        return AccessRefused(NOT_PERMITTED)
    return None


def _refusal(error: Answered) -> ProviderRefused:
    why = REFUSALS.get(error.code, Refusal.OTHER)
    if error.status == HTTPStatus.NOT_FOUND:
        why = Refusal.UNKNOWN_OBJECT
    return ProviderRefused(str(error), code=error.code, why=why)


MEANINGS: Final = Meanings(
    title="Square", is_busy=is_busy, access_refused=access_refused, refusal=_refusal
)
