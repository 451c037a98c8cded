"""A program that hears of events, and the way to it."""

from collections.abc import Callable

from aiohttp import web

from payments.commands.base import by_member
from payments.commands.guild.subscribers import AddSubscriber
from payments.domain.values.ids import SubscriberId
from payments.infra.clock import system_clock
from payments.infra.encryption import Encryptor, new_key
from payments.notifications.channel import Delivery
from payments.notifications.routing import HTTP, HTTP_QUEUE
from payments.notifications.subscribers.channel import SubscriberChannel
from payments.notifications.subscribers.post import Address, Post
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.subscribers import SubscriberFailures
from payments.store.rows.codec import decode_event
from tests.conftest import Time
from tests.support.make import BEN, GUILD, checkout_update, event, initiate, key
from tests.support.program_orders import program_orders

Answer = Callable[[], web.Response]


class Program:
    """Another program; notes what it gets."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], str]] = []
        self.answer: Answer = web.Response

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.taken.append((headers, await request.text()))
        return self.answer()


class Fixture:
    """A subscriber to purchases, and the way to it."""

    def __init__(
        self,
        *,
        program: Program,
        url: str,
        runner: Runner,
        database: Database,
        queries: Queries,
        clock: Time,
    ) -> None:
        self.program, self.url, self.clock, self.runner = program, url, clock, runner
        self.queries = queries
        self.deliveries = Deliveries(database)
        self.encryptor = Encryptor([new_key()])
        self.address = Address(url=url, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        self.post = Post(encryptor=self.encryptor, clock=system_clock, private_allowed=True)
        self.failures = SubscriberFailures(database)
        self.channel = SubscriberChannel(
            post=self.post,
            runner=runner,
            queries=queries,
            orders=program_orders(runner, queries, clock),
            failures=self.failures,
            clock=clock,
        )

    async def add(self, name: str = "s1", *, kinds: tuple[str, ...] = ("payment.success",)) -> None:
        await self.runner.run(
            AddSubscriber(
                key=key(),
                at=self.clock(),
                actor=by_member(BEN),
                guild=GUILD,
                subscriber=SubscriberId(name),
                host="127.0.0.1",
                kinds=kinds,
                encrypted=self.address.encrypt(self.encryptor),
            )
        )

    async def buy(self, name: str = "p1") -> None:
        await self.runner.run(initiate(name, at=self.clock()))
        await self.runner.run(event(checkout_update(name), at=self.clock()))

    async def waiting(self) -> list[ClaimedDelivery]:
        now = self.clock()
        return await self.deliveries.claim(
            urgent=99, oldest=0, queue=HTTP_QUEUE, channels=(HTTP,), now=now, until=now, lease="x"
        )

    async def deliver(self, claimed: ClaimedDelivery) -> None:
        happened = decode_event(claimed.name, claimed.body)
        await self.channel.deliver(
            Delivery(
                id=claimed.id,
                nonce=claimed.nonce,
                event=happened,
                channel=HTTP,
                attempt=1,
                target=claimed.target,
            )
        )
