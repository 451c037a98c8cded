"""Rate limits, as a real discord.py client keeps to them."""

import asyncio

import aiohttp
import discord
import pytest

from sandbox.discord_wire import Fault, Limit, WireDiscord
from sandbox.discord_wire.world import ADA, BEN, BOT, GENERAL, GUILD
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import TOKEN

MESSAGES = "/channels/*/messages"


def statuses(local: WireDiscord) -> list[int]:
    return [each.status for each in local.requests if each.path.endswith("/messages")]


async def test_a_bot_that_reads_the_headers_never_meets_the_limit(
    local: WireDiscord, bot: Bot
) -> None:
    local.limits.add(Limit(method="POST", path=MESSAGES, requests=2, per_seconds=0.1))
    channel = bot.get_partial_messageable(GENERAL)
    for number in range(5):
        await channel.send(str(number))
    assert statuses(local) == [200] * 5


async def test_each_channel_is_counted_by_itself(local: WireDiscord) -> None:
    local.limits.add(Limit(method="POST", path=MESSAGES, requests=1, per_seconds=60))
    found = []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as http:
        for channel in (local.dm_channel(ADA), local.dm_channel(ADA), local.dm_channel(BEN)):
            address = f"{local.api_url}/channels/{channel}/messages"
            async with http.post(address, json={"content": "hello"}) as answer:
                found.append(answer.status)
                assert answer.headers["X-RateLimit-Limit"] == "1"
                assert answer.headers["X-RateLimit-Remaining"] == "0"
                after = float(answer.headers["X-RateLimit-Reset-After"])
                assert 0 < after <= 60
                body = await answer.json()
            if answer.status == 429:
                assert answer.headers["X-RateLimit-Scope"] == "user"
                assert int(answer.headers["Retry-After"]) > 1
                assert (body["global"], body["retry_after"]) == (False, after)
    assert found == [200, 429, 200]
    assert len(local.dms(ADA)) == 1


async def test_the_global_limit_holds_for_all_but_interactions(
    local: WireDiscord, bot: Bot
) -> None:
    await bot.sync()
    local.limits.add(Limit(requests=1, per_seconds=0.1, everywhere=True))
    asked = await local.slash(ADA, GENERAL, "buy", {"package": "small"})
    await local.wait_for_answer(asked, edited=1)
    users = [await bot.fetch_user(each) for each in (ADA, BEN)]
    await asyncio.gather(*(each.send("hello") for each in users))
    assert [len(local.dms(each)) for each in (ADA, BEN)] == [1, 1]
    refused = [each.path for each in local.requests if each.status == 429]
    assert refused
    assert not any(each.startswith(("/webhooks/", "/interactions/")) for each in refused)


async def test_too_long_a_wait_is_an_error_where_the_bot_wants_one(
    local: WireDiscord, bot: Bot
) -> None:
    bot.http.max_ratelimit_timeout = 30.0
    fault = Fault(kind="rate_limit", path="/applications/*", retry_after=600)
    local.faults.add(fault)
    with pytest.raises(discord.RateLimited) as long:
        await bot.http.get_guild_commands(BOT, GUILD)
    assert long.value.retry_after == 600


async def test_a_call_counts_at_its_route_and_at_the_global_limit(local: WireDiscord) -> None:
    whole = Limit(requests=2, per_seconds=60, everywhere=True)
    route = Limit(path="/users/*", requests=1, per_seconds=60)
    for limit in (whole, route):
        local.limits.add(limit)
    assert local.limits.holding == (whole, route)
    found = []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as http:
        for path in ("/users/@me", "/users/@me", "/gateway"):
            async with http.get(local.api_url + path) as answer:
                headers = answer.headers
                found.append((answer.status, headers.get("X-RateLimit-Scope")))
                assert ("X-RateLimit-Bucket" in headers) == path.startswith("/users")
        assert found == [(200, None), (429, "user"), (429, "global")]
        local.limits.clear()
        async with http.get(local.api_url + "/gateway") as answer:
            assert answer.status == 200
            assert "X-RateLimit-Limit" not in answer.headers
