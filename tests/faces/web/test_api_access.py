"""Who may ask for something at `/api`: whoever has a key of the guild, and not too often."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from payments.commands.base import by_member
from payments.commands.guild.api_keys import RevokeApiKey
from payments.domain.values.api_keys import Scope
from payments.domain.values.ids import GuildId
from payments.domain.values.orders import OrderState
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.api import JSON, Api
from tests.support.databases import only_on_sqlite
from tests.support.make import BEN, GUILD, START, key
from tests.support.program_keys import add_key
from tests.support.program_orders import standing
from tests.support.web import serve
from webhooks.keys import Parts
from webhooks.server.failures import FAILURES
from webhooks.server.key_limits import ApiLimits

pytestmark = only_on_sqlite


@pytest.fixture
async def strict(parts: Parts, clock: Time, sold: str) -> AsyncIterator[Api]:
    """The API, to be used twice within ten seconds."""
    async with serve(replace(parts, api_limits=ApiLimits(2, 10)), clock) as web:
        yield Api(web=web, key=sold)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic {key}",
        "{key}",
        "Bearer {key}0",
        "Bearer {key} {key}",
        "Bearer gbk_1_" + "0" * 64,
        f"Bearer gbk_{GUILD}_" + "0" * 64,
        "Bearer ' OR 1=1 --",
        "Bearer \u0661",
    ],
)
async def test_without_the_right_key_nothing_is_told_or_done(
    api: Api, queries: Queries, header: str | None
) -> None:
    headers = {} if header is None else {"Authorization": header.replace("{key}", api.key)}
    for path in ("sword/fulfil", "none/fulfil", "sword/deny"):
        said = await api.post(path, b'{"reason": "x"}', JSON | headers)
        assert said.status == 401
        assert said.headers["WWW-Authenticate"] == "Bearer"
        assert api.key not in json.dumps(said.body)
    assert await standing(queries, "sword") is OrderState.PLACED


async def test_a_key_that_was_removed_is_not_known_any_more(
    api: Api, queries: Queries, runner: Runner
) -> None:
    (known,) = await queries.api_keys(GUILD)
    await runner.run(
        RevokeApiKey(key=key(), at=START, actor=by_member(BEN), guild=GUILD, api_key=known.id)
    )
    assert (await api.say("sword/fulfil")).short == (401, "key")
    assert await standing(queries, "sword") is OrderState.PLACED


async def test_a_key_of_another_guild_finds_no_order(
    api: Api, runner: Runner, queries: Queries
) -> None:
    """Also if it says that it is for this one: the guild in a key is part of what is hashed."""
    foreign = await add_key(runner, guild=GuildId(GUILD + 1))
    said = await api.say("sword/fulfil", using=foreign)
    assert said.body == (await api.say("none/fulfil")).body
    assert said.short == (404, "order")
    forged = foreign.replace(str(GUILD + 1), str(GUILD))
    assert (await api.say("sword/fulfil", using=forged)).short == (401, "key")
    assert await standing(queries, "sword") is OrderState.PLACED


async def test_a_key_that_is_not_good_for_orders_is_forbidden_it(api: Api, runner: Runner) -> None:
    other = await add_key(runner, "Reader", scopes=())
    said = await api.say("sword/fulfil", using=other)
    assert said.short == (403, "scope")
    assert Scope.FULFIL_ORDERS in said.body["message"]


async def test_a_huge_body_without_a_key_is_not_read(api: Api) -> None:
    assert (await api.post("sword/fulfil", b"x" * 900_000, JSON)).status == 401


async def test_who_tries_many_keys_is_told_to_wait_and_the_right_one_is_still_let_in(
    api: Api, queries: Queries
) -> None:
    wrong = f"gbk_{GUILD}_{'0' * 64}"
    for _ in range(FAILURES):
        assert (await api.say("sword/fulfil", using=wrong)).status == 401
    said = await api.say("sword/fulfil", using=wrong)
    assert said.short == (429, "too_many")
    assert said.headers["Retry-After"] == "60"
    assert (await api.say("sword/fulfil")).short == (200, "fulfilled")
    assert await standing(queries, "sword") is OrderState.FULFILLED


async def test_each_key_is_used_so_often_and_no_more(strict: Api, runner: Runner) -> None:
    other = await add_key(runner, "Another")
    for _ in range(2):
        assert (await strict.say("none/fulfil")).status == 404
    said = await strict.say("none/fulfil")
    assert said.short == (429, "too_many")
    assert said.headers["Retry-After"] == "10"
    assert (await strict.say("none/fulfil", using=other)).status == 404
