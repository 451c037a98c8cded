"""What a program is refused, as JSON: a sentence for people, and a word for programs."""

import json
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from payments.domain.errors import GuildbankError


class ApiRefused(GuildbankError):
    """A request is refused.

    Args:
        status: The status of the answer.
        reason: Why, in a word for programs.
        message: Why, in a sentence.
        headers: What else the answer says.
        more: What else its body says.
    """

    def __init__(
        self,
        status: HTTPStatus,
        reason: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self._headers = headers
        self._more = more or {}

    def answer(self) -> web.Response:
        """The answer."""
        body = {"message": str(self), "reason": self.reason, **self._more}
        return web.Response(
            text=json.dumps(body, ensure_ascii=False),
            status=self.status,
            headers=self._headers,
            content_type="application/json",
        )
