"""Discord's own shop in the demo: its API and store are the local Discord's, its gateway SimCord's.

SimCord has entitlements too, but nobody else can reach it, and it has no store. So purchases are
made and asked for at the local Discord, and what its gateway would tell is told by SimCord's.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from payments.commands.base import Actor
from payments.commands.guild.skus import ConnectSku
from payments.domain.values.ids import CommandKey, PackageId
from payments.domain.values.money import Money
from payments.domain.values.time import Instant
from payments.runner.runner import Runner
from sandbox.base.common import Json
from sandbox.demo.screen import Screen
from sandbox.demo.world import FOR_SALE, GUILD, World
from sandbox.discord_shop import LocalShop, Sku
from sandbox.discord_wire import WireDiscord, default_world

log = structlog.get_logger(__name__)

SKUS: Final = tuple(
    Sku(id=1_500_000_000_000_000_100 + number, name=f"{points:,} points", cents=cents)
    for number, (_, points, cents) in enumerate(FOR_SALE)
)
"""What the shop sells: each package at its price elsewhere."""


def on_buttons() -> Mapping[str, Mapping[str, str]]:
    """What Discord writes on a premium button, by the id of its SKU."""
    return {
        str(each.id): {
            "name": each.name,
            "price_text": f"${each.cents / 100:.2f}",
            "locale": "en-US",
        }
        for each in SKUS
    }


async def connect(runner: Runner, owner: Actor, at: Instant) -> None:
    """Say which package each SKU stands for, as `/package sku` does.

    Args:
        runner: Commits.
        owner: Who says so.
        at: When.
    """
    for number, sku in enumerate(SKUS):
        await runner.run(
            ConnectSku(
                key=CommandKey(f"demo:sku:{number}"),
                at=at,
                actor=owner,
                guild=GUILD,
                package=PackageId(f"demo-{number}"),
                sku=str(sku.id),
                price=Money(minor=sku.cents, currency="USD"),
            )
        )


class PremiumApps:
    """The shop, as the demo needs it.

    Args:
        token: The bot's.
        retry_pauses: Seconds between the attempts to deliver a webhook event.
    """

    def __init__(self, token: str, retry_pauses: Sequence[float]) -> None:
        world = default_world()
        sells = world.application.model_copy(update={"skus": SKUS})
        self._wire = WireDiscord(
            world.model_copy(update={"application": sells}), token=token, retry_pauses=retry_pauses
        )
        self._told: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self._teller: asyncio.Task[None] | None = None
        self.shop.state.line.tell = self._tell
        self.shop.state.line.leave = None

    @property
    def shop(self) -> LocalShop:
        """The shop itself."""
        return self._wire.shop

    @property
    def url(self) -> str:
        """Where its API is, without `/api/v10`."""
        return self._wire.state.address

    async def start(self) -> None:
        """Start to serve."""
        await self._wire.start()

    async def open(self, screen: Screen, world: World, events_url: str) -> None:
        """Let the people of the demo buy, and tell the bot by SimCord and at an address.

        Args:
            screen: Gives turns on SimCord.
            world: Who is there.
            events_url: Where the bot gets webhook events.
        """
        names = {each.user.id: name.title() for name, each in world.people.items()}
        self.shop.state.people = lambda: names
        self._teller = asyncio.create_task(self._tell_all(screen), name="premium")
        if not await self.shop.register(events_url):
            log.warning("premium.no_events", hint="The bot does not answer as Discord wants it.")

    async def close(self) -> None:
        """Stop."""
        if self._teller is not None:
            self._teller.cancel()
            await asyncio.gather(self._teller, return_exceptions=True)
        await self._wire.close()

    async def _tell(self, event: str, data: Json, guild: int | None) -> None:
        """Queue an event: who buys or uses something up does not wait for SimCord's turn."""
        del guild  # SimCord has one shard
        self._told.put_nowait((event, data))

    async def _tell_all(self, screen: Screen) -> None:
        while True:
            event, data = await self._told.get()
            async with screen.turn():
                # What is not over by then goes on in the background.
                with contextlib.suppress(TimeoutError):
                    await screen.dispatch(event, data)
