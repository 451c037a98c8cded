"""`/subscriber …` in a simulated Discord."""

import json
import re
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from standardwebhooks import Webhook

from payments.infra.api_keys import read_api_key
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal, said
from tests.support.make import GUILD


@pytest.fixture
async def program(
    world: World,
) -> AsyncIterator[tuple[BaseTestServer, list[tuple[dict[str, str], str]]]]:
    """A program that listens, and what it gets."""
    taken: list[tuple[dict[str, str], str]] = []

    async def take(request: web.Request) -> web.Response:
        taken.append((dict(request.headers), await request.text()))
        return web.Response(status=200 if len(taken) == 1 else 500)

    app = web.Application()
    app.router.add_post("/hook", take)
    async with TestServer(app, host="127.0.0.1") as server:
        yield server, taken
    await world.bot.post.close()


async def test_it_is_added_tried_listed_and_removed(
    world: World,
    queries: Queries,
    program: tuple[BaseTestServer, list[tuple[dict[str, str], str]]],
) -> None:
    server, taken = program
    added = await world.olga.slash(
        world.general,
        "subscriber add",
        address=str(server.make_url("/hook")),
        events="payment.success, points.transferred",
    )
    assert added.ephemeral
    words = said(added.response)
    assert "127.0.0.1 gets `payment.success` and `points.transferred` from now on." in words
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", words)
    assert found is not None
    (subscriber,) = await queries.subscribers(GUILD)
    assert subscriber.kinds == ("payment.success", "points.transferred")

    tried = await world.olga.slash(world.general, "subscriber test", subscriber=subscriber.id)
    assert re.search(r"127\.0\.0\.1 took the message: 200 after \d+ ms\.", said(tried.response))
    ((headers, body),) = taken
    assert Webhook(found[0]).verify(body, headers) == json.loads(body)
    assert json.loads(body)["type"] == "subscriber.test"
    failed = await world.olga.slash(world.general, "subscriber test", subscriber=subscriber.id)
    assert "did not take the message: it answered 500." in said(failed.response)

    listed = said((await world.olga.slash(world.general, "subscriber list")).response)
    assert "**127.0.0.1** gets `payment.success` and `points.transferred` · `…" in listed
    assert found[0] not in listed
    removed = await world.olga.slash(world.general, "subscriber remove", subscriber=subscriber.id)
    assert "127.0.0.1 no longer receives events. Its secret was deleted." in said(removed.response)
    assert await queries.subscribers(GUILD) == []
    again = await world.olga.slash(world.general, "subscriber remove", subscriber=subscriber.id)
    assert "There is no such subscriber" in refusal(world, again)
    empty = said((await world.olga.slash(world.general, "subscriber list")).response)
    assert "No program gets events yet." in empty


async def test_wrong_things_are_refused_in_a_sentence(world: World) -> None:
    for options, sentence in (
        ({"address": "example"}, "must begin with https://"),
        ({"address": "https://example.com", "events": "sales"}, "There is no event “sales”."),
    ):
        result = await world.olga.slash(world.general, "subscriber add", **options)
        assert sentence in refusal(world, result)


async def test_events_are_completed_one_after_the_other(world: World) -> None:
    first = await world.olga.autocomplete(
        world.general, "subscriber add", "events", "transf", address="https://example.com"
    )
    assert [each["value"] for each in first] == ["points.transferred"]
    then = await world.olga.autocomplete(
        world.general,
        "subscriber add",
        "events",
        "points.transferred, payment.succ",
        address="https://example.com",
    )
    assert [each["value"] for each in then] == ["points.transferred, payment.success"]


async def test_whoever_gets_all_events_is_listed_so(world: World) -> None:
    await world.olga.slash(world.general, "subscriber add", address="https://example.com/hook")
    (choice,) = await world.olga.autocomplete(
        world.general, "subscriber test", "subscriber", "example"
    )
    assert choice["name"].startswith("example.com: all events · …")


async def test_it_is_for_owners(world: World) -> None:
    await world.let(world.ada, "subscriber")
    result = await world.ada.slash(world.general, "subscriber list")
    assert "manage the server" in refusal(world, result)


async def test_a_key_is_added_listed_and_removed(world: World, queries: Queries) -> None:
    empty = said((await world.olga.slash(world.general, "subscriber key list")).response)
    assert "No program has a key yet." in empty
    added = await world.olga.slash(world.general, "subscriber key add", name="Game server")
    assert added.ephemeral
    found = re.search(r"gbk_\d+_[0-9a-f]{64}", said(added.response))
    assert found is not None
    known = read_api_key(found[0])
    assert known is not None
    key = await queries.api_key(*known)
    assert key is not None
    assert (key.guild, key.name) == (GUILD, "Game server")

    twice = await world.olga.slash(world.general, "subscriber key add", name="game server")
    assert "There is a key called “game server” already." in refusal(world, twice)
    listed = said((await world.olga.slash(world.general, "subscriber key list")).response)
    assert "**Game server** can fulfil and deny orders · `…" in listed
    assert found[0] not in listed

    removed = await world.olga.slash(world.general, "subscriber key remove", key=key.id)
    assert "Game server can't fulfil orders any more." in said(removed.response)
    assert await queries.api_key(*known) is None
    again = await world.olga.slash(world.general, "subscriber key remove", key=key.id)
    assert "There is no such key" in refusal(world, again)
