"""A shop whose items and orders are as long as they may be."""

from collections.abc import Mapping
from typing import Any, Final

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.commands.shop.end import DenyOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.values.guilds import MAX_POINTS, NAME_LENGTH
from payments.domain.values.ids import MemberId
from payments.domain.values.items import (
    DESCRIPTION_LENGTH,
    QUESTION_LENGTH,
    ItemKind,
    Limits,
    Offer,
)
from payments.domain.values.ledger import PointsKind
from payments.domain.values.orders import ANSWER_LENGTH, REASON_LENGTH
from payments.domain.values.time import DAY, later
from payments.runner.runner import Runner
from sandbox.discord_wire.world import BEN, MODERATORS, OWNER
from tests.support.make import GUILD, START, key
from tests.support.shopping import about, add_item, offer, place

ITEMS: Final = 12
"""More than two pages of `/shop`."""


def longest(number: int, **more: Any) -> Offer:
    """An item of which all is as long as it may be."""
    wanted: dict[str, Any] = {
        "price": 1,
        "description": "*" * DESCRIPTION_LENGTH,
        "picture": f"https://pictures.example/{'x' * 400}.png",
        "limits": Limits(per_order=100, closes_at=later(START, 400 * DAY)),
    }
    return offer(f"{number:02}" + "*" * (NAME_LENGTH - 2), **(wanted | more))


async def fill_shop(runner: Runner) -> Mapping[str, Offer]:
    """Put up items, of which Ben has ordered some; returns those with something special."""
    ben = MemberId(BEN)
    grant = GrantPoints(
        key=key(),
        at=START,
        actor=by_member(MemberId(OWNER)),
        guild=GUILD,
        member=ben,
        points=50,
    )
    await runner.run(grant)
    items = [longest(number) for number in range(ITEMS)]
    special = {
        "role": longest(
            20,
            kind=ItemKind.ROLE,
            by_person=True,
            limits=Limits(role=MODERATORS, opens_at=later(START, 400 * DAY)),
        ),
        "asks": longest(21, question="*" * QUESTION_LENGTH),
        "dear": longest(22, price=MAX_POINTS // 100, paid_with=PointsKind.PAID),
    }
    for each in (*items, *special.values()):
        await runner.run(add_item(each))
    for number, each in enumerate(items):
        order = f"019a0000-0000-7000-9000-{number:012}"
        await runner.run(place(each, order, member=ben, answer="*" * ANSWER_LENGTH))
        reason = "*" * REASON_LENGTH
        if number % 3:
            ending = DenyOrder if number % 3 == 1 else FulfilOrder
            await runner.run(ending(**about(order, START, MemberId(OWNER)), reason=reason))
    return special
