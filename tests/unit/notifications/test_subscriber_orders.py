"""A program that is told of an order may answer at once; from then on nobody cancels it."""

import asyncio
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from payments.commands.base import Command
from payments.commands.shop.end import CancelOrder, DenyOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.errors import Refused
from payments.domain.values.ids import OrderId, SubscriberId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.program_answers import ProgramAnswer
from payments.notifications.errors import GiveUp, NotTaken, Postpone
from payments.notifications.subscribers.channel import MOST_OF_ANSWER
from payments.notifications.subscribers.orders import read_answer
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.queries import Queries
from tests.support.commands import grant
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, START
from tests.support.program_orders import ordered, program_orders, standing
from tests.support.shopping import about, add_item, offer, place
from tests.support.subscribed import Fixture

SWORD_ORDER = OrderId("sword")
FULFILLED = {"order": "fulfilled", "note": "It is in your chest."}
DENIED = {"order": "denied", "reason": "Your chest is full."}


@pytest.fixture
async def waiting(there: Fixture, runner: Runner) -> ClaimedDelivery:
    """A game server is to be told that Ada has ordered a sword."""
    await runner.run(grant(1_000, ADA))
    await there.add(kinds=("order.placed",))
    await ordered(runner, "sword", answer="ada_of_the_sea")
    (delivery,) = await there.waiting()
    return delivery


def says(said: object) -> Callable[[], web.Response]:
    return lambda: web.json_response(said)


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


@only_on_sqlite
@pytest.mark.parametrize(
    ("said", "state", "left"),
    [
        (FULFILLED, OrderState.FULFILLED, 900),
        (DENIED, OrderState.DENIED, 1_000),
        ({"order": "denied"}, OrderState.DENIED, 1_000),
        ({"order": "fulfilled", "note": "x" * 201}, OrderState.FULFILLED, 900),
        ({"order": "fulfilled", "note": "turn\u202earound"}, OrderState.FULFILLED, 900),
        (FULFILLED | {"took_ms": 5}, OrderState.FULFILLED, 900),
    ],
)
async def test_what_it_answers_is_done(
    there: Fixture,
    waiting: ClaimedDelivery,
    queries: Queries,
    said: object,
    state: OrderState,
    left: int,
) -> None:
    there.program.answer = says(said)
    await there.deliver(waiting)
    assert await standing(queries, "sword") is state
    assert await points(queries) == left
    (message,) = [json.loads(body) for _, body in there.program.taken]
    assert message["type"] == "order.placed"
    assert message["data"]["order"] == "sword"
    assert message["data"]["answer"] == "ada_of_the_sea"


@only_on_sqlite
@pytest.mark.parametrize(
    "answer",
    [
        web.Response,
        lambda: web.Response(status=204),
        lambda: web.Response(text="ok"),
        lambda: web.Response(body=b"\xff\xfe"),
        lambda: web.Response(body=gzip.compress(json.dumps(FULFILLED).encode())),
        lambda: web.Response(
            body=gzip.compress(json.dumps(FULFILLED).encode()),
            headers={"Content-Encoding": "gzip"},
        ),
        lambda: web.json_response(FULFILLED | {"more": "x" * MOST_OF_ANSWER}),
        says({"success": True}),
        says({"order": "done"}),
        says({"order": ["fulfilled"]}),
        says({"type": "order.placed", "data": {"order": "sword"}}),
        says([FULFILLED]),
        says({"order": "fulfilled", "note": 5}),
    ],
)
async def test_what_is_no_answer_leaves_the_order_open_for_a_later_one(
    there: Fixture,
    waiting: ClaimedDelivery,
    queries: Queries,
    runner: Runner,
    answer: Callable[[], web.Response],
) -> None:
    there.program.answer = answer
    await there.deliver(waiting)
    assert await standing(queries, "sword") is OrderState.FULFILLING
    later = program_orders(runner, queries, there.clock)
    done = ProgramAnswer(fulfilled=True)
    assert await later.answer(GUILD, OrderId("sword"), done, "key") is OrderState.FULFILLED


async def test_once_it_was_told_the_buyer_cannot_cancel(
    there: Fixture, waiting: ClaimedDelivery, runner: Runner
) -> None:
    """Else they could have the sword and the points: it may be given before we know of it."""
    there.program.answer = lambda: web.Response(status=503)
    with pytest.raises(Postpone):
        await there.deliver(waiting)
    with pytest.raises(Refused, match="being fulfilled already"):
        await runner.run(CancelOrder(**about("sword", member=ADA)))


@only_on_sqlite
async def test_of_an_order_that_is_over_no_program_is_told(
    there: Fixture, waiting: ClaimedDelivery, runner: Runner, queries: Queries
) -> None:
    await runner.run(CancelOrder(**about("sword", member=ADA)))
    there.program.answer = says(FULFILLED)
    with pytest.raises(GiveUp, match="the order is over"):
        await there.deliver(waiting)
    assert there.program.taken == []
    assert await points(queries) == 1_000
    assert await there.failures.since(GUILD, SubscriberId("s1")) is None


async def test_a_message_that_comes_twice_is_answered_twice_and_counts_once(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries
) -> None:
    there.program.answer = says(FULFILLED)
    await there.deliver(waiting)
    with pytest.raises(GiveUp, match="the order is over"):
        await there.deliver(waiting)
    assert await points(queries) == 900


async def test_of_two_programs_the_first_answer_counts(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries, runner: Runner
) -> None:
    """Both are told while it is open, and both give it: the second is told off in the log alone."""
    await there.add("s2", kinds=("order.placed",))
    await ordered(runner, "second")
    both = await there.waiting()
    assert {each.target for each in both} == {"s1", "s2"}
    there.program.answer = says(FULFILLED)
    ends = await asyncio.gather(*(there.deliver(each) for each in both), return_exceptions=True)
    assert {type(each) for each in ends} <= {type(None), GiveUp}
    assert await standing(queries, "second") is OrderState.FULFILLED
    assert await points(queries) == 800, "the first order is still open"
    assert waiting.target == "s1"


async def test_staff_who_are_faster_than_its_answer_have_decided(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries, runner: Runner
) -> None:
    real = there.post.send

    async def meanwhile(*given: object, **more: object) -> object:
        await runner.run(DenyOrder(**about("sword"), reason="Out of swords."))
        return await real(*given, **more)  # type: ignore[arg-type]  # handed on

    there.post.send = meanwhile  # type: ignore[method-assign,assignment]  # to be between two steps
    there.program.answer = says(FULFILLED)
    await there.deliver(waiting)
    assert await standing(queries, "sword") is OrderState.DENIED
    assert await points(queries) == 1_000


async def test_what_the_database_did_not_take_is_sent_again(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(command: object) -> None:
        del command
        raise BooksUnavailable("the disk is full")

    there.program.answer = says(FULFILLED)
    with monkeypatch.context() as trouble:
        trouble.setattr(there.runner, "run", full)
        with pytest.raises(Postpone, match="the disk is full"):
            await there.deliver(waiting)
    assert there.program.taken == []
    await there.deliver(waiting)
    assert await standing(queries, "sword") is OrderState.FULFILLED


async def test_killed_after_it_was_begun_it_is_sent_after_all(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries, runner: Runner
) -> None:
    """Nothing was sent, and the next process does not know that."""
    assert await program_orders(runner, queries, there.clock).begin(GUILD, SWORD_ORDER, "127.0.0.1")
    there.program.answer = says(FULFILLED)
    await there.deliver(waiting)
    assert len(there.program.taken) == 1
    assert await standing(queries, "sword") is OrderState.FULFILLED


async def test_killed_before_its_answer_was_kept_it_is_asked_once_more(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = there.runner.run

    async def until_it_fulfils(command: Command[Any]) -> Any:
        if isinstance(command, FulfilOrder):
            raise BooksUnavailable("the process is gone")
        return await real(command)

    there.program.answer = says(FULFILLED)
    with monkeypatch.context() as trouble:
        trouble.setattr(there.runner, "run", until_it_fulfils)
        with pytest.raises(Postpone):
            await there.deliver(waiting)
    assert await standing(queries, "sword") is OrderState.FULFILLING
    await there.deliver(waiting)
    (first, _), (again, _) = there.program.taken
    assert first["webhook-id"] == again["webhook-id"]
    assert await standing(queries, "sword") is OrderState.FULFILLED
    assert await points(queries) == 900


@only_on_sqlite
async def test_an_error_of_the_program_decides_nothing(
    there: Fixture, waiting: ClaimedDelivery, queries: Queries
) -> None:
    there.program.answer = lambda: web.json_response(FULFILLED, status=404)
    with pytest.raises(NotTaken):
        await there.deliver(waiting)
    assert await standing(queries, "sword") is OrderState.FULFILLING


@only_on_sqlite
async def test_an_order_that_a_person_fulfils_is_told_and_nothing_that_is_answered_counts(
    there: Fixture, runner: Runner
) -> None:
    await runner.run(grant(1_000, ADA))
    await there.add(kinds=("order.placed",))
    dinner = offer("Dinner", ItemKind.PERSON)
    await runner.run(add_item(dinner))
    await runner.run(place(dinner, "dinner"))
    (told,) = await there.waiting()
    there.program.answer = says(FULFILLED)
    await there.deliver(told)
    assert len(there.program.taken) == 1
    await runner.run(CancelOrder(**about("dinner", member=ADA)))


def test_an_answer_that_nests_without_an_end_is_none() -> None:
    assert read_answer(b'{"order":' + b"[" * 10_000) is None
