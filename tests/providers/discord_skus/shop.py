"""A shop whose package is sold by Discord too."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from app.core import Services
from payments.commands.base import by_member
from payments.commands.guild.skus import ConnectSku
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.notifications.routing import PROVIDER_QUEUE
from payments.providers.discord_skus import DISCORD_SKUS_KIND
from payments.providers.discord_skus.names import CREATED, DELETED, DISCORD_SKUS, UPDATED
from tests.conftest import Time
from tests.providers.discord_skus.wire import SKU, SellingDiscord
from tests.providers.tiny import tiny
from tests.providers.tiny.shop import TinyShop
from tests.support.make import ADA, BEN, GUILD, key, package
from tests.support.provider_shop import ProviderShop, core_over, opened_web
from tests.support.sending import deliver_all


@dataclass(kw_only=True)
class DiscordShopping(ProviderShop):
    """What people and Discord do."""

    discord: SellingDiscord
    sold: list[str] = field(default_factory=list)

    async def drain(self) -> None:
        """Nothing is sent by itself."""

    @property
    def local(self) -> "DiscordShopping":
        return self

    async def connect(
        self, guild: GuildId = GUILD, *, sku: str | None = SKU, price: Money | None = None
    ) -> None:
        """The owner connects the package of a guild."""
        await self.core.runner.run(
            ConnectSku(
                key=key(),
                at=self.clock(),
                actor=by_member(BEN),
                guild=guild,
                package=package().id,
                sku=sku,
                price=price,
            )
        )

    def sell(self, member: MemberId = ADA, **more: Any) -> str:
        """Somebody buys it; nothing is told of it yet."""
        name = self.discord.sell(member, self.clock(), **more)
        self.sold.append(name)
        return name

    def kind_of(self, name: str) -> str:
        """What Discord calls what has happened last."""
        thing = self.discord.entitlements[name]
        return DELETED if thing["deleted"] else UPDATED if thing["consumed"] else CREATED

    async def by_gateway(self, name: str, **changes: Any) -> None:
        """The gateway tells of it."""
        provider = self.core.providers[DISCORD_SKUS]
        assert provider.entitlements is not None
        thing = self.discord.entitlements[name] | changes
        event = provider.entitlements.hear(self.kind_of(name), thing)
        await self.core.inbox.receive(provider, event)

    async def by_webhook(self, name: str, **changes: Any) -> int:
        """A webhook event tells of it."""
        return await self.post(self.discord.event(self.kind_of(name), name, **changes))

    async def post(self, body: bytes, **changes: str) -> int:
        head = self.discord.signed(body, self.clock()) | changes
        url = f"{self.url}/webhooks/{DISCORD_SKUS}"
        async with self.http.post(url, data=body, headers=head) as answer:
            return answer.status

    async def take_in(self) -> None:
        """What has come is looked up, without what follows a commit."""
        while await self.core.inbox.retry_due():
            pass

    async def call(self) -> None:
        """What follows a commit is done."""
        await deliver_all(self.core.workers[PROVIDER_QUEUE])

    async def of(self, guild: GuildId = GUILD, member: MemberId = ADA) -> list[Payment]:
        """What a member has paid by Discord, as the books say."""
        page = await self.core.queries.payments(guild, member)
        return [each for each in page.payments if each.provider == DISCORD_SKUS]

    async def points_of(self, guild: GuildId = GUILD, member: MemberId = ADA) -> int:
        return (await self.core.queries.balance(guild, member, self.clock())).points


@asynccontextmanager
async def opened_core(
    discord: SellingDiscord, database_url: str, clock: Time, **changes: Any
) -> AsyncIterator[Services]:
    """The core of the program with another way to pay, and Discord's shop."""
    usual: dict[str, Any] = {"tiny_key": "mine", "discord_api_url": discord.url}
    async with core_over(
        DISCORD_SKUS_KIND, database_url, clock, others=(tiny(TinyShop()),), **(usual | changes)
    ) as core:
        yield core


@asynccontextmanager
async def opened_shop(
    core: Services, discord: SellingDiscord, clock: Time
) -> AsyncIterator[DiscordShopping]:
    """The shop with its web face; at the end its books are checked."""
    async with opened_web(core, clock) as url, aiohttp.ClientSession() as http:
        yield DiscordShopping(core=core, clock=clock, url=url, http=http, discord=discord)
