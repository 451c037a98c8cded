"""One JSON request to a provider and its answer, without any policy: no retries, no redirects."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

from payments.domain.errors import GuildbankError
from payments.domain.values.characters import all_cleaned
from payments.domain.values.time import Instant, from_seconds

MOST_BYTES: Final = 8 * 1024 * 1024
"""Longer answers are of no use."""

SUCCESS: Final = range(200, 300)

_WORD: Final = re.compile(r"[0-9A-Za-z_]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A request.

    Attributes:
        path: Below the server's address, with its query.
        body: What is sent, as it stands.
        headers: Beside those of every request.
    """

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that is no success, or that has no use.

    Attributes:
        status: Of HTTP.
        headers: As they came; names in any case.
        said: The JSON object in its body; empty if that is none.
        is_too_long: Whether the rest was not read.
    """

    status: int
    headers: Mapping[str, str]
    said: Mapping[str, Any]
    is_too_long: bool = False

    @property
    def is_success(self) -> bool:
        """Whether it says that it is one."""
        return self.status in SUCCESS

    @property
    def retry_after(self) -> float | None:
        """Seconds that it asks to wait, if it does."""
        asked = self.headers.get("Retry-After", "")
        return float(asked) if asked.isdecimal() and len(asked) < 10 else None  # noqa: PLR2004 - 30 years


class _TooLongError(GuildbankError):
    """A body is longer than any that is of use."""


class Wire:
    """Sends requests to one server.

    Args:
        url: Its address, without a slash at the end.
        seconds: How long one request may take.
        failure: Makes an error of an answer that is no success, or no JSON object.
        lists_as: Under which name an answer that is a list is found; if none, such is of no use.
    """

    def __init__(
        self,
        url: str,
        *,
        seconds: float,
        failure: Callable[[Answer], Exception],
        lists_as: str | None = None,
    ) -> None:
        self.url = url
        self._lists_as = lists_as
        self.date_header = ""
        """The `Date` of the last answer."""
        self._failure = failure
        self._limit = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, ask: Ask) -> dict[str, Any]:
        """Send one, and read the JSON object that it answers; empty if it answers with nothing.

        Raises:
            Exception: What `failure` makes of an answer that is no success, or no JSON object.
            aiohttp.ClientError: It was not reached, or only half of an answer came.
        """
        async with self._opened().request(
            ask.method,
            f"{self.url}{ask.path}",
            data=ask.body,
            headers=ask.headers,
            allow_redirects=False,
        ) as answer:
            try:
                found = _parsed(await _whole(answer))
            except _TooLongError:
                raise self._failure(_seen(answer, None, is_too_long=True)) from None
            self.date_header = answer.headers.get("Date", "")
        if isinstance(found, list) and self._lists_as is not None:
            found = {self._lists_as: found}
        if answer.status in SUCCESS and isinstance(found, dict):
            data: dict[str, Any] = all_cleaned(found)
            return data
        raise self._failure(_seen(answer, found))

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
    """All of a body. Raises _TooLongError."""
    parts, length = [], 0
    async for part in answer.content.iter_chunked(64 * 1024):
        length += len(part)
        if length > MOST_BYTES:
            raise _TooLongError("too long")
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


def _seen(answer: aiohttp.ClientResponse, found: object, *, is_too_long: bool = False) -> Answer:
    said = found if isinstance(found, dict) else {}
    return Answer(status=answer.status, headers=answer.headers, said=said, is_too_long=is_too_long)


def shown(text: object) -> str:
    """A provider's word as a log shows it; empty for what is none."""
    return text if isinstance(text, str) and _WORD.fullmatch(text) else ""
