"""The token that calls to PayPal carry: asked for once, and kept while it lasts.

A token for each call is one of the reasons for which PayPal slows accounts down (PayPal: Rate
limiting).
"""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Final

from pydantic import BaseModel, Field, ValidationError

from payments.providers.paypal.errors import Answered
from payments.providers.wire import Ask, Wire

EARLY_SECONDS: Final = 60
"""So long before its end a token is not used any more."""


class Granted(BaseModel):
    """What PayPal answers."""

    access_token: Annotated[str, Field(pattern=r"^[!-~]{1,4096}$")]
    expires_in: Annotated[int, Field(gt=0)]


class Tokens:
    """Keeps one token.

    Args:
        wire: Sends requests.
        client_id: Names the REST app.
        client_secret: Its secret.
        steady: A clock that never jumps, in seconds.
    """

    def __init__(
        self,
        wire: Wire,
        client_id: str,
        client_secret: str,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wire = wire
        self._basic = b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._steady = steady
        self._token = ""
        self._until = 0.0
        self._one = asyncio.Lock()

    async def get(self, *, not_this: str = "") -> str:
        """A token that is good, as far as we know. Only one is asked for at a time.

        Args:
            not_this: One that PayPal does not take any more.

        Raises:
            Answered: PayPal gives none.
            aiohttp.ClientError: It was not reached.
        """
        if self._is_good(not_this):
            return self._token
        async with self._one:
            if not self._is_good(not_this):  # nobody has got one meanwhile
                await self._ask()
            return self._token

    def _is_good(self, not_this: str) -> bool:
        return self._steady() < self._until and self._token != not_this

    async def _ask(self) -> None:
        headers = {
            "Authorization": f"Basic {self._basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        begun = self._steady()
        ask = Ask(
            method="POST",
            path="/v1/oauth2/token",
            body=b"grant_type=client_credentials",
            headers=headers,
        )
        try:
            granted = Granted.model_validate(await self._wire.send(ask))
        except Answered as error:
            error.of_token = error.status < HTTPStatus.INTERNAL_SERVER_ERROR
            raise
        except ValidationError as error:
            raise Answered(HTTPStatus.BAD_GATEWAY, name="NO_TOKEN") from error
        self._token = granted.access_token
        self._until = begun + granted.expires_in - EARLY_SECONDS
