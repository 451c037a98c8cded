"""What members are told of their orders in direct messages."""

from dataclasses import replace

import pytest

from payments.commands.base import Actor
from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.end import CancelOrder, DenyOrder, EndOrder, FailOrder
from payments.commands.shop.fulfil import FulfilOrder, by_program
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.ids import MemberId, OrderId
from payments.domain.values.items import PERSON_WAIT, ItemKind, RoleOffer
from payments.domain.values.time import later, to_seconds
from payments.infra.encryption import Encryptor
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.buyer import Read, read
from tests.support.counter import add_real_codes, put_up_item
from tests.support.make import (
    GUILD,
    START,
)
from tests.support.sending import ends, worker
from tests.support.shopping import about, offer, place
from tests.support.transfers import give

__all__ = ["ends", "read", "worker"]

TABLE = offer()
KEY = offer("Key", ItemKind.CODE)
VIP = offer("Harbour VIP", ItemKind.ROLE)


@pytest.fixture
async def shop(
    world: World, runner: Runner, clock: Time, encryptor: Encryptor, read: Read
) -> World:
    """Ada was given 500 points; a dinner, codes and a role are for sale."""
    await give(world, runner, clock, 500)
    for each in (TABLE, KEY, VIP):
        await put_up_item(runner, each)
    await add_real_codes(runner, KEY, encryptor, ["AAAA-1", "BBBB-2"])
    await read()
    return world


async def test_a_code_comes_as_a_message(shop: World, runner: Runner, read: Read) -> None:
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    assert await read() == ["**Key** on Harbour is yours: `AAAA-1`"]


async def test_codes_never_go_where_others_may_look(
    shop: World, runner: Runner, read: Read
) -> None:
    """Neither into the row that waits for the member's next command."""
    shop.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    assert await read() == []
    (kept,) = await shop.bot.notices.waiting(GUILD, shop.ada_id)
    assert kept.words == "**Key** on Harbour is yours. `/orders` shows what you got."


async def test_a_code_that_could_not_be_sent_goes_back_into_stock(
    shop: World, runner: Runner, read: Read, queries: Queries
) -> None:
    """What the member was shown nowhere is given to somebody else, and never to them."""
    shop.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    await read()
    await runner.run(ReturnOrder(**about("o1")))
    assert await queries.codes_of(GUILD, OrderId("o1")) == []
    assert await runner.run(place(KEY, "o2", member=shop.ada_id, quantity=2))


async def test_a_code_that_was_sent_stays_where_it_is(
    shop: World, runner: Runner, read: Read, queries: Queries
) -> None:
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    assert "AAAA-1" in (await read())[0]
    await runner.run(ReturnOrder(**about("o1"), reason="sorry"))
    assert len(await queries.codes_of(GUILD, OrderId("o1"))) == 1
    (told,) = await read()
    assert "was taken back" in told


async def test_a_code_whose_order_is_returned_meanwhile_is_not_sent(
    shop: World, runner: Runner, read: Read
) -> None:
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    await runner.run(ReturnOrder(**about("o1")))
    assert "AAAA" not in " ".join(await read())
    await runner.run(place(KEY, "o2", member=shop.ada_id))
    assert "AAAA-1" in " ".join(await read())


async def test_codes_that_are_too_many_or_unreadable_are_left_to_the_command(
    shop: World, runner: Runner, read: Read, encryptor: Encryptor
) -> None:
    long = offer("Long", ItemKind.CODE, price=1)
    other = offer("Other", ItemKind.CODE, price=1)
    await put_up_item(runner, long)
    await put_up_item(runner, other)
    await add_real_codes(runner, long, encryptor, ["x" * 200] * 10)
    await add_real_codes(runner, other, Encryptor(["0" * 43 + "="]), ["AAAA"])
    await runner.run(place(long, "o1", member=shop.ada_id, quantity=10))
    assert await read() == ["**Long** on Harbour is yours. `/orders` shows what you got."]
    await runner.run(place(other, "o2", member=shop.ada_id))
    assert await read() == ["**Other** on Harbour is yours. `/orders` shows what you got."]


async def test_another_code_is_told(
    shop: World, runner: Runner, read: Read, queries: Queries
) -> None:
    await runner.run(place(KEY, "o1", member=shop.ada_id))
    await read()
    (bad,) = await queries.codes_of(GUILD, OrderId("o1"))
    await runner.run(ReplaceCode(**about("o1"), code=bad.id))
    assert await read() == [
        ("A moderator replaced a code that did not work. **Key** on Harbour is yours: `BBBB-2`")
    ]


async def test_what_was_fulfilled_is_told_with_its_note(
    shop: World, runner: Runner, read: Read
) -> None:
    await runner.run(place(TABLE, "o1", member=shop.ada_id))
    await runner.run(place(VIP, "o2", member=shop.ada_id))
    assert await read() == []
    await runner.run(FulfilOrder(**about("o1"), reason="at *eight*"))
    await runner.run(FulfilOrder(**about("o2")))
    ends = to_seconds(START) + 30 * 86_400
    assert await read() == [
        r"Your order of **Captain's table** on Harbour is fulfilled. They wrote: “at \*eight\*”.",
        f"**Harbour VIP** on Harbour is yours: you have the role until <t:{ends}:f>.",
    ]


async def test_a_role_says_until_when_with_what_was_ordered_before(
    shop: World, runner: Runner, read: Read
) -> None:
    good = offer("For good", ItemKind.ROLE, role=RoleOffer(id=5))
    await put_up_item(runner, good)
    for of, name in ((VIP, "o1"), (VIP, "o2"), (good, "o3")):
        await runner.run(place(of, name, member=shop.ada_id))
        await runner.run(FulfilOrder(**about(name)))
    ends = to_seconds(START) + 60 * 86_400
    assert (await read())[-2:] == [
        f"**Harbour VIP** on Harbour is yours: you have the role until <t:{ends}:f>.",
        "**For good** on Harbour is yours: you have the role now.",
    ]


@pytest.mark.parametrize(
    ("by", "reason", "words"),
    [
        (None, "closed", "was denied by <@{mira}>. Reason: “closed”."),
        (None, "", "was denied by <@{mira}>."),
        (by_program("minecraft"), "full", "was denied by minecraft. Reason: “full”."),
    ],
    ids=["moderator", "no reason", "program"],
)
async def test_a_denial_says_who_and_why(
    shop: World, runner: Runner, read: Read, by: Actor | None, reason: str, words: str
) -> None:
    mira = MemberId(shop.mira.id)
    await runner.run(place(TABLE, "o1", member=shop.ada_id))
    command = DenyOrder(**about("o1", START, mira), reason=reason)
    await runner.run(command if by is None else replace(command, actor=by))
    assert await read() == [
        (
            f"Your order of **Captain's table** on Harbour {words.format(mira=mira)} "
            "100 points came back. Your balance is **500 points**."
        )
    ]


async def test_what_ended_otherwise_is_told_and_why_is_for_the_owner(
    shop: World, runner: Runner, read: Read, clock: Time
) -> None:
    due = later(START, PERSON_WAIT)
    for name in ("failed", "returned", "lapsed"):
        await runner.run(place(TABLE, name, member=shop.ada_id))
    await runner.run(FailOrder(**about("failed"), reason="the bot's role is too low"))
    (failed,) = await read()
    assert failed == (
        "Your order of **Captain's table** on Harbour could not be fulfilled. 100 points came "
        "back. Your balance is **300 points**."
    )
    await runner.run(FulfilOrder(**about("returned")))
    await read()
    await runner.run(
        ReturnOrder(**about("returned", START, MemberId(shop.mira.id)), reason="sorry")
    )
    assert await read() == [
        (
            f"Your order of **Captain's table** on Harbour was taken back by <@{shop.mira.id}>. "
            "Reason: “sorry”. 100 points came back. Your balance is **400 points**."
        )
    ]
    clock.pass_(PERSON_WAIT)
    await runner.run(EndOrder(**about("lapsed", clock()), due=due))
    assert await read() == [
        (
            "Nobody fulfilled your order of **Captain's table** on Harbour in time. 100 points "
            "came back. Your balance is **500 points**."
        )
    ]


async def test_nobody_is_told_what_they_did_themselves(
    shop: World, runner: Runner, read: Read
) -> None:
    await runner.run(place(TABLE, "o1", member=shop.ada_id))
    await runner.run(CancelOrder(**about("o1", START, shop.ada_id)))
    assert await read() == []


async def test_what_is_not_true_any_more_is_left_out(
    shop: World, runner: Runner, read: Read
) -> None:
    await runner.run(place(TABLE, "o1", member=shop.ada_id))
    await runner.run(FulfilOrder(**about("o1")))
    await runner.run(ReturnOrder(**about("o1"), reason="sorry"))
    (only,) = await read()
    assert "was taken back" in only
