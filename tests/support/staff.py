"""Orders that wait for a person in the simulated Discord, and those who fulfil them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, RoleHandle
from simcord.results import InteractionResult

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.shop.place import PlaceOrder
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import OrderId
from payments.domain.values.items import Offer
from payments.domain.values.orders import OrderState
from payments.notifications.channel import DeliveryChannel
from payments.notifications.worker import Worker
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.shop_timers import EndingOrders, RemindedOrders
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.counter import put_up_item
from tests.support.make import BEN, GUILD, key
from tests.support.sending import Counted, deliver_all
from tests.support.shopping import offer, place
from tests.support.transfers import give

DINNER = offer("Dinner", question="Which evening?")


@dataclass(kw_only=True)
class Staffed:
    """Ada has 5,000 points; a dinner for 100 is for sale, and orders wait in `kitchen`."""

    world: World
    database: Database
    runner: Runner
    queries: Queries
    clock: Time
    channels: Mapping[str, DeliveryChannel]
    kitchen: ChannelHandle
    cooks: RoleHandle
    carl: MemberActor
    ends: Counted

    async def open(self) -> None:
        await give(self.world, self.runner, self.clock, 5_000)
        await put_up_item(self.runner, DINNER, 10)
        await self.set(fulfilment_channel=self.kitchen.id, fulfilment_role=self.cooks.id)

    async def set(self, **settings: Any) -> None:
        """The server's settings are these, and no others."""
        wanted = GuildSettings(guild=GUILD, **settings)
        await self.runner.run(
            ChangeSettings(
                key=key(), at=self.clock(), actor=by_member(BEN), guild=GUILD, settings=wanted
            )
        )

    async def order(
        self, name: str = "o1", of: Offer = DINNER, answer: str = "Friday", quantity: int = 1
    ) -> None:
        """Ada orders, and staff are told."""
        asked: PlaceOrder = place(
            of,
            name,
            member=self.world.ada_id,
            at=self.clock(),
            answer=answer,
            quantity=quantity,
        )
        await self.runner.run(asked)
        await self.tell()

    async def tell(self, *, after: int = 0) -> list[str]:
        """Let time pass, and all be told that is due; how deliveries ended."""
        self.clock.pass_(after)
        del self.ends.ends[:]
        await deliver_all(
            Worker(
                deliveries=Deliveries(self.database),
                channels=self.channels,
                clock=self.clock,
                ends=self.ends,
            )
        )
        await self.world.env.settle()
        return list(self.ends.ends)

    async def end_what_is_due(self) -> int:
        """Orders and reminders whose time has come; how many there were."""
        ended = 0
        for source in (RemindedOrders(self.database), EndingOrders(self.database)):
            for due in await source.due(self.clock(), 50):
                ended += await self.runner.run(due.command)
        return ended

    def card(self, place: ChannelHandle | None = None) -> discord.Message:
        """The last message where orders wait."""
        message = (place or self.kitchen).last_message
        assert message is not None, "there is no card"
        return message

    def shown(self) -> str:
        """All that stands on the last card."""
        return said(self.card())

    async def press(self, person: MemberActor, label: str) -> InteractionResult:
        """Somebody presses a button of the last card."""
        return await person.click(self.card(), label=label)

    async def write(self, person: MemberActor, label: str, words: str) -> InteractionResult:
        """Somebody presses a button that asks for words, and sends some."""
        form = await self.press(person, label)
        return await person.submit_modal(form, {"reason": words})

    async def state(self, name: str = "o1") -> OrderState:
        order = await self.queries.order(OrderId(name))
        assert order is not None
        return order.state

    async def points(self) -> int:
        return (await self.queries.balance(GUILD, self.world.ada_id, self.clock())).points


@pytest.fixture
async def staffed(
    world: World,
    database: Database,
    runner: Runner,
    queries: Queries,
    clock: Time,
    channels: dict[str, DeliveryChannel],
) -> Staffed:
    """Carl is a cook, and no moderator."""
    cooks = world.guild.create_role("Cooks")
    here = Staffed(
        world=world,
        database=database,
        runner=runner,
        queries=queries,
        clock=clock,
        channels=channels,
        kitchen=world.guild.create_text_channel("kitchen"),
        cooks=cooks,
        carl=world.guild.add_member(world.env.create_user("carl"), roles=[cooks]),
        ends=Counted(),
    )
    await here.open()
    return here
