"""A shop that sells by PayPal and by Square: its program, and what both know of its purchases."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter

from app.core import Services
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.payment import Payment
from payments.infra.outbound import Policy
from payments.notifications.routing import PROVIDER_QUEUE
from payments.providers.paypal import PAYPAL_KIND
from payments.providers.settings import load_settings
from payments.providers.square import SQUARE_KIND
from payments.services.refund_sending import Refunded
from sandbox.paypal import LocalPayPal
from sandbox.paypal.objects import dispute as paypal_disputes
from sandbox.paypal.objects import event as paypal_events
from sandbox.paypal.objects import order as paypal_orders
from sandbox.paypal.objects import payment as paypal_payments
from sandbox.square import LocalSquare
from sandbox.square.objects import checkout as square_checkouts
from sandbox.square.objects import dispute as square_disputes
from sandbox.square.objects import event as square_events
from sandbox.square.objects import payment as square_payments
from tests.conftest import Time
from tests.providers.square.shop import SIGNATURE_KEY, Proxy, opened_proxy
from tests.store.upgrade.revival import ENCRYPTION_KEY, GUILD, MEMBERS, MIRA
from tests.support.databases import all_migrations
from tests.support.make import euros, key, package
from tests.support.provider_shop import opened_web, session_of
from tests.support.sending import deliver_all

CLIENT: Final = ("client", "secret")
TOKEN: Final = "EAAA-token"
LOCATION: Final = "LSTORED000001"
KINDS: Final = (PAYPAL_KIND, SQUARE_KIND)

_KEPT: Final[Mapping[str, Mapping[str, TypeAdapter[Any]]]] = {
    "paypal": {
        "orders": TypeAdapter(dict[str, paypal_orders.Order]),
        "captures": TypeAdapter(dict[str, paypal_payments.Capture]),
        "refunds": TypeAdapter(dict[str, paypal_payments.Refund]),
        "disputes": TypeAdapter(dict[str, paypal_disputes.Dispute]),
        "events": TypeAdapter(dict[str, paypal_events.Event]),
    },
    "square": {
        "links": TypeAdapter(dict[str, square_checkouts.Link]),
        "orders": TypeAdapter(dict[str, square_checkouts.Order]),
        "payments": TypeAdapter(dict[str, square_payments.Payment]),
        "refunds": TypeAdapter(dict[str, square_payments.Refund]),
        "disputes": TypeAdapter(dict[str, square_disputes.Dispute]),
        "events": TypeAdapter(dict[str, square_events.Event]),
    },
}
"""What is kept of each local provider's state."""


@dataclass(kw_only=True)
class Sellers:
    """The program, and both local providers.

    Attributes:
        bought: Each member's purchase, by name.
        epoch: When people act here: the keys of their acts begin with it.
    """

    core: Services
    paypal: LocalPayPal
    square: LocalSquare
    clock: Time
    bought: dict[str, PaymentId]
    epoch: str

    def key(self) -> CommandKey:
        """The key of a person's next act."""
        return key(self.epoch)

    async def settle(self) -> None:
        """Let all that was sent be applied, and what follows be called."""
        for _ in range(3):
            await self.hear()
            await deliver_all(self.core.workers[PROVIDER_QUEUE])

    async def hear(self) -> None:
        """Let all that was sent be applied; nobody is called."""
        await self.paypal.drain()
        await self.square.drain()
        while await self.core.inbox.retry_due():
            pass

    async def call_some(self) -> None:
        """Make the calls that wait now; what follows from them waits."""
        worker = self.core.workers[PROVIDER_QUEUE]
        await worker._begin_some()
        await asyncio.gather(*worker._under_way)

    async def buy(self, name: str, *ways: str) -> None:
        """A member begins a purchase, and opens these ways to pay it."""
        begun = await self.core.buying.buy(
            key=self.key(), guild=GUILD, member=MEMBERS[name], package=package().id
        )
        self.bought[name] = begun.id
        for way in ways:
            await self.core.ways.choose(begun, way, "")

    async def ways(self, name: str) -> dict[str, Payment]:
        """All ways of a member's purchase that were opened, by provider."""
        begun = await self.core.queries.payment(self.bought[name])
        assert begun is not None
        return {each.provider: each for each in await self.core.queries.ways(begun)}

    async def way(self, name: str, provider: str) -> Payment:
        """A member's purchase by one provider."""
        return (await self.ways(name))[provider]

    async def at(self, name: str, provider: str) -> str:
        """The provider's id of what a member buys."""
        return session_of(await self.way(name, provider))

    async def points(self, name: str) -> int:
        """A member's balance."""
        return (await self.core.queries.balance(GUILD, MEMBERS[name], self.clock())).points

    async def give_back(self, name: str, provider: str, minor: int) -> Refunded:
        """A moderator refunds some of a member's purchase."""
        return await self.core.refunding.ask(
            key=self.key(),
            guild=GUILD,
            moderator=MIRA,
            payment=(await self.way(name, provider)).id,
            amount=euros(minor),
        )

    def written(self) -> bytes:
        """What both providers know, as JSON; their addresses are replaced by their names."""
        found = {
            name: {
                part: adapter.dump_python(getattr(local.state, part), mode="json")
                for part, adapter in _KEPT[name].items()
            }
            for name, local in (("paypal", self.paypal), ("square", self.square))
        }
        text = json.dumps(found | {"bought": self.bought, "ends": self.clock.now})
        for name, local in (("paypal", self.paypal), ("square", self.square)):
            text = text.replace(local.url, f"@{name}@")
        return text.encode()

    def read(self, kept: bytes) -> None:
        """Let both know again what was written."""
        text = kept.decode()
        for name, local in (("paypal", self.paypal), ("square", self.square)):
            text = text.replace(f"@{name}@", local.url)
        found = json.loads(text)
        for name, local in (("paypal", self.paypal), ("square", self.square)):
            for part, adapter in _KEPT[name].items():
                getattr(local.state, part).update(adapter.validate_python(found[name][part]))
        self.bought.update(found["bought"])
        self.clock.now = found["ends"]


@asynccontextmanager
async def opened(
    url: str, clock: Time, new_id: Callable[[], str], *, seed: int, kept: bytes | None = None
) -> AsyncIterator[Sellers]:
    """The shop over a database; at the end its books are checked.

    Args:
        url: The database.
        clock: The time of all.
        new_id: Makes the program's ids.
        seed: Makes the providers' ids.
        kept: What the providers know already, as `Sellers.written` has it.
    """
    async with (
        opened_proxy() as proxy,
        _paypal(clock, seed) as paypal,
        _square(clock, seed, proxy) as square,
        _core(url, clock, new_id, paypal, square, proxy) as core,
    ):
        epoch = f"epoch-{seed}"
        sellers = Sellers(
            core=core, paypal=paypal, square=square, clock=clock, bought={}, epoch=epoch
        )
        if kept is not None:
            sellers.read(kept)
        await core.migrations.apply(core.database)
        core.runner.start()
        async with opened_web(core, clock) as web:
            for webhook in paypal.state.webhooks.values():
                webhook.url = f"{web}/webhooks/paypal"
            proxy.target = web
            yield sellers


def _paypal(clock: Time, seed: int) -> LocalPayPal:
    client_id, secret = CLIENT
    local = LocalPayPal(
        client_id=client_id, client_secret=secret, clock=clock, seed=seed, retry_pauses=()
    )
    local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
    return local


def _square(clock: Time, seed: int, proxy: Proxy) -> LocalSquare:
    return LocalSquare(
        access_token=TOKEN,
        clock=clock,
        signature_key=SIGNATURE_KEY,
        notification_url=f"{proxy.url}/webhooks/square",
        location_id=LOCATION,
        currency="EUR",
        seed=seed,
        retry_pauses=(),
    )


@asynccontextmanager
async def _core(
    url: str,
    clock: Time,
    new_id: Callable[[], str],
    paypal: LocalPayPal,
    square: LocalSquare,
    proxy: Proxy,
) -> AsyncIterator[Services]:
    settings: dict[str, Any] = {
        "_env_file": None,
        "discord_token": "token",
        "payment_providers": "paypal,square",
        "database_url": url,
        "public_url": proxy.url,
        "guild_ids": str(GUILD),
        "encryption_keys": ENCRYPTION_KEY,
        "paypal_client_id": CLIENT[0],
        "paypal_client_secret": CLIENT[1],
        "paypal_webhook_id": next(iter(paypal.state.webhooks)),
        "paypal_api_url": paypal.url,
        "square_access_token": TOKEN,
        "square_location_id": LOCATION,
        "square_currency": "EUR",
        "square_webhook_signature_key": SIGNATURE_KEY,
        "square_api_url": square.url,
    }
    core = Services(
        load_settings((), kinds=KINDS, **settings),
        clock=clock,
        new_id=new_id,
        migrations=all_migrations(),
        wake=lambda: None,
        kinds=KINDS,
    )
    core.outbound.policy = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
    try:
        yield core
    finally:
        await core.close()
