"""Whatever happens at PayPal, and however its messages come, the books end as PayPal has it.

What they come to is said by an oracle with plain numbers, which reads the local PayPal's own state
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
from tests.providers.paypal.shop import PayPalShop, order_of
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA

pytestmark = only_on_sqlite

POINTS, PRICE = 500, 499
SEEDS: Final = 14
MORE_SEEDS: Final = 300

Act = Callable[[PayPalShop, str, random.Random], Awaitable[Any]]


def one_of(found: Any, dice: random.Random) -> str:
    """The id of one of these objects. Raises NotPossible if there is none."""
    if not found:
        raise NotPossible("there is none")
    return str(dice.choice(sorted(found)))


async def approve(shop: PayPalShop, order: str, _: random.Random) -> None:
    await shop.paypal.approve(order)


async def pending(shop: PayPalShop, order: str, _: random.Random) -> None:
    if not shop.paypal.state.captures:
        shop.paypal.plan_capture(pending="PENDING_REVIEW")
        await shop.paypal.approve(order)


async def complete(shop: PayPalShop, order: str, _: random.Random) -> None:
    await shop.paypal.complete_capture(order)


async def refund(shop: PayPalShop, order: str, dice: random.Random) -> None:
    await shop.paypal.refund(order, dice.choice([None, 100, 50]))


async def slow_refund(shop: PayPalShop, order: str, _: random.Random) -> None:
    shop.paypal.plan_refund("PENDING")
    try:
        await shop.paypal.refund(order, 70)
    except NotPossible:
        shop.paypal.state.refund_statuses.clear()
        raise


async def failed_refund(shop: PayPalShop, _: str, dice: random.Random) -> None:
    waiting = {k for k, v in shop.paypal.state.refunds.items() if v.status == "PENDING"}
    await shop.paypal.fail_refund(one_of(waiting, dice))


async def reverse(shop: PayPalShop, order: str, _: random.Random) -> None:
    await shop.paypal.reverse(order, 30)


async def dispute(shop: PayPalShop, order: str, dice: random.Random) -> None:
    if any(each.open for each in shop.paypal.state.disputes.values()):
        raise NotPossible("one at a time")
    reasons = ["UNAUTHORISED", "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"]
    await shop.paypal.dispute(
        order,
        amount=dice.choice([None, 120]),
        reason=dice.choice(reasons),
        channel=dice.choice(["INTERNAL", "EXTERNAL"]),
    )


async def escalate(shop: PayPalShop, _: str, dice: random.Random) -> None:
    await shop.paypal.escalate(one_of(shop.paypal.state.disputes, dice))


async def resolve(shop: PayPalShop, _: str, dice: random.Random) -> None:
    outcomes = ["RESOLVED_BUYER_FAVOUR", "RESOLVED_SELLER_FAVOUR", "RESOLVED_WITH_PAYOUT"]
    which = one_of(shop.paypal.state.disputes, dice)
    pays = dice.random() < 0.5
    await shop.paypal.resolve_dispute(which, dice.choice(outcomes), seller_pays=pays)


async def appeal(shop: PayPalShop, _: str, dice: random.Random) -> None:
    await shop.paypal.appeal(one_of(shop.paypal.state.disputes, dice))


async def again(shop: PayPalShop, _: str, dice: random.Random) -> None:
    """An old message comes once more."""
    await shop.paypal.send_again(one_of(shop.paypal.state.events, dice))


async def look(shop: PayPalShop, _: str, __: random.Random) -> None:
    shop.clock.pass_(10 * MINUTE)
    assert await shop.reconcile() == ()


ACTS: Final[list[Act]] = [
    *(approve, pending, complete, refund, slow_refund, failed_refund, reverse),
    *(dispute, dispute, escalate, resolve, resolve, appeal, again, look),
]


def expected(shop: PayPalShop) -> dict[str, int]:
    """What each account is to hold, by the local PayPal's own state."""
    state = shop.paypal.state
    arrived = [
        each for each in state.captures.values() if each.status not in {"PENDING", "DECLINED"}
    ]
    if not arrived:
        return {"member": 0, "held": 0, "issued": 0}
    reversed_ = sum(each.amount.minor for each in state.refunds.values() if each.reversal)
    over = on_the_way = taken = 0
    for each in state.refunds.values():
        if not each.reversal and each.status == "COMPLETED":
            over += each.amount.minor
        elif not each.reversal and each.status == "PENDING":
            on_the_way += each.amount.minor
    for case in state.disputes.values():
        debits = [_minor(move) for move in case.movements if move["type"] == "DEBIT"]
        credits_ = [_minor(move) for move in case.movements if move["type"] == "CREDIT"]
        is_claim = case.stage != "INQUIRY"
        taken += sum(debits) if debits else case.amount.minor * is_claim
        if case.open:
            on_the_way += case.amount.minor * is_claim
        elif case.outcome in {"RESOLVED_BUYER_FAVOUR", "ACCEPTED"} and is_claim and not debits:
            over += case.amount.minor  # nothing was left to be taken
        else:
            over += sum(debits) - sum(credits_)
    over += max(0, reversed_ - taken)
    gone = POINTS * min(over, PRICE) // PRICE
    out = POINTS * min(over + on_the_way, PRICE) // PRICE
    return {"member": POINTS - out, "held": out - gone, "issued": gone - POINTS}


def _minor(move: dict[str, Any]) -> int:
    return int(move["amount"]["value"].replace(".", ""))


async def accounts(shop: PayPalShop) -> dict[str, int]:
    """What each account holds, by the transfers alone."""
    names = {ADA: "member", House.HELD: "held", House.ISSUED: "issued"}

    def work(connection: Connection) -> dict[str, int]:
        found = dict.fromkeys(names.values(), 0)
        for row in connection.execute(select(tables.transfers)).mappings():
            for side, sign in (("destination", 1), ("source", -1)):
                found[names[house_or_member(row[side])]] += sign * row["points"]
        return found

    return await shop.core.database.transact(work)


async def lived(shop: PayPalShop, dice: random.Random) -> list[str]:
    """A payment's life, with messages that are lost and such as wait for each other."""
    order = order_of(await shop.buy())
    done: list[str] = []
    for _ in range(dice.randint(6, 16)):
        act = dice.choice(ACTS) if done else dice.choice([approve, pending])
        if dice.random() < 0.2:
            shop.paypal.lose_next_message()
        try:
            await act(shop, order, dice)
        except NotPossible:
            continue
        done.append(act.__name__)
        if dice.random() < 0.6:
            await shop.settle()
    return done


async def test_any_life_of_a_payment(shop: PayPalShop, seed: int) -> None:
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
