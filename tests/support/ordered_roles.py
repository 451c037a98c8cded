"""A member who has ordered a role, and workers that give it in the local Discord."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from simcord.builders import RoleHandle

from bot.client import GuildbankBot
from bot.fulfilment.role_channel import RoleChannel
from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.commands.shop.items import AddItem
from payments.commands.shop.place import PlaceOrder
from payments.domain.values.ids import ItemId, MemberId, OrderId
from payments.domain.values.items import ItemKind, Limits, Offer, RoleOffer
from payments.domain.values.orders import OrderState
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.domain.values.time import DAY
from payments.notifications.channel import DeliveryChannel
from payments.notifications.routing import FULFILMENT_QUEUE, ROLE
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.shop_timers import EndingOrders, EndingRoles
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import BEN, GUILD, key
from tests.support.sending import Counted, deliver_all

PRICE = 100


@dataclass(kw_only=True)
class RoleShop:
    """Ada has 1,000 points, and a role for 30 days costs 100 of them."""

    world: World
    database: Database
    runner: Runner
    queries: Queries
    clock: Time
    channels: dict[str, DeliveryChannel]
    vip: RoleHandle
    ends: Counted = field(default_factory=Counted)

    @property
    def offer(self) -> Offer:
        role = RoleOffer(id=self.vip.id, lasts=30 * DAY)
        return Offer(
            name="Harbour VIP",
            price=PRICE,
            kind=ItemKind.ROLE,
            role=role,
            limits=Limits(per_order=10),
        )

    @property
    def role_key(self) -> RoleKey:
        return RoleKey(GUILD, self.world.ada_id, self.vip.id)

    async def open(self) -> None:
        await self.runner.run(
            GrantPoints(**self._by(BEN), member=self.world.ada_id, points=1_000, as_owner=True)
        )
        await self.runner.run(
            AddItem(**self._by(BEN), offer=self.offer, available=5, item=ItemId("vip"))
        )

    async def order(self, name: str = "o1", quantity: int = 1) -> OrderId:
        """Ada orders it."""
        return await self.runner.run(
            PlaceOrder(
                **self._by(self.world.ada_id),
                member=self.world.ada_id,
                item=ItemId("vip"),
                quantity=quantity,
                price=PRICE,
                order=OrderId(name),
            )
        )

    def _by(self, member: MemberId) -> dict[str, Any]:
        return {"key": key(), "at": self.clock(), "actor": by_member(member), "guild": GUILD}

    def by_ben(self, order: str = "o1") -> dict[str, Any]:
        """What commands about an order have in common that a moderator gives."""
        return {**self._by(BEN), "order": OrderId(order)}

    def channel(self, bot: GuildbankBot | None = None) -> RoleChannel:
        return RoleChannel(bot or self.world.bot, queries=self.queries)

    async def work(self, channel: DeliveryChannel | None = None, *, after: int = 0) -> list[str]:
        """Let time pass, and all be delivered that is due; how it ended."""
        self.clock.pass_(after)
        del self.ends.ends[:]
        worker = Worker(
            deliveries=Deliveries(self.database),
            queue=FULFILMENT_QUEUE,
            channels={ROLE: channel or self.channel()},
            clock=self.clock,
            ends=self.ends,
        )
        await deliver_all(worker)
        await self.world.env.settle()
        return list(self.ends.ends)

    async def end_what_is_due(self) -> int:
        """Orders and roles whose time is over end by themselves; how many did."""
        ended = 0
        for source in (EndingOrders(self.database), EndingRoles(self.database)):
            for due in await source.due(self.clock(), 50):
                ended += await self.runner.run(due.command)
        return ended

    async def tell(self) -> None:
        """People are told what there is to tell them."""
        await deliver_all(
            Worker(
                deliveries=Deliveries(self.database),
                channels=self.channels,
                clock=self.clock,
                ends=Counted(),
            )
        )

    async def owner_reads(self) -> str:
        """The owner's last message once all is told."""
        await self.tell()
        message = self.world.guild.owner.dm_channel.last_message
        return "" if message is None else said(message)

    def has_role(self) -> bool:
        """Whether Ada has the role on Discord."""
        return self.vip.id in self.world.env.backend.get_member(GUILD, self.world.ada_id).role_ids

    def by_hand(self, *, given: bool) -> None:
        """Somebody gives Ada the role on Discord, or takes it."""
        backend = self.world.env.backend
        change = backend.add_member_role if given else backend.remove_member_role
        change(GUILD, self.world.ada_id, self.vip.id)

    async def state(self, name: str = "o1") -> OrderState:
        order = await self.queries.order(OrderId(name))
        assert order is not None
        return order.state

    async def term(self) -> RoleTerm:
        return await self.queries.role_term(self.role_key)

    async def points(self) -> int:
        return (await self.queries.balance(GUILD, self.world.ada_id, self.clock())).points

    async def prove(self) -> None:
        """The books agree with themselves."""
        assert await self.database.snapshot(lambda connection: list(verify(connection))) == []


@pytest.fixture
async def shop(
    world: World,
    database: Database,
    runner: Runner,
    queries: Queries,
    clock: Time,
    channels: dict[str, DeliveryChannel],
) -> AsyncIterator[RoleShop]:
    """Open for Ada; at the end the books must prove themselves."""
    here = RoleShop(
        world=world,
        database=database,
        runner=runner,
        queries=queries,
        clock=clock,
        channels=channels,
        vip=world.guild.create_role("Harbour VIP"),
    )
    await here.open()
    yield here
    await here.prove()
