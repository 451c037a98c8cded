"""One request to PayPal and its answer, without any policy: no retries, no redirects."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import aiohttp
import structlog

from payments.domain.values.characters import all_cleaned
from payments.domain.values.time import Instant, from_seconds
from payments.providers.paypal.errors import Answered

log = structlog.get_logger(__name__)

MOST_BYTES: Final = 8 * 1024 * 1024
"""Longer answers are of no use."""

_WORD: Final = re.compile(r"[0-9A-Za-z_]{1,64}")
_SUCCESS: Final = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request.

    Attributes:
        path: Below the server's address, with its query.
        body: What is posted, as it stands.
        headers: Beside those of every request.
    """

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str]


class Wire:
    """Sends requests to one server.

    Args:
        url: Its address, without a slash at the end.
        seconds: How long one request may take.
    """

    def __init__(self, url: str, *, seconds: float) -> None:
        self.url = url
        self.date_header = ""
        """The `Date` of the last answer."""
        self._limit = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, ask: Ask) -> dict[str, Any]:
        """Send one, and read the JSON object that it answers; empty if it answers with nothing.

        Raises:
            Answered: It is no success, or no JSON object.
            aiohttp.ClientError: It was not reached, or only half of an answer came.
        """
        async with self._opened().request(
            ask.method,
            f"{self.url}{ask.path}",
            data=ask.body,
            headers=ask.headers,
            allow_redirects=False,
        ) as answer:
            body = await _whole(answer)
            self.date_header = answer.headers.get("Date", "")
            debug_id = shown(answer.headers.get("Paypal-Debug-Id"))
        found = _parsed(body)
        if answer.status in _SUCCESS and isinstance(found, dict):
            log.debug("paypal.answered", path=ask.path, status=answer.status, debug_id=debug_id)
            data: dict[str, Any] = all_cleaned(found)
            return data
        failure = _failure(answer, found, debug_id)
        log.info(
            "paypal.refused",
            path=ask.path,
            status=failure.status,
            issue=failure.issue or failure.name,
            debug_id=debug_id,
        )
        raise failure

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._limit)
        return self._session

    @property
    def date(self) -> Instant | None:
        """What the last answer said that the time is, if it did."""
        try:
            return from_seconds(int(parsedate_to_datetime(self.date_header).timestamp()))
        except ValueError:  # none, or no date
            return None


async def _whole(answer: aiohttp.ClientResponse) -> bytes:
    """All of a body. Raises Answered if it is too long."""
    parts, length = [], 0
    async for part in answer.content.iter_chunked(64 * 1024):
        length += len(part)
        if length > MOST_BYTES:
            raise Answered(answer.status, name="TOO_LONG")
        parts.append(part)
    return b"".join(parts)


def _parsed(body: bytes) -> object:
    """The JSON in a body; an empty one counts as an object, None if it is none."""
    if not body:
        return {}
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _failure(answer: aiohttp.ClientResponse, found: object, debug_id: str) -> Answered:
    """What an answer that is no success says."""
    said = found if isinstance(found, dict) else {}
    details = said.get("details")
    first = details[0] if isinstance(details, list) and details else {}
    issue = first.get("issue") if isinstance(first, dict) else None
    asked = answer.headers.get("Retry-After", "")
    is_success = answer.status in _SUCCESS
    return Answered(
        HTTPStatus.BAD_GATEWAY if is_success else answer.status,
        name="NO_JSON" if is_success else shown(said.get("name") or said.get("error")),
        issue=shown(issue),
        debug_id=debug_id or shown(said.get("debug_id")),
        retry_after=float(asked) if asked.isdecimal() else None,
    )


def shown(text: object) -> str:
    """A word of PayPal's as a log shows it; empty for what is none."""
    return text if isinstance(text, str) and _WORD.fullmatch(text) else ""
