"""The parts as processes on one PostgreSQL: each may die, and nothing is lost or doubled."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import asyncpg
import pytest

from payments.domain.values.ids import MemberId
from payments.domain.values.time import MINUTE
from payments.infra.clock import system_clock
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import ADA, GENERAL, Member, User
from tests.process.conftest import PATIENCE_SECONDS, SIGNING, TOKEN, Process, free_port
from tests.support.commands import put_up
from tests.support.forked import Running
from tests.support.make import initiate
from tests.support.web import event_body, session_object, sign

AT_ONCE = 32
BUYERS = (ADA, *range(ADA + 1000, ADA + 1040))
SEED = 20261121


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    """A guild with many members, so that many can be told at once."""
    world = default_world()
    (guild,) = world.guilds
    more = [User(id=each, username=f"buyer{each % 1000}") for each in BUYERS[1:]]
    members = (*guild.members, *(Member(user=each.id) for each in more))
    wider = world.model_copy(
        update={
            "users": (*world.users, *more),
            "guilds": (guild.model_copy(update={"members": members}),),
        }
    )
    async with WireDiscord(wider, token=TOKEN) as running:
        yield running


@dataclass
class Part:
    """One process, which can be killed and begun again."""

    process: Process
    name: str
    settings: dict[str, str]
    running: Running | None = None
    log: list[asyncio.Task[bytes]] = field(default_factory=list)

    async def begin(self) -> None:
        self.running = await self.process.start(self.name, **self.settings)
        assert self.running.stderr is not None
        self.log.append(asyncio.create_task(self.running.stderr.read()))

    async def kill(self) -> None:
        assert self.running is not None
        assert self.running.returncode is None, f"{self.name} ended by itself"
        self.running.kill()
        await self.running.wait()

    async def stop(self) -> float:
        """Stop it in order; how long it took."""
        assert self.running is not None
        begun = asyncio.get_running_loop().time()
        self.running.terminate()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert await self.running.wait() == 0
        return asyncio.get_running_loop().time() - begun


@asynccontextmanager
async def parts(process: Process, url: str) -> AsyncIterator[list[Part]]:
    """Two web servers, two workers, a bot."""
    common = {"DATABASE_URL": url, "LOG_LEVEL": "WARNING", "METRICS_PORT": "0"}
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    process.environment["DISCORD_REQUESTS_PER_SECOND"] = "50"
    all_ = [
        *(Part(process, "webhooks", common | {"HTTP_PORT": str(free_port())}) for _ in range(2)),
        *(Part(process, "worker", common) for _ in range(2)),
        Part(process, "bot", common),
    ]
    try:
        for part in all_:
            await part.begin()
        yield all_
    finally:
        for part in all_:
            if part.running is not None and part.running.returncode is None:
                part.running.kill()
                await part.running.wait()
        for part in all_:
            for written in part.log:
                log = (await written).decode()
                assert "Traceback" not in log, f"{part.name}: {log}"


class Provider:
    """Sends what it has to tell until it is answered with 200, to one server or the other."""

    def __init__(self, ports: list[str]) -> None:
        self._ports = ports
        self._chance = random.Random(SEED)  # noqa: S311 - chooses servers
        self.taken = 0

    async def tell(self, http: aiohttp.ClientSession, number: int) -> None:
        body = event_body(id=f"evt_{number}", session=_session(number)).encode()
        while True:
            url = f"http://127.0.0.1:{self._chance.choice(self._ports)}/webhooks/stripe"
            signature = sign(body, system_clock, SIGNING)  # type: ignore[arg-type]  # any clock
            try:
                async with http.post(
                    url, data=body, headers={"Stripe-Signature": signature}
                ) as answer:
                    if answer.status == 200:
                        self.taken += 1
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


def named(number: int) -> str:
    """A payment's id, in the form in which we make them."""
    return f"01a1fca5-0000-7000-8000-{number:012}"


def _session(number: int) -> dict[str, object]:
    found = session_object(named(number))
    found["metadata"]["guildbank_member"] = str(BUYERS[number % len(BUYERS)])
    return found


async def begin_purchases(url: str, count: int) -> None:
    database: Database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    await put_up(runner)
    await asyncio.gather(
        *(
            runner.run(
                initiate(named(n), member=MemberId(BUYERS[n % len(BUYERS)]), at=system_clock())
            )
            for n in range(count)
        )
    )
    await runner.close()
    await database.close()


async def kill(part: Part, books: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Kill a part and begin it again; a minute passes for what the killed one had claimed."""
    killed_at = system_clock()
    await part.kill()
    await part.begin()
    await asyncio.sleep(1)
    await books.execute(
        "UPDATE deliveries SET leased_until = 0 WHERE leased_until < $1", killed_at + MINUTE
    )


@pytest.mark.timeout(1_000)  # thousands of purchases beside other work; `patience` ends it sooner
async def test_each_is_killed_in_turn_and_every_purchase_is_credited_and_told_once(
    process: Process, wire: WireDiscord, postgres_url: str, *, thorough: bool
) -> None:
    purchases, patience = (2_000, 8 * PATIENCE_SECONDS) if thorough else (300, PATIENCE_SECONDS)
    assert (await process.typed("migrate", DATABASE_URL=postgres_url)).code == 0
    assert (await process.typed("sync", DATABASE_URL=postgres_url)).code == 0
    await begin_purchases(postgres_url, purchases)
    books = await asyncpg.connect(postgres_url)
    async with parts(process, postgres_url) as running, aiohttp.ClientSession() as http:
        provider = Provider([part.settings["HTTP_PORT"] for part in running[:2]])
        numbers = iter([*range(purchases), *range(0, purchases, 10)])

        async def deliver_some() -> None:
            for number in numbers:
                await provider.tell(http, number)

        load = asyncio.gather(*(deliver_some() for _ in range(AT_ONCE)))
        for part in running:
            goal = len(wire.requests) + purchases // 6
            async with asyncio.timeout(patience):
                while len(wire.requests) < goal and not load.done():  # noqa: ASYNC110 - processes
                    await asyncio.sleep(0.02)
            await kill(part, books)
        async with asyncio.timeout(patience):
            await load
            waiting = "SELECT count(*) FROM deliveries WHERE status = 'waiting'"
            while await books.fetchval(waiting):  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.1)
        await wire.wait_for_bot(timeout_seconds=PATIENCE_SECONDS)
        answer = await wire.wait_for_answer(
            await wire.slash(ADA, GENERAL, "balance"), timeout_seconds=PATIENCE_SECONDS
        )
        mine = len(range(0, purchases, len(BUYERS)))
        assert f"{500 * mine:,} points" in json.dumps(answer.message)
        for part in running:
            assert await part.stop() < 10
    assert await books.fetchval("SELECT count(*) FROM payments WHERE credited_at IS NULL") == 0
    assert await books.fetchval("SELECT count(*) FROM transfers") == purchases
    ends = await books.fetch("SELECT status, count(*) AS n FROM deliveries GROUP BY status")
    assert {row["status"] for row in ends} == {"delivered"}
    await books.close()
    nonces = Counter(message["nonce"] for user in BUYERS for message in wire.dms(user))
    assert len(nonces) == purchases
    assert set(nonces.values()) == {1}
    verified = await process.typed("verify", DATABASE_URL=postgres_url)
    assert verified.code == 0, verified.errors


@pytest.mark.parametrize(
    ("shards", "sentence"), [("1", "Write auto"), ("3-2/8", "must lie below"), ("8/8", "must lie")]
)
async def test_shards_that_are_written_wrongly_are_said_in_a_sentence(
    process: Process, shards: str, sentence: str
) -> None:
    ended = await process.typed("bot", "--shards", shards)
    assert ended.code == 2
    assert sentence in ended.errors
    assert "Traceback" not in ended.errors


async def test_each_guild_is_answered_by_its_shard_alone(
    process: Process, wire: WireDiscord, postgres_url: str
) -> None:
    """Two processes with one shard each: the guild belongs to one of them."""
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    process.environment["DATABASE_URL"] = postgres_url
    assert (await process.typed("sync")).code == 0
    shards = [await process.start("bot", "--shards", f"{n}/2") for n in range(2)]
    logs = [asyncio.create_task(each.communicate()) for each in shards]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(wire.gateway.sessions) < 2:  # noqa: ASYNC110 - processes
                await asyncio.sleep(0.05)
        for _ in range(3):
            asked = await wire.slash(ADA, GENERAL, "balance")
            answer = await wire.wait_for_answer(asked, timeout_seconds=PATIENCE_SECONDS)
            assert "0 points" in json.dumps(answer.message)
        callbacks = [each for each in wire.requests if each.path.endswith("/callback")]
        assert len(callbacks) == 3
    finally:
        for each in shards:
            each.terminate()
        await asyncio.gather(*logs)
    assert [each.returncode for each in shards] == [0, 0]
