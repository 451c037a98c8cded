"""`/redeem` in a simulated Discord: what is refused, and in which words."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, SpendPoints
from payments.commands.shop.items import EditItem, RetireItem
from payments.domain.values.ids import MemberId
from payments.domain.values.items import ItemKind, Limits, Offer, RoleOffer
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.counter import put_up_item
from tests.support.make import BEN, GUILD, key
from tests.support.presses import press
from tests.support.redeeming import orders, points, redeem, rich
from tests.support.shopping import item_id, offer

__all__ = ["rich"]

TABLE = offer()


def granted(clock: Time, member: int) -> GrantPoints:
    return GrantPoints(
        key=key(),
        at=clock(),
        actor=by_member(BEN),
        guild=GUILD,
        member=MemberId(member),
        points=100,
    )


async def test_nobody_is_asked_for_what_they_cannot_order(rich: World, runner: Runner) -> None:
    pin = offer("Pin", price=701, question="Which colour?")
    result = await redeem(rich, await put_up_item(runner, pin))
    assert result.modal is None
    assert refusal(rich, result) == (
        "This costs 701 points, and you have 700 points. `/buy` gets you more."
    )


@pytest.mark.parametrize(
    ("paid_with", "price", "sentence"),
    [
        (
            PointsKind.PAID,
            501,
            (
                "This costs 501 points that were bought with money, and you have 500 points of "
                "those. `/buy` gets you more."
            ),
        ),
        (
            PointsKind.PROMOTIONAL,
            201,
            (
                "This costs 201 points that were given to you, and you have 200 points of those. "
                "Points that were bought do not count here."
            ),
        ),
    ],
    ids=["paid", "promotional"],
)
async def test_which_points_count_is_said(
    rich: World, runner: Runner, paid_with: PointsKind, price: int, sentence: str
) -> None:
    of = offer(price=price, paid_with=paid_with)
    result = await redeem(rich, await put_up_item(runner, of))
    assert refusal(rich, result).replace("</buy:0>", "`/buy`") == sentence


async def test_what_is_not_for_sale_is_refused_with_the_reason(
    rich: World, runner: Runner, clock: Time
) -> None:
    later_on = offer("Later", limits=Limits(opens_at=later(clock(), HOUR)))
    role = offer("Members", limits=Limits(role=rich.moderators.id))
    for of, available in ((later_on, None), (role, None), (offer("Gone"), 0), (offer("Few"), 1)):
        await put_up_item(runner, of, available)
    for name, quantity, sentence in (
        ("Later", 1, "“Later” is not for sale right now."),
        ("Members", 1, "“Members” needs a role that you don't have."),
        ("Gone", 1, "“Gone” is sold out."),
        ("Few", 2, "Only 1 piece is left."),
    ):
        result = await redeem(rich, name, quantity=quantity)
        assert refusal(rich, result) == sentence
    result = await redeem(rich, "Nothing")
    assert refusal(rich, result) == (
        "There is no item “Nothing”. Choose “Few”, “Gone”, “Later”, and “Members”."
    )


async def test_whoever_has_the_role_may_order(rich: World, runner: Runner, clock: Time) -> None:
    role = offer("Members", limits=Limits(role=rich.moderators.id))
    await put_up_item(runner, role)
    await runner.run(granted(clock, rich.mira.id))
    asked = await rich.mira.slash(rich.general, "redeem", item="Members")
    await press(rich.mira, asked, "Order")
    assert "### Ordered: Members" in said(asked.response)


async def test_what_changes_while_it_is_asked_orders_nothing(
    rich: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    by_olga: dict[str, Any] = {
        "actor": by_member(MemberId(rich.olga.id)),
        "guild": GUILD,
        "item": item_id("Pin"),
    }
    pin = offer("Pin", price=600)

    async def becomes_dearer() -> None:
        await runner.run(EditItem(key=key(), at=clock(), offer=replace(pin, price=601), **by_olga))

    async def is_retired() -> None:
        await runner.run(RetireItem(key=key(), at=clock(), **by_olga))

    async def spends() -> None:
        command = SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(rich.ada_id),
            guild=GUILD,
            member=rich.ada_id,
            points=600,
        )
        await runner.run(command)

    await put_up_item(runner, pin, 1)
    for happens, sentence in (
        (becomes_dearer, "The price of “Pin” has just changed. Please look at it again."),
        (is_retired, "“Pin” is no longer for sale."),
    ):
        asked = await redeem(rich, "Pin")
        await happens()
        await press(rich.ada, asked, "Order")
        assert said(asked.response) == f"### Nothing was ordered\n{sentence}"
    await put_up_item(runner, offer("Dear", price=600))
    asked = await redeem(rich, "Dear")
    await spends()
    await press(rich.ada, asked, "Order")
    assert said(asked.response).startswith(
        "### Nothing was ordered\nThis costs 600 points, and you have 100 points."
    )
    assert await orders(rich, queries) == []
    assert await points(rich, queries) == 100


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Anchor"},
        {"description": "Rusty."},
        {"role": RoleOffer(id=7, lasts=HOUR)},
        {"by_person": True},
        {"paid_with": PointsKind.PAID},
        {"question": "Which colour?"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_who_agreed_to_one_thing_does_not_get_another(
    rich: World, runner: Runner, queries: Queries, clock: Time, change: dict[str, Any]
) -> None:
    pin = offer("Pin", ItemKind.ROLE, role=RoleOffer(id=7))
    await put_up_item(runner, pin)

    async def edit(to: Offer) -> None:
        by_olga = {"actor": by_member(MemberId(rich.olga.id)), "item": item_id("Pin")}
        await runner.run(EditItem(key=key(), at=clock(), offer=to, guild=GUILD, **by_olga))  # type: ignore[arg-type]

    asked = await redeem(rich, "Pin")
    await edit(replace(pin, **change))
    await press(rich.ada, asked, "Order")
    assert said(asked.response) == (
        "### Nothing was ordered\n“Pin” has just changed. Please look at it again."
    )
    assert await orders(rich, queries) == []
    await edit(pin)
    asked = await redeem(rich, "Pin")
    await edit(replace(pin, picture="https://example.com/pin.png"))
    await press(rich.ada, asked, "Order")
    assert "### Ordered: Pin" in said(asked.response)


async def test_of_the_last_piece_one_is_sold_and_the_other_is_told_so(
    rich: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    await runner.run(granted(clock, rich.ben.id))
    await put_up_item(runner, TABLE, 1)
    asked = [
        await person.slash(rich.general, "redeem", item=TABLE.name)
        for person in (rich.ada, rich.ben)
    ]
    await press(rich.ben, asked[1], "Order")
    await press(rich.ada, asked[0], "Order")
    assert said(asked[0].response) == "### Nothing was ordered\n“Captain's table” is sold out."
    assert await points(rich, queries) == 700


async def test_nothing_is_sold_where_there_is_nothing(rich: World) -> None:
    assert refusal(rich, await redeem(rich, "Pin")) == (
        "Nothing can be had for points on this server yet."
    )
    assert await rich.ada.autocomplete(rich.general, "redeem", "item", "") == []
