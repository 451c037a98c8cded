"""Whatever happens at Square, and however its messages come, the books end as Square has it.

What they come to is said by an oracle with plain numbers, which reads the local Square's own state
and knows nothing of how the program does it.
"""

import random
from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest
from sqlalchemy import Connection, select

from payments.domain.values.ids import House, house_or_member
from payments.domain.values.time import MINUTE
from payments.store import tables
from sandbox.base.common import NotPossible
from tests.providers.square.shop import SquareShop, order_of
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA

pytestmark = only_on_sqlite

POINTS, PRICE = 500, 499
SEEDS: Final = 14
MORE_SEEDS: Final = 300

Act = Callable[[SquareShop, str, random.Random], Awaitable[Any]]


def one_of(found: Any, dice: random.Random) -> str:
    """The id of one of these objects. Raises NotPossible if there is none."""
    if not found:
        raise NotPossible("there is none")
    return str(dice.choice(sorted(found)))


async def pay(shop: SquareShop, order: str, _: random.Random) -> None:
    await shop.square.pay(order)


async def pay_later(shop: SquareShop, order: str, _: random.Random) -> None:
    await shop.square.pay_later(order)


async def decline(shop: SquareShop, order: str, _: random.Random) -> None:
    await shop.square.decline(order)


async def complete(shop: SquareShop, order: str, _: random.Random) -> None:
    await shop.square.complete_payment(order)


async def refund(shop: SquareShop, order: str, dice: random.Random) -> None:
    if dice.random() < 0.3:
        shop.square.plan_refund("PENDING")
    try:
        await shop.square.refund(order, dice.choice([None, 100, 50]))
    finally:
        shop.square.state.refund_statuses.clear()


async def end_refund(shop: SquareShop, _: str, dice: random.Random) -> None:
    which = one_of(shop.square.state.refunds, dice)
    acts = [
        *(shop.square.fail_refund, shop.square.complete_refund, shop.square.reject_refund),
    ]
    await dice.choice(acts)(which)


async def dispute(shop: SquareShop, order: str, dice: random.Random) -> None:
    amount, inquiry = dice.choice([None, 120]), dice.random() < 0.3
    await shop.square.dispute(order, amount=amount, inquiry=inquiry)


async def escalate(shop: SquareShop, _: str, dice: random.Random) -> None:
    await shop.square.escalate(one_of(shop.square.state.disputes, dice))


async def resolve(shop: SquareShop, _: str, dice: random.Random) -> None:
    which = one_of(shop.square.state.disputes, dice)
    await shop.square.resolve_dispute(which, dice.choice(["WON", "LOST", "ACCEPTED"]))


async def appeal(shop: SquareShop, _: str, dice: random.Random) -> None:
    await shop.square.appeal(one_of(shop.square.state.disputes, dice))


async def again(shop: SquareShop, _: str, dice: random.Random) -> None:
    """An old message comes once more."""
    await shop.square.send_again(one_of(shop.square.state.events, dice))


async def look(shop: SquareShop, _: str, __: random.Random) -> None:
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()


ACTS: Final[list[Act]] = [
    *(pay, pay_later, decline, complete, refund, refund, end_refund, end_refund),
    *(dispute, dispute, escalate, resolve, resolve, appeal, again, look),
]


def expected(shop: SquareShop) -> dict[str, int]:
    """What each account is to hold, by the local Square's own state."""
    state = shop.square.state
    if not any(each.status == "COMPLETED" for each in state.payments.values()):
        return {"member": 0, "held": 0, "issued": 0}
    over = on_the_way = 0
    for each in state.refunds.values():
        over += each.amount * (each.status == "COMPLETED")
        on_the_way += each.amount * (each.status == "PENDING")
    for case in state.disputes.values():
        over += case.amount * (case.state in {"LOST", "ACCEPTED"})
        on_the_way += case.amount * (case.state in {"EVIDENCE_REQUIRED", "PROCESSING"})
    gone = POINTS * min(over, PRICE) // PRICE
    out = POINTS * min(over + on_the_way, PRICE) // PRICE
    return {"member": POINTS - out, "held": out - gone, "issued": gone - POINTS}


async def accounts(shop: SquareShop) -> dict[str, int]:
    """What each account holds, by the transfers alone."""
    names = {ADA: "member", House.HELD: "held", House.ISSUED: "issued"}

    def work(connection: Connection) -> dict[str, int]:
        found = dict.fromkeys(names.values(), 0)
        for row in connection.execute(select(tables.transfers)).mappings():
            for side, sign in (("destination", 1), ("source", -1)):
                found[names[house_or_member(row[side])]] += sign * row["points"]
        return found

    return await shop.core.database.transact(work)


async def lived(shop: SquareShop, dice: random.Random) -> list[str]:
    """A payment's life, with messages that are lost and such as wait for each other."""
    order = order_of(await shop.buy())
    done: list[str] = []
    for _ in range(dice.randint(6, 16)):
        act = dice.choice(ACTS) if done else dice.choice([pay, pay_later, decline])
        if dice.random() < 0.2:
            shop.square.lose_next_message()
        try:
            await act(shop, order, dice)
        except NotPossible:
            continue
        done.append(act.__name__)
        if dice.random() < 0.6:
            await shop.settle()
    return done


async def test_any_life_of_a_payment(shop: SquareShop, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - not for secrets
    done = await lived(shop, dice)
    for _ in range(2):
        shop.clock.pass_(10 * MINUTE)
        assert await shop.reconcile() == (), done
    assert await accounts(shop) == expected(shop), done
    before = await accounts(shop)
    await look(shop, "", dice)
    assert await accounts(shop) == before, done


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Many more lives where there is time for them."""
    if "seed" in metafunc.fixturenames:
        many = metafunc.config.getoption("--trust")
        metafunc.parametrize("seed", range(MORE_SEEDS if many else SEEDS))
