"""What the program asks of flags: is something on here, and which of several is used here."""

from collections.abc import Awaitable, Callable, Mapping
from itertools import count
from typing import Final

from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.provider.no_op_provider import NoOpProvider

from payments.domain.errors import Refused
from payments.domain.values.flags import integration
from payments.domain.values.ids import GuildId
from payments.integrations.flags.owners_switches import OwnersSwitches

_OFF: Final = NoOpProvider()
_numbers = count()


class Flags:
    """Flags of one installation.

    OpenFeature keeps one registry for the whole process: each of these has a domain of its own
    there. Where a switch cannot be looked up, that is said: it may be off. OpenFeature logs why.

    Args:
        for_all: Flags that are set for all servers, by name.
        of_guild: Finds those that the owner of a server has set.
    """

    def __init__(
        self,
        for_all: Mapping[str, str],
        of_guild: Callable[[GuildId], Awaitable[Mapping[str, str]]],
    ) -> None:
        self._domain = f"guildbank-{next(_numbers)}"

        async def of_server(key: str) -> Mapping[str, str]:
            return await of_guild(GuildId(int(key)))

        api.set_provider_and_wait(OwnersSwitches(for_all, of_server), self._domain)
        self._client = api.get_client(self._domain)

    async def is_on(self, name: str, guild: GuildId) -> bool:
        """Whether a provider or an integration is switched on for a server, as it usually is.

        Off stops what is new there: what was begun before, its webhooks and refunds, goes on.

        Args:
            name: Of the provider or integration.
            guild: The server.

        Raises:
            Refused: It cannot be looked up.
        """
        found = await self._client.get_boolean_details_async(
            integration(name), default_value=True, evaluation_context=_of(guild)
        )
        if found.error_code is ErrorCode.GENERAL:
            raise Refused(
                "It cannot be looked up whether sales are on here. Please try again in a moment."
            )
        return found.value

    async def choice(self, flag: str, guild: GuildId, default: str) -> str:
        """Which of several of a kind a server uses.

        Args:
            flag: The name of the flag.
            guild: The server.
            default: What is used if nobody has chosen.
        """
        return await self._client.get_string_value_async(
            flag, default_value=default, evaluation_context=_of(guild)
        )

    def close(self) -> None:
        """Leave the process's registry."""
        api.set_provider(_OFF, self._domain)


def _of(guild: GuildId) -> EvaluationContext:
    return EvaluationContext(targeting_key=str(guild))
