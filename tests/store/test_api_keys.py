"""Keys of other programs: known by their hash, in one guild, until they are revoked."""

from typing import Any

import pytest
from sqlalchemy import text

from payments.commands.base import by_member
from payments.commands.guild.api_keys import (
    KEY_NAME_LENGTH,
    MAX_API_KEYS,
    AddApiKey,
    RevokeApiKey,
)
from payments.domain.errors import Refused
from payments.domain.values.api_keys import Scope
from payments.domain.values.ids import ApiKeyId, GuildId
from payments.infra.api_keys import new_api_key, read_api_key
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.make import BEN, GUILD, START, key
from tests.support.program_keys import add_key

OTHER_GUILD = GuildId(GUILD + 1)


def about(**more: Any) -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": by_member(BEN), "guild": GUILD, **more}


async def test_a_key_is_known_in_its_guild_until_it_is_revoked(
    runner: Runner, queries: Queries
) -> None:
    written = await add_key(runner, "Game server")
    known = read_api_key(written)
    assert known is not None
    assert known.guild == GUILD
    found = await queries.api_key(*known)
    assert found is not None
    assert (found.name, found.scopes) == ("Game server", (Scope.FULFIL_ORDERS,))
    assert [each.id for each in await queries.api_keys(GUILD)] == [found.id]
    assert await queries.api_key(OTHER_GUILD, known.hashed) is None
    assert await queries.api_keys(OTHER_GUILD) == []

    revoke = RevokeApiKey(**about(api_key=found.id))
    assert await runner.run(revoke) == "Game server"
    assert await queries.api_key(*known) is None
    assert await queries.api_key(GUILD, "") is None, "what is left of a key that was revoked"
    assert await queries.api_keys(GUILD) == []
    with pytest.raises(Refused, match="There is no such key"):
        await runner.run(RevokeApiKey(**about(api_key=found.id)))


async def test_a_key_is_revoked_by_its_own_guild_alone(runner: Runner, queries: Queries) -> None:
    await add_key(runner, "Game server")
    (known,) = await queries.api_keys(GUILD)
    foreign = RevokeApiKey(**about(api_key=known.id) | {"guild": OTHER_GUILD})
    with pytest.raises(Refused, match="There is no such key"):
        await runner.run(foreign)
    assert await queries.api_keys(GUILD) == [known]


async def test_only_hashes_are_stored(runner: Runner, database: Database) -> None:
    written = await add_key(runner)
    read = text("SELECT CAST(content AS TEXT) FROM commands UNION SELECT hashed FROM api_keys")
    stored = await database.transact(lambda c: [str(row[0]) for row in c.execute(read)])
    assert len(stored) == 2
    assert not [each for each in stored if written.rsplit("_", 1)[1] in each]


async def test_names_are_told_apart_and_there_is_room_for_ten(runner: Runner) -> None:
    with pytest.raises(Refused, match="Name of the key"):
        await add_key(runner, " ")
    with pytest.raises(Refused, match="Name of the key"):
        await add_key(runner, "x" * (KEY_NAME_LENGTH + 1))
    await add_key(runner, "Game server")
    with pytest.raises(Refused, match="“GAME server” already"):
        await add_key(runner, " GAME  server ")
    for number in range(1, MAX_API_KEYS):
        await add_key(runner, f"Server {number}")
    with pytest.raises(Refused, match="at most 10 keys"):
        await add_key(runner, "One more")
    await add_key(runner, "Game server", guild=OTHER_GUILD)


async def test_the_name_of_a_key_that_was_revoked_is_free(runner: Runner, queries: Queries) -> None:
    await add_key(runner, "Game server")
    (known,) = await queries.api_keys(GUILD)
    await runner.run(RevokeApiKey(**about(api_key=known.id)))
    await add_key(runner, "Game server")
    assert len(await queries.api_keys(GUILD)) == 1


async def test_the_same_request_adds_one_key(runner: Runner, queries: Queries) -> None:
    """A form that is sent twice: the first secret is the one that counts."""
    again = about(name="Game server", scopes=(Scope.FULFIL_ORDERS,))
    for number in ("1", "2"):
        added = AddApiKey(**again, api_key=ApiKeyId(f"key-{number}"), hashed=number)
        assert await runner.run(added) == "key-1"
    (known,) = await queries.api_keys(GUILD)
    assert known.hashed == "1"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gbk_",
        f"gbk_1_{'0' * 63}",
        f"gbk_1_{'0' * 65}",
        f"gbk_1_{'G' * 64}",
        f"GBK_1_{'0' * 64}",
        f"gbk__{'0' * 64}",
        f"gbk_-1_{'0' * 64}",
        f"gbk_9999999999999999999_{'0' * 64}",
        f"gbk_\u0661_{'0' * 64}",
        f"gbk_1_{'0' * 64}\n",
        f" gbk_1_{'0' * 64}",
    ],
)
def test_what_is_not_written_as_a_key_is_none(written: str) -> None:
    assert read_api_key(written) is None


def test_no_two_keys_are_alike_and_their_hashes_do_not_show_them() -> None:
    written = {new_api_key(GuildId(7)) for _ in range(100)}
    known = {read_api_key(each) for each in written}
    assert len(written) == len(known) == 100
    assert {each.guild for each in known if each is not None} == {7}
