"""Keys of other programs, in few words."""

from itertools import count

from payments.commands.base import by_member
from payments.commands.guild.api_keys import AddApiKey
from payments.domain.values.api_keys import Scope
from payments.domain.values.ids import ApiKeyId, GuildId
from payments.infra.api_keys import new_api_key, read_api_key
from payments.runner.runner import Runner
from tests.support.make import BEN, GUILD, START, key

_numbers = count(1)


async def add_key(
    runner: Runner,
    name: str = "Game server",
    *,
    guild: GuildId = GUILD,
    scopes: tuple[Scope, ...] = (Scope.FULFIL_ORDERS,),
) -> str:
    """An owner adds a key; returns it as the program knows it."""
    written = new_api_key(guild)
    known = read_api_key(written)
    assert known is not None
    await runner.run(
        AddApiKey(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=guild,
            name=name,
            scopes=scopes,
            api_key=ApiKeyId(f"api-key-{next(_numbers):06}"),
            hashed=known.hashed,
        )
    )
    return written
