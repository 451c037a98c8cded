"""Calls to Discord's REST interface under the policy, with its errors in our words.

discord.py asks for entitlements too, but it drops `exclude_deleted=false`, without which those that
Discord has taken back are not listed.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from payments.infra.outbound import Line, Outbound, Purpose
from payments.providers.discord_skus.errors import Answered
from payments.providers.discord_skus.names import DISCORD_SKUS
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.json_calls import Meanings, call
from payments.providers.protocol import Refusal
from payments.providers.wire import Ask, Wire

AGENT: Final = "DiscordBot (https://guildbank.invalid, 1)"
"""Discord refuses programs that do not say that they are a bot (Discord: User Agent)."""

LISTED: Final = "listed"
"""Under this name an answer that is a list is found."""

KEY_REFUSED: Final = "Discord refuses DISCORD_TOKEN."
NOT_PERMITTED: Final = (
    "Discord does not let DISCORD_TOKEN see what its application sells (403): switch monetization "
    "on for it in the developer portal."
)


class Calls:
    """Makes calls to Discord.

    Args:
        outbound: The policy.
        purpose: What the calls are made for.
        wire: Sends requests.
        token: The bot's.
        refused: Called when Discord refuses the token.
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
        self._line = Line(integration=DISCORD_SKUS, purpose=purpose)
        self._wire = wire
        self._headers = {
            "Authorization": f"Bot {token}",
            "User-Agent": AGENT,
            "Accept": "application/json",
        }
        self._refused = refused

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Ask for something. Raises as `make`."""
        return await self.make("GET", f"{path}?{urlencode(query)}" if query else path)

    async def listed(
        self, path: str, query: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """Ask for a list; what in it is no object is left out. Raises as `make`."""
        found = (await self.get(path, query)).get(LISTED)
        return [each for each in found or () if isinstance(each, dict)]

    async def make(self, method: str, path: str, *, about: str | None = None) -> dict[str, Any]:
        """Make one call, again where that may help.

        Args:
            method: Of HTTP.
            path: Below the server's address, with its query.
            about: Id of the object that it is about, if there is one.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            AccessRefused: Discord refuses the token.
            ProviderRefused: Discord said no.
        """
        ask = Ask(method=method, path=path, headers=self._headers)
        try:
            return await call(
                self._outbound, self._line, lambda: self._wire.send(ask), MEANINGS, about=about
            )
        except AccessRefused as error:
            self._refused(error)
            raise


def is_busy(error: Answered) -> bool:
    """Whether the same can be asked again in a moment."""
    return error.status == HTTPStatus.TOO_MANY_REQUESTS


def access_refused(error: Answered) -> AccessRefused | None:
    """What an answer says about the token; None if it is about what was asked."""
    if error.status == HTTPStatus.UNAUTHORIZED:
        return AccessRefused(KEY_REFUSED, is_found_by_look=True)
    if error.status == HTTPStatus.FORBIDDEN:
        return AccessRefused(NOT_PERMITTED, is_found_by_look=True)
    return None


def _refusal(error: Answered) -> ProviderRefused:
    is_gone = error.status == HTTPStatus.NOT_FOUND
    why = Refusal.UNKNOWN_OBJECT if is_gone else Refusal.OTHER
    return ProviderRefused(str(error), code=error.code, why=why)


MEANINGS: Final = Meanings(
    title="Discord", is_busy=is_busy, access_refused=access_refused, refusal=_refusal
)
