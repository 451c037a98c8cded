"""Other programs begin, fulfil and deny orders: once, and only those that are theirs."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.errors import Refused
from payments.domain.values.events import OrderFulfilled
from payments.domain.values.ids import GuildId, OrderId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.domain.values.program_answers import ProgramAnswer
from payments.domain.values.time import DAY, MINUTE, Instant, later
from payments.runner.runner import Runner
from payments.services.program_orders import (
    NoSuchOrder,
    NotForPrograms,
    OrderDecided,
    ProgramOrders,
)
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.rows.codec import decode_event
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.commands import grant
from tests.support.make import ADA, GUILD, START, SYSTEM
from tests.support.program_orders import SWORD, ordered, program_orders, standing
from tests.support.shopping import about, add_codes, add_item, offer, place

GAME = "Game server"
ORDER = OrderId("sword")
DONE = ProgramAnswer(fulfilled=True, words="It is in your chest.")
NO = ProgramAnswer(fulfilled=False, words="Your chest is full.")


@pytest.fixture
async def programs(runner: Runner, queries: Queries, clock: Time) -> ProgramOrders:
    """Ada has 1,000 points, and has ordered a sword for 100 of them."""
    await runner.run(grant(1_000, ADA))
    await ordered(runner, "sword")
    return program_orders(runner, queries, clock)


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


async def end(runner: Runner, due: Instant, order: OrderId = ORDER) -> bool:
    """What the timer does when the time of an order is over."""
    command = EndOrder(
        key=EndOrder.key_of(order, due), at=due, actor=SYSTEM, guild=GUILD, order=order, due=due
    )
    return await runner.run(command)


async def test_what_was_begun_is_not_cancelled_and_ends_when_the_owner_said(
    programs: ProgramOrders, runner: Runner, queries: Queries
) -> None:
    assert await programs.begin(GUILD, ORDER, GAME)
    assert await programs.begin(GUILD, ORDER, "Another"), "a second subscriber gets it too"
    assert await standing(queries, "sword") is OrderState.FULFILLING
    with pytest.raises(Refused, match="being fulfilled already"):
        await runner.run(CancelOrder(**about("sword", member=ADA)))
    assert not await end(runner, later(START, DAY + MINUTE)), "the owner gave it longer than a day"
    assert await end(runner, later(START, SWORD.wait))
    assert await standing(queries, "sword") is OrderState.FAILED
    assert await points(queries) == 1_000
    assert not await programs.begin(GUILD, ORDER, GAME), "a game must not give it any more"
    with pytest.raises(OrderDecided, match="has failed"):
        await programs.answer(GUILD, ORDER, DONE, GAME)


async def test_what_nobody_was_told_of_lapses(
    programs: ProgramOrders, runner: Runner, queries: Queries
) -> None:
    assert await end(runner, later(START, SWORD.wait))
    with pytest.raises(OrderDecided, match="has lapsed") as raised:
        await programs.answer(GUILD, ORDER, DONE, GAME)
    assert raised.value.state is OrderState.LAPSED
    assert await points(queries) == 1_000


@pytest.mark.parametrize("begun", [False, True])
async def test_the_same_answer_has_its_effect_once(
    programs: ProgramOrders, queries: Queries, database: Database, *, begun: bool
) -> None:
    if begun:
        await programs.begin(GUILD, ORDER, GAME)
    for words in (DONE.words, "", "said otherwise"):
        again = replace(DONE, words=words)
        assert await programs.answer(GUILD, ORDER, again, GAME) is OrderState.FULFILLED
    with pytest.raises(OrderDecided, match="fulfilled already"):
        await programs.answer(GUILD, ORDER, NO, GAME)
    assert await points(queries) == 900
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_a_denial_gives_the_points_back_once(
    programs: ProgramOrders, queries: Queries, database: Database
) -> None:
    for _ in range(2):
        assert await programs.answer(GUILD, ORDER, NO, GAME) is OrderState.DENIED
    with pytest.raises(OrderDecided, match="was denied"):
        await programs.answer(GUILD, ORDER, DONE, GAME)
    assert await points(queries) == 1_000
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_of_many_answers_at_once_one_counts(
    programs: ProgramOrders, queries: Queries, database: Database
) -> None:
    """Ten say that it was given, ten that it was not; who is first is right for all."""

    async def say(answer: ProgramAnswer) -> OrderState:
        try:
            return await programs.answer(GUILD, ORDER, answer, GAME)
        except OrderDecided as error:
            return error.state

    answers = [DONE, NO] * 10
    (state,) = set(await asyncio.gather(*(say(each) for each in answers)))
    assert await points(queries) == {OrderState.FULFILLED: 900, OrderState.DENIED: 1_000}[state]
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_orders_of_other_guilds_and_of_no_guild_are_the_same_to_a_program(
    programs: ProgramOrders,
) -> None:
    for guild, order in ((GuildId(GUILD + 1), ORDER), (GUILD, OrderId("none"))):
        for answer in (DONE, NO):
            with pytest.raises(NoSuchOrder):
                await programs.answer(guild, order, answer, GAME)
        with pytest.raises(NoSuchOrder):
            await programs.begin(guild, order, GAME)


@pytest.mark.parametrize("kind", [ItemKind.PERSON, ItemKind.ROLE, ItemKind.CODE])
async def test_what_a_program_does_not_give_it_neither_fulfils_nor_denies(
    programs: ProgramOrders, runner: Runner, kind: ItemKind
) -> None:
    other = offer("Other", kind, by_person=True)
    await runner.run(add_item(other))
    if kind is ItemKind.CODE:
        await runner.run(add_codes(other, 1))
    await runner.run(place(other, "other"))
    for answer in (DONE, NO):
        with pytest.raises(NotForPrograms):
            await programs.answer(GUILD, OrderId("other"), answer, GAME)


@pytest.mark.parametrize(("answer", "called"), [(DONE, "Note"), (NO, "Reason")])
async def test_words_that_cannot_be_shown_are_refused_and_the_order_stays_open(
    programs: ProgramOrders, queries: Queries, answer: ProgramAnswer, called: str
) -> None:
    for words in ("x" * 201, "turn\u202earound"):
        with pytest.raises(Refused, match=f"^{called}: "):
            await programs.answer(GUILD, ORDER, replace(answer, words=words), GAME)
    assert await standing(queries, "sword") is OrderState.PLACED


async def test_what_staff_decided_meanwhile_counts(
    programs: ProgramOrders, runner: Runner, queries: Queries
) -> None:
    await runner.run(DenyOrder(**about("sword"), reason="Out of swords."))
    assert not await programs.begin(GUILD, ORDER, GAME)
    with pytest.raises(OrderDecided, match="was denied"):
        await programs.answer(GUILD, ORDER, DONE, GAME)
    await ordered(runner, "second")
    await runner.run(FulfilOrder(**about("second")))
    assert await programs.answer(GUILD, OrderId("second"), DONE, GAME) is OrderState.FULFILLED
    assert await points(queries) == 900


async def test_who_fulfilled_it_is_told_by_the_name_of_the_key(
    programs: ProgramOrders, database: Database
) -> None:
    await programs.answer(GUILD, ORDER, DONE, GAME)
    table = tables.events
    told = select(table.c.body).where(table.c.name == OrderFulfilled.name)
    body = await database.transact(lambda connection: str(connection.execute(told).scalar_one()))
    event = decode_event(OrderFulfilled.name, body)
    assert isinstance(event, OrderFulfilled)
    assert (event.by, event.note) == ("program:Game server", DONE.words)


async def test_another_program_and_a_person_do_not_give_the_same_item(runner: Runner) -> None:
    with pytest.raises(Refused, match="waits for that program"):
        await runner.run(add_item(offer("Both", ItemKind.PROGRAM, by_person=True)))
