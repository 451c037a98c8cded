"""Looking at once whether an answer is right, at the service that it is for."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp
import discord

from payments.domain.errors import GuildbankError
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.stripe.inspection import EVENTS, NEEDED, Inspector, Permission, SeenEndpoint

LIMIT_SECONDS: Final = 10.0
"""How long a look may take: a person waits."""


class AnswerRefused(GuildbankError):
    """The service says that the answer is wrong."""


class CannotLook(GuildbankError):
    """The service cannot be asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBot:
    """A bot that Discord knows.

    Attributes:
        name: Its user's.
        application: The id of its application.
        guilds: Names of the servers that it is on, by id.
    """

    name: str
    application: int
    guilds: Mapping[int, str] = field(default_factory=dict)


async def check_bot(token: str) -> SeenBot:
    """Whose token it is.

    Raises:
        AnswerRefused: Nobody's.
        CannotLook: Discord cannot be asked.
    """
    try:
        async with (
            asyncio.timeout(LIMIT_SECONDS),
            discord.Client(intents=discord.Intents.none()) as client,
        ):
            await client.login(token)
            found = {each.id: each.name async for each in client.fetch_guilds(with_counts=False)}
            application = client.application_id or 0
            return SeenBot(name=str(client.user), application=application, guilds=found)
    except discord.LoginFailure as error:
        raise AnswerRefused("Discord refuses this token.") from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise CannotLook("Discord cannot be reached from this machine.") from error


class StripeLooks:
    """Looks at an account at Stripe, one question at a time.

    Args:
        key: The secret or restricted key.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
    """

    def __init__(self, key: str, api_url: str | None) -> None:
        self._key = key
        self._api_url = api_url

    def _inspector(self) -> Inspector:
        return Inspector(self._key, api_url=self._api_url, timeout_seconds=LIMIT_SECONDS)

    async def lacking(self) -> list[Permission]:
        """What the key may not do and should.

        Raises:
            AnswerRefused: Stripe does not know the key.
            CannotLook: Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            answer = await inspector.try_out(EVENTS)
            if answer.is_key_refused:
                raise AnswerRefused("Stripe refuses this key.")
            if answer.is_permitted is None:
                raise CannotLook(f"Stripe cannot be reached: it answered {answer.status}.")
            return await inspector.lacking(NEEDED) if inspector.is_restricted else []
        except ProviderUnavailable as error:
            raise CannotLook("Stripe cannot be reached from this machine.") from error
        finally:
            await inspector.close()

    async def endpoint(self, address: str) -> SeenEndpoint | None:
        """The webhook endpoint of an address, if there is one; an enabled one first.

        Raises:
            CannotLook: The key may not look, or Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            found = [each for each in await inspector.endpoints() if each.leads_to(address)]
        except (ProviderRefused, ProviderUnavailable) as error:
            raise CannotLook("The webhook endpoints at Stripe cannot be looked at.") from error
        finally:
            await inspector.close()
        enabled = [each for each in found if each.is_enabled]
        return next(iter(enabled or found), None)

    async def create_endpoint(self, address: str) -> str:
        """Register an address; returns its signing secret.

        Raises:
            AnswerRefused: The key may not, or Stripe does not take the address.
            CannotLook: Stripe cannot be asked.
        """
        inspector = self._inspector()
        try:
            return await inspector.create_endpoint(address)
        except ProviderRefused as error:
            raise AnswerRefused(
                "Stripe did not create it: the key lacks Webhook Endpoints (write), or the "
                "address is not public."
            ) from error
        except ProviderUnavailable as error:
            raise CannotLook("Stripe cannot be reached from this machine.") from error
        finally:
            await inspector.close()


async def check_address(url: str) -> None:
    """Whether anything answers at an address, whatever it is.

    Raises:
        CannotLook: Nothing does; says why.
    """
    limit = aiohttp.ClientTimeout(total=LIMIT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as http,
            http.get(url, allow_redirects=False),
        ):
            return
    except aiohttp.ClientConnectorDNSError as error:
        raise CannotLook("There is no such name yet: look at its spelling and DNS.") from error
    except (aiohttp.ClientError, OSError) as error:
        raise CannotLook("Nothing answers there yet; `guildbank run` will.") from error
