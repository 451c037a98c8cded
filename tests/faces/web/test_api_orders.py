"""`/api/v1/orders/…` as other programs ask for it, and as those do who have no right to it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from payments.commands.shop.end import EndOrder
from payments.domain.values.ids import OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.time import later
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.support.api import JSON, Api
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, START, SYSTEM
from tests.support.program_orders import SWORD, standing
from tests.support.shopping import add_item, offer, place
from webhooks.api.bodies import MAX_BODY_BYTES

pytestmark = only_on_sqlite


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


async def test_an_order_is_fulfilled_once_however_often_it_is_said(
    api: Api, queries: Queries
) -> None:
    said = await asyncio.gather(*(api.say("sword/fulfil", note=f"{n}") for n in range(10)))
    assert {each.short for each in said} == {(200, "fulfilled")}
    assert said[0].body == {"order": "sword", "state": "fulfilled"}
    assert await points(queries) == 900
    denied = await api.say("sword/deny", reason="No.")
    assert denied.short == (409, "state")
    assert denied.body == {
        "message": "This order is fulfilled already.",
        "reason": "state",
        "order": "sword",
        "state": "fulfilled",
    }
    assert await points(queries) == 900


async def test_an_order_is_denied_and_its_points_are_back(api: Api, queries: Queries) -> None:
    for _ in range(2):
        said = await api.say("sword/deny", reason="Your chest is full.")
        assert said.short == (200, "denied")
    assert await points(queries) == 1_000
    assert (await api.say("sword/fulfil")).short == (409, "state")


async def test_nothing_need_be_said_of_what_was_given(api: Api, queries: Queries) -> None:
    bearer = {"Authorization": f"bearer  {api.key}"}
    assert (await api.post("sword/fulfil", None, bearer)).short == (200, "fulfilled")
    assert await points(queries) == 900


async def test_after_the_deadline_it_is_too_late(api: Api, runner: Runner) -> None:
    due, order = later(START, SWORD.wait), OrderId("sword")
    ended = EndOrder(
        key=EndOrder.key_of(order, due), at=due, actor=SYSTEM, guild=GUILD, order=order, due=due
    )
    assert await runner.run(ended)
    said = await api.say("sword/fulfil")
    assert said.short == (409, "state")
    assert said.body["message"] == "This order has lapsed. Its points are back."


async def test_what_a_person_gives_no_program_fulfils(api: Api, runner: Runner) -> None:
    dinner = offer("Dinner", ItemKind.PERSON)
    await runner.run(add_item(dinner))
    await runner.run(place(dinner, "dinner"))
    assert (await api.say("dinner/fulfil")).short == (409, "kind")


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("fulfil", b"{", "body"),
        ("fulfil", b"[]", "body"),
        ("fulfil", b"null", "body"),
        ("fulfil", b'"note"', "body"),
        ("fulfil", b'{"note": 1}', "body"),
        ("fulfil", b'{"note": null}', "body"),
        ("fulfil", b'{"reason": "x"}', "body"),
        ("fulfil", b'{"note": "x", "order": "y"}', "body"),
        ("fulfil", b"\xff\xfe{}", "body"),
        ("fulfil", b'{"note": "\\ud800"}', "body"),
        ("fulfil", b"[" * 10_000, "body"),
        ("fulfil", json.dumps({"note": "x" * 201}).encode(), "words"),
        ("fulfil", b'{"note": "a\\u0000b"}', "words"),
        ("fulfil", b'{"note": "turn\\u202earound"}', "words"),
        ("deny", b"{}", "body"),
        ("deny", b"", "body"),
        ("deny", b'{"reason": ""}', "body"),
        ("deny", b'{"reason": " \\n"}', "body"),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    api: Api, queries: Queries, path: str, body: bytes, reason: str
) -> None:
    said = await api.post(f"sword/{path}", body, JSON | {"Authorization": f"Bearer {api.key}"})
    assert said.short == (400, reason)
    assert said.body["message"].endswith(".")
    assert await standing(queries, "sword") is OrderState.PLACED


async def test_a_body_is_json_as_it_is_and_small(api: Api, queries: Queries) -> None:
    bearer = {"Authorization": f"Bearer {api.key}"}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        said = await api.post("sword/fulfil", b"{}", bearer | {"Content-Type": kind})
        assert said.short == (415, "content_type")
    assert (await api.post("sword/fulfil", b"{}", bearer)).short == (415, "content_type")
    packed = gzip.compress(b"{}")
    said = await api.post("sword/fulfil", packed, bearer | JSON | {"Content-Encoding": "gzip"})
    assert said.short == (415, "encoding")
    huge = b" " * (MAX_BODY_BYTES + 1)
    assert (await api.post("sword/fulfil", huge, bearer | JSON)).status == 413

    async def in_pieces() -> AsyncIterator[bytes]:
        yield huge

    pieces: Any = in_pieces()
    assert (await api.post("sword/fulfil", pieces, bearer | JSON)).status == 413
    assert await standing(queries, "sword") is OrderState.PLACED


@pytest.mark.parametrize(
    "path",
    ["%00/fulfil", "%ff/fulfil", "%F0%9F%98%80/fulfil", "a%2Fb/fulfil", "x" * 5_000, "..%2f"],
)
async def test_an_order_that_cannot_be_is_not_there(api: Api, path: str) -> None:
    path = path if "/" in path else f"{path}/fulfil"
    assert (await api.say(path)).status == 404


async def test_only_posts_are_taken_and_errors_are_json_for_browsers_too(api: Api) -> None:
    url = f"{api.web.url}/api/v1/orders/sword/fulfil"
    for accept in ("*/*", "text/html"):
        async with api.web.session.get(url, headers={"Accept": accept}) as answer:
            assert answer.status == 405
            assert answer.headers["Allow"] == "POST"
            assert await answer.json() == {"message": "Not this way."}


async def test_what_the_database_did_not_take_is_to_be_sent_again(
    api: Api, runner: Runner, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(command: object) -> None:
        del command
        raise BooksUnavailable("the disk is full")

    with monkeypatch.context() as trouble:
        trouble.setattr(runner, "run", full)
        said = await api.say("sword/fulfil")
    assert said.short == (503, "books")
    assert "disk" not in said.body["message"]
    assert await standing(queries, "sword") is OrderState.PLACED
    assert (await api.say("sword/fulfil")).short == (200, "fulfilled")


async def test_answers_are_counted(api: Api) -> None:
    await api.say("sword/fulfil")
    await api.say("none/deny", reason="x")
    await api.post("sword/fulfil")

    def counted(action: str, status: str) -> float | None:
        labels = {"action": action, "status": status}
        return api.web.registry.get_sample_value("guildbank_api_requests_total", labels)

    assert counted("fulfil", "200") == counted("fulfil", "401") == counted("deny", "404") == 1
