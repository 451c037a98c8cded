"""A shop of `guildbank` as processes that end at a step of an order, and are begun again."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from sqlalchemy import Connection, func, select, update

from payments.domain.values.ids import MemberId
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.panels import PanelKind
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.infra.clock import system_clock
from payments.infra.encryption import Encryptor
from payments.store import tables
from payments.store.engine.database import Database, open_database
from payments.store.queries import Queries
from payments.store.records.panels import Panels
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.member_view import MemberAnswer
from sandbox.discord_wire.world import GENERAL, MIRA
from tests.process.conftest import PATIENCE_SECONDS, TOKEN, Process
from tests.support.forked import Running
from tests.support.furnished_shop import BUYERS, ITEMS, VIP, GameServer, furnish, shop_world
from tests.support.make import GUILD
from tests.support.shopping import item_id
from tests.support.typed import kept_environment
from tests.support.wired import buttons, shown

TOLD: Final = "orders.json"
"""The file that tells a process what to do."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a buyer has.

    Attributes:
        orders: The newest first.
        points: Their balance.
        has_role: Whether Discord shows the role that is for sale.
        term: What the books say of it.
        told: Their direct messages, each of which came once.
    """

    orders: Sequence[Order]
    points: int
    has_role: bool
    term: RoleTerm
    told: list[str]

    @property
    def states(self) -> list[OrderState]:
        """How far their orders are."""
        return [each.state for each in self.orders]


@dataclass(kw_only=True)
class KilledShop:
    """Each of its buyers has 1,000 points, and everything costs 100 of them.

    Attributes:
        process: Begins processes that end where they are told.
        wire: Their Discord.
        database: Their books, read from here.
        buyers: Those who have not ordered yet.
        running: The processes that were begun.
        game: Gives what is for a program to give.
        logs: Read what the processes write.
        written: What that is.
        ahead: How many microseconds later it is than by this machine's clock.
    """

    process: Process
    wire: WireDiscord
    database: Database
    game: GameServer = field(default_factory=GameServer)
    buyers: Iterator[int] = field(default_factory=lambda: iter(BUYERS))
    running: list[Running] = field(default_factory=list)
    logs: list[asyncio.Task[None]] = field(default_factory=list)
    written: str = ""
    ahead: int = 0

    @property
    def queries(self) -> Queries:
        return Queries(self.database.reader)

    def tell(self, point: str = "", *, wrong: int = 0, to: str = TOLD) -> None:
        """At which step processes end from now on; it is as much later as `ahead` says.

        Args:
            point: See `order_victim`; at none if it is empty.
            wrong: How far their own clock is wrong, in microseconds.
            to: Which processes: those that read this file.
        """
        file = self.process.folder / to
        new = file.with_suffix(".new")
        new.write_text(json.dumps({"point": point, "ahead": self.ahead, "wrong": wrong}))
        new.replace(file)

    async def begin(self, command: str = "run", *, told: str = TOLD) -> Running:
        """Begin a process; where it is `run`, its bot is connected then."""
        connected = len(self.wire.gateway.sessions)
        running = await self.begin_to_die(command, told=told)
        if command == "run":
            sessions = self.wire.gateway.sessions
            await self.until(lambda: len(sessions) > connected or None)
            await self.wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
        return running

    async def begin_to_die(self, command: str = "run", *, told: str = TOLD) -> Running:
        """Begin a process that may end before it is ready; it is told what to do by that file."""
        running = await self.process.start(told, command)
        self.running.append(running)
        self.logs.append(asyncio.create_task(self._read(running)))
        return running

    async def _read(self, running: Running) -> None:
        assert running.stderr is not None
        while line := await running.stderr.readline():
            self.written += line.decode()
            self.wire.state.changed()

    async def until(self, look: Callable[[], Any]) -> None:
        """Wait until something is so on Discord."""
        await self.wire.state.until(look, PATIENCE_SECONDS)

    async def killed(self, point: str, act: Callable[[], Awaitable[object]]) -> None:
        """Let something be done, and the process that does it end at a step; it is begun again."""
        (running,) = [each for each in self.running if each.returncode is None]
        self.tell(point)
        await act()
        await self.dies(running, point)
        self.tell()
        await self.begin()

    async def dies(self, running: Running, point: str) -> None:
        """Wait until a process has ended at its step; what it had claimed is free then."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await running.wait() == -signal.SIGKILL, point
        await self.database.transact(_leases_run_out)

    async def settled(self) -> None:
        """Wait until nothing is due any more."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.database.snapshot(_waiting):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.05)

    async def end(self) -> None:
        """End all processes; none of them may have met an error that nobody expected."""
        for each in self.running:
            each.kill()
            await each.wait()
        await asyncio.gather(*self.logs)
        assert "Traceback" not in self.written, self.written
        await self.database.close()

    async def order(self, kind: str, buyer: int) -> None:
        """A buyer orders one: they press, and do not wait."""
        asked = await self.wire.slash(
            buyer, GENERAL, "redeem", {"item": str(item_id(ITEMS[kind].name))}
        )
        answer = await self.wire.wait_for_answer(asked, edited=1, timeout_seconds=PATIENCE_SECONDS)
        assert answer.message is not None
        button = buttons(answer.message)["Order"]
        await self.wire.click(buyer, int(answer.message["id"]), button)

    async def press(self, label: str, message: dict[str, Any], **written: str) -> None:
        """Mira presses a button of a message, and fills in the form that opens, if one does."""
        pressed = await self.wire.click(MIRA, int(message["id"]), buttons(message)[label])
        if written:
            await self.answered(pressed)
            await self.wire.submit(pressed, written)

    async def answered(self, interaction: int) -> MemberAnswer:
        """The first answer to something."""
        return await self.wire.wait_for_answer(interaction, timeout_seconds=PATIENCE_SECONDS)

    def has_role(self, buyer: int) -> bool:
        """Whether Discord shows the role that is for sale."""
        return VIP in self.wire.state.member(self.wire.state.guild(GUILD), buyer).roles

    async def seen(self, buyer: int) -> "Seen":
        """What a buyer has."""
        member = MemberId(buyer)
        messages = self.wire.dms(buyer)
        assert len({each["nonce"] for each in messages}) == len(messages)
        found = await self.queries.orders_of(GUILD, member)
        return Seen(
            orders=found.orders,
            points=(await self.queries.balance(GUILD, member, system_clock())).points,
            has_role=self.has_role(buyer),
            term=await self.queries.role_term(RoleKey(GUILD, member, VIP)),
            told=[shown(each) for each in messages],
        )

    async def reached(self, buyer: int, *states: OrderState) -> None:
        """Wait until an order of a buyer is as far as one of these, or there, if none is given."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not {*(await self.seen(buyer)).states} & {  # noqa: ASYNC110 - as above
                *(states or OrderState)
            }:
                await asyncio.sleep(0.05)

    async def panel(self) -> int | None:
        """The message that is kept up to date with what is for sale."""
        found = await Panels(self.database).find(GUILD, PanelKind.ITEMS)
        return None if found is None else found.message

    async def codes_of(self, order: Order) -> list[str]:
        """The codes that an order got."""
        encryptor = Encryptor([self.process.environment["ENCRYPTION_KEYS"]])
        found = await self.queries.codes_of(order.guild, order.id)
        return [encryptor.decrypt(each.encrypted) for each in found]

    async def prove(self) -> None:
        """The books agree with themselves."""
        verified = await self.process.typed("verify")
        assert verified.code == 0, verified.errors


def _leases_run_out(connection: Connection) -> None:
    """The leases of a process that was killed run out."""
    deliveries = tables.deliveries
    ours = update(deliveries).where(deliveries.c.leased_until.is_not(None))
    connection.execute(ours.values(leased_until=0))


def _waiting(connection: Connection) -> int:
    deliveries = tables.deliveries
    waiting = select(func.count()).where(deliveries.c.status == "waiting")
    return int(connection.execute(waiting).scalar_one())


class _Victims(Process):
    """Begins processes that are told at which step they end."""

    async def start(self, *arguments: str, **settings: str) -> Running:
        """Begin one; the first argument is the file that tells it."""
        assert self.forking is not None
        told, *more = arguments
        environment = kept_environment() | self.environment | settings
        written = (str(self.folder / told), *more)
        return await self.forking.begin(
            "tests.support.order_victim", written, self.folder, environment
        )


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    async with WireDiscord(shop_world(), token=TOKEN) as running:
        yield running


@pytest.fixture
async def shop(process: Process, wire: WireDiscord) -> AsyncIterator[KilledShop]:
    """Furnished, with its commands known; no process runs yet. At the end it must prove itself."""
    async with opened(process, wire) as here:
        assert (await here.process.typed("sync")).code == 0
        yield here


@asynccontextmanager
async def opened(process: Process, wire: WireDiscord) -> AsyncIterator[KilledShop]:
    """A furnished shop; at the end no process may have met an error, and the books must agree."""
    victims = _Victims(process.folder, process.environment, process.forking)
    victims.environment |= {
        "STRIPE_API_URL": "http://127.0.0.1:9",
        "SUBSCRIBERS_IN_PRIVATE_NETWORKS": "true",
    }
    victims.environment.setdefault("LOG_LEVEL", "WARNING")
    database = open_database(victims.environment["DATABASE_URL"])
    here = KilledShop(process=victims, wire=wire, database=database)
    async with here.game.listening():
        encryptor = Encryptor([victims.environment["ENCRYPTION_KEYS"]])
        await furnish(database, encryptor, here.game.address)
        here.tell()
        try:
            yield here
        finally:
            await here.end()
    await here.prove()


@pytest.fixture
def patient(*, thorough: bool) -> None:
    """For what takes long; it is asked for before anything else is made."""
    if not thorough:
        pytest.skip("some steps are enough here; `make trust` tries each")
