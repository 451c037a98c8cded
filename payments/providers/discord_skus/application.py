"""The application that the bot belongs to: its id, and the key with which Discord signs."""

import asyncio
from typing import Final

from pydantic import ValidationError

from payments.providers.discord_skus.calls import Calls
from payments.providers.discord_skus.shapes import Application
from payments.providers.errors import ProviderUnavailable

ME: Final = "/applications/@me"


class OwnApplication:
    """Asks once, and remembers.

    Args:
        calls: Make the calls.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: Application | None = None
        self._one = asyncio.Lock()

    async def known(self) -> Application:
        """What was known before, or a fresh answer, for which one asks at a time.

        Strangers at the door want it too, before anybody can say that they are strangers.

        Raises:
            ProviderError: As `fresh`.
        """
        async with self._one:
            return self._known or await self.fresh()

    async def fresh(self) -> Application:
        """Ask Discord.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            AccessRefused: Discord refuses the token.
            ProviderRefused: Discord said no.
        """
        try:
            self._known = Application.model_validate(await self._calls.get(ME))
        except ValidationError as error:
            raise ProviderUnavailable(
                "Discord: an application without id or key.", answered=True
            ) from error
        return self._known
