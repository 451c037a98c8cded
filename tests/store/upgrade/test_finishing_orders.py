"""A shop as an older version left it: what is open is finished, or comes to its end.

`make_0030.py` says who has ordered what.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, select

from payments.commands.base import SYSTEM, by_member
from payments.commands.shop.codes import ReplaceCode
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.books import ROLE_TERMS
from payments.domain.values.ids import CodeId, OrderId
from payments.domain.values.items import Offer
from payments.domain.values.orders import OrderState
from payments.domain.values.panels import PanelKind
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.roles import RoleKey, RoleStanding, RoleTerm
from payments.domain.values.time import DAY, Instant, later
from payments.infra.api_keys import read_api_key
from payments.infra.encryption import Encryptor
from payments.infra.trusted_clock import TrustedClock
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.services.timers import Timers
from payments.store import tables
from payments.store.books.load import load
from payments.store.engine.database import Database, open_database
from payments.store.queries import Queries
from payments.store.records.panels import Panel, Panels
from payments.store.records.shop_timers import EndingOrders, EndingRoles, RemindedOrders
from payments.store.records.timers import RefusedTimers
from tests.conftest import Time
from tests.store.upgrade.conftest import Stored
from tests.store.upgrade.revival import ENCRYPTION_KEY, GUILD, MEMBERS, MIRA
from tests.support.contents import check
from tests.support.databases import all_migrations
from tests.support.make import dispute_update, event, key
from tests.support.shopping import HARBOUR_VIP, place

ENDS = Instant(1_790_097_200_000_000)
"""When the older version stopped."""

API_KEY = f"gbk_{GUILD}_{'5a' * 32}"
REVOKED_KEY = f"gbk_{GUILD}_{'b6' * 32}"

STATES = {
    OrderState.DENIED: {"ada"},
    OrderState.CANCELLED: {"ben", "ola"},
    OrderState.FAILED: {"cai"},
    OrderState.RETURNED: {"eve"},
    OrderState.LAPSED: {"fay"},
    OrderState.FULFILLED: {"dan", "gus", "hal", "ida", "ida-again", "ned"},
    OrderState.PLACED: {"jon", "kim", "leo"},
    OrderState.FULFILLING: {"mia"},
}

LEFT = {"ada": 100, "ben": 100, "cai": 100, "dan": 0, "eve": 100, "fay": 100, "gus": 40, "hal": 50}
LEFT |= {"ida": 0, "jon": 0, "kim": 80, "leo": 50, "mia": 50, "ned": -100, "ola": 0}
"""What members had; Ned and Ola dispute the payments of all their points."""


@dataclass(frozen=True, kw_only=True)
class Shop:
    """The books, taken over by the program as it is now."""

    database: Database
    runner: Runner
    queries: Queries
    clock: Time

    async def states(self) -> Mapping[OrderState, set[str]]:
        """The names of all orders, by how far they are."""
        orders = tables.orders

        def work(connection: Connection) -> dict[OrderState, set[str]]:
            found: dict[OrderState, set[str]] = {}
            for row in connection.execute(select(orders.c.order_id, orders.c.state)):
                name = row.order_id.removeprefix("order-")
                found.setdefault(OrderState(row.state), set()).add(name)
            return found

        return await self.database.snapshot(work)

    async def points(self, name: str) -> int:
        """A member's balance."""
        return (await self.queries.balance(GUILD, MEMBERS[name], self.clock())).points

    async def about(self, kind: Any, name: str, **more: Any) -> None:
        """Something happens to an order."""
        by = SYSTEM if kind is BeginFulfilment else by_member(MIRA)
        common = {"key": key("later"), "at": self.clock(), "actor": by, "guild": GUILD}
        await self.runner.run(kind(order=OrderId(f"order-{name}"), **common, **more))

    async def tell(self, name: str, status: DisputeStatus) -> None:
        """The provider says how a member's dispute ended."""
        update = dispute_update(name, f"dp_{name}", 499, status, seen=1)
        await self.runner.run(event(update, at=self.clock()))

    async def term(self, name: str) -> RoleTerm:
        """A member's time with the role."""
        wanted = RoleKey(GUILD, MEMBERS[name], HARBOUR_VIP)
        needs = ROLE_TERMS.of(wanted)
        return await self.database.snapshot(
            lambda connection: load(connection, needs, changing=False)[ROLE_TERMS][wanted]
        )

    async def codes(self, name: str) -> list[str]:
        """The codes of an order, as its buyer reads them."""
        encryptor = Encryptor([ENCRYPTION_KEY])
        found = await self.queries.codes_of(GUILD, OrderId(f"order-{name}"))
        return [encryptor.decrypt(each.encrypted) for each in found]

    async def pass_(self, microseconds: int) -> None:
        """Time passes, and what is due comes to its end."""
        self.clock.now = later(self.clock.now, microseconds)

        async def same() -> Instant:
            return self.clock()

        timers = Timers(
            runner=self.runner,
            sources=[
                EndingOrders(self.database),
                RemindedOrders(self.database),
                EndingRoles(self.database),
            ],
            refusals=RefusedTimers(self.database),
            clock=self.clock,
            trusted=TrustedClock(self.clock, steady=lambda: 0.0, second=same),
        )
        while await timers.run_due():
            pass


@pytest.fixture
async def shop(stored_shop: Stored) -> AsyncIterator[Shop]:
    """Upgraded; at the end the books must prove themselves."""
    database = open_database(stored_shop.url)
    assert await all_migrations().apply(database) == stored_shop.version
    runner = Runner(database, route=route)
    runner.start()
    try:
        yield Shop(
            database=database, runner=runner, queries=Queries(database.reader), clock=Time(ENDS)
        )
        await check(database)
    finally:
        await runner.close()
        await database.close()


async def test_a_stored_shop_is_upgraded_and_all_is_as_it_was(shop: Shop) -> None:
    await check(shop.database)
    assert await shop.states() == STATES
    assert STATES.keys() == set(OrderState)
    assert {name: await shop.points(name) for name in LEFT} == LEFT
    assert await shop.codes("gus") == ["SECRET-02", "SECRET-03"]
    panels = await Panels(shop.database).everywhere()
    assert {each.kind for each in panels} == set(PanelKind)
    assert (
        Panel(
            guild=GUILD,
            kind=PanelKind.ITEMS,
            channel=300_000_000_000_000_001,
            message=300_000_000_000_000_051,
        )
        in panels
    )
    for written, name in ((API_KEY, "Game server"), (REVOKED_KEY, None)):
        known = read_api_key(written)
        assert known is not None
        found = await shop.queries.api_key(GUILD, known.hashed)
        assert (found and found.name) == name


async def test_open_orders_come_to_their_end_and_give_their_points_back(shop: Shop) -> None:
    await shop.pass_(15 * DAY)
    states = await shop.states()
    assert states[OrderState.LAPSED] == {"fay", "jon", "kim", "leo"}
    assert states[OrderState.FAILED] == {"cai", "mia"}
    assert [await shop.points(name) for name in ("jon", "kim", "leo", "mia")] == [100] * 4


async def test_open_orders_are_fulfilled(shop: Shop) -> None:
    await shop.about(FulfilOrder, "jon", reason="at nine")
    await shop.about(BeginFulfilment, "leo")
    for name in ("leo", "mia"):
        await shop.about(FulfilOrder, name)
        term = await shop.term(name)
        assert (term.standing, term.ends_at) == (RoleStanding.GIVEN, later(ENDS, 30 * DAY))
    await shop.pass_(31 * DAY)
    states = await shop.states()
    assert states[OrderState.FULFILLED] == STATES[OrderState.FULFILLED] | {"jon", "leo", "mia"}
    assert [await shop.points(name) for name in ("jon", "leo", "mia")] == [0, 50, 50]


async def test_roles_end_when_their_time_is_over(shop: Shop) -> None:
    """Ida has ordered it twice, and Ned for twice as long."""
    await shop.pass_(31 * DAY)
    assert [(await shop.term(name)).is_wanted for name in ("hal", "ida", "ned")] == [
        False,
        True,
        True,
    ]
    await shop.pass_(30 * DAY)
    assert not any([(await shop.term(name)).is_wanted for name in ("hal", "ida", "ned")])


async def test_the_oldest_free_code_is_the_next(shop: Shop) -> None:
    await shop.about(ReplaceCode, "gus", code=CodeId("code-03"))
    assert await shop.codes("gus") == ["SECRET-02", "SECRET-04"]
    key_offer: Offer = (await shop.queries.orders_of(GUILD, MEMBERS["gus"])).orders[0].offer
    again = place(key_offer, "order-hal-key", member=MEMBERS["hal"], at=shop.clock())
    await shop.runner.run(again)
    assert await shop.codes("hal-key") == ["SECRET-05"]


async def test_a_dispute_of_before_takes_a_role_once_it_is_lost(shop: Shop) -> None:
    await shop.tell("ned", DisputeStatus.LOST)
    assert "ned" in (await shop.states())[OrderState.RETURNED]
    assert await shop.points("ned") == 0
    assert not (await shop.term("ned")).is_wanted


async def test_a_dispute_of_before_is_won_and_the_points_are_back(shop: Shop) -> None:
    """An order that was cancelled for it stays so."""
    for name, points in (("ned", 400), ("ola", 500)):
        await shop.tell(name, DisputeStatus.WON)
        assert await shop.points(name) == points
    assert await shop.states() == STATES


async def test_a_fulfilled_order_of_before_is_returned(shop: Shop) -> None:
    for name, points in (("dan", 100), ("hal", 100)):
        await shop.about(ReturnOrder, name, reason="was ill")
        assert await shop.points(name) == points
    assert not (await shop.term("hal")).is_wanted
