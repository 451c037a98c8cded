"""Looking at once whether an answer is right, at the service that it is for."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
import discord

from payments.domain.values.written_text import one_line
from payments.infra.asking import LIMIT_SECONDS, AnswerRefused, CannotLook


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
            found = {
                each.id: one_line(each.name)
                async for each in client.fetch_guilds(with_counts=False)
            }
            application = client.application_id or 0
            return SeenBot(name=one_line(str(client.user)), application=application, guilds=found)
    except discord.LoginFailure as error:
        raise AnswerRefused("Discord refuses this token.") from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        raise CannotLook("Discord cannot be reached from this machine.") from error


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
