"""Calls to a tax service under the policy, with its errors in our words."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from payments.domain.errors import GuildbankError
from payments.domain.values.characters import all_cleaned
from payments.infra.errors import NotSent
from payments.infra.outbound import Failure, Line, Outbound, Purpose
from payments.integrations.tax.errors import TaxAccessRefused, TaxRefused, TaxUnavailable

MOST_BYTES: Final = 1024 * 1024
"""Longer answers are of no use."""

_BUSY: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS})
_KEY_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class _Answered(GuildbankError):
    """An answer that is no success, or no JSON object."""

    def __init__(self, status: int, said: Mapping[str, Any], retry_after: str) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.said = said
        is_number = retry_after.isdecimal() and len(retry_after) < 10  # noqa: PLR2004 - 30 years
        self.retry_after = float(retry_after) if is_number else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How a service is called.

    Attributes:
        name: Short name; with the purpose it names the breaker.
        title: What people call it.
        url: The address of its interface, without a slash at the end.
        headers: Of each request; one of them holds the key.
        setting: The setting with the key, for people.
        refusal: What an answer means that says no.
        busy: Further statuses after which the same can be asked again in a moment.
    """

    name: str
    title: str
    url: str
    headers: Mapping[str, str]
    setting: str
    refusal: Callable[[int, Mapping[str, Any]], TaxRefused]
    busy: frozenset[int] = frozenset()


class Calls:
    """Makes calls to one service.

    Args:
        service: Which one.
        outbound: The policy.
        purpose: What the calls are made for.
    """

    def __init__(self, service: Service, outbound: Outbound, purpose: Purpose) -> None:
        self._service = service
        self._outbound = outbound
        self._line = Line(integration=service.name, purpose=purpose)
        self._health = Line(integration=service.name, purpose=Purpose.HEALTH)
        self._session: aiohttp.ClientSession | None = None

    async def make(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        health: bool = False,
    ) -> dict[str, Any]:
        """Make one call, again where that may help; numbers with a point come as `Decimal`.

        Raises:
            TaxUnavailable: Not reached, or no answer of use.
            TaxAccessRefused: It refuses the key.
            TaxRefused: It said no.
        """
        title = self._service.title
        try:
            return await self._outbound.call(
                self._health if health else self._line,
                lambda: self._once(method, path, body, headers or {}),
                classify_error=self._classify,
                retry_after=lambda error: getattr(error, "retry_after", None),
            )
        except NotSent as error:
            raise TaxUnavailable(str(error)) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise TaxUnavailable(f"{title}: {type(error).__name__}.") from error
        except _Answered as error:
            if error.status in _KEY_REFUSED:
                raise TaxAccessRefused(f"{title} refuses {self._service.setting}.") from error
            if self._classify(error) is Failure.FINAL:
                raise self._service.refusal(error.status, error.said) from error
            raise TaxUnavailable(f"{title}: its answer has no use ({error}).") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=self._outbound.policy.timeout_seconds)
            self._session = aiohttp.ClientSession(timeout=limit)
        async with self._session.request(
            method,
            f"{self._service.url}{path}",
            data=body,
            headers={**self._service.headers, **headers},
            allow_redirects=False,
        ) as answer:
            found = _parsed(await _whole(answer.content))
            retry_after = answer.headers.get("Retry-After", "")
        if HTTPStatus(200) <= answer.status < HTTPStatus(300) and isinstance(found, dict):
            return found
        raise _Answered(answer.status, found if isinstance(found, dict) else {}, retry_after)

    def _classify(self, error: BaseException) -> Failure:
        if isinstance(error, _Answered):
            if error.status in _BUSY | self._service.busy:
                return Failure.BUSY
            is_no = HTTPStatus.BAD_REQUEST <= error.status < HTTPStatus.INTERNAL_SERVER_ERROR
            return Failure.FINAL if is_no else Failure.AWAY
        away = isinstance(error, aiohttp.ClientError | OSError)
        return Failure.AWAY if away else Failure.FINAL


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """All of a body; of one that is too long to be of use, something that is no JSON."""
    parts, length = [], 0
    async for part in content.iter_chunked(64 * 1024):
        length += len(part)
        if length > MOST_BYTES:
            return b"too long"
        parts.append(part)
    return b"".join(parts)


def _parsed(body: bytes) -> object:
    """The JSON in a body; None if it is none."""
    try:
        return all_cleaned(json.loads(body, parse_float=Decimal))
    except (ValueError, RecursionError):
        return None
