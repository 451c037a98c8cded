# Long: it is written for the code of an older commit, and stays as it ran there.
"""Makes the stored databases in `stored/0008`: a small community as commit 1f9cb44 leaves it.

It is written for that commit's code, and runs there:

    git worktree add --detach ../old 1f9cb44
    cd ../old && PYTHONPATH=. PYTHON -m tests.upgrade.make_0008 FOLDER   (after copying this file)

PYTHON is that of an environment with the development lock. The community lives once on each
database, with a clock and ids of its own: only what is encrypted differs between two runs. The
local Stripe's life is written down beside the books (`life.json.gz`), so that a test can let a
later local Stripe live the same one: requests that created something, and what people and banks
did, each with its time; and the ids that it gave.

A new generation gets a new file beside this one, and a new folder; what is stored stays.
"""

import asyncio
import gzip
import json
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from migrations import SCRIPTS
from payments.commands.bar import LiftBar
from payments.commands.base import by_member
from payments.commands.move import GrantPoints, SpendPoints, TransferPoints
from payments.commands.packages import AddPackage, RetirePackage
from payments.commands.settings import ChangeSettings
from payments.commands.subscribers import AddSubscriber
from payments.domain.guilds import GuildSettings
from payments.domain.ids import CommandKey, GuildId, MemberId, PackageId, PaymentId, SubscriberId
from payments.domain.money import Money
from payments.domain.naming import PointsNames
from payments.domain.time import DAY, HOUR, MINUTE, Instant, later
from payments.health import Health
from payments.services import Services
from payments.settings import Settings
from payments.store import tables
from payments.store.audit import AuditLog
from payments.store.migrate import Migrations
from payments.store.notices import Notice
from payments.subscribers.channel import Address
from sandbox.stripe import Fault, LocalStripe
from sandbox.stripe.api.gate import Gate
from tests.postgres import Postgres, _start, _stop
from webhooks.app import create_app, load_templates
from webhooks.keys import Parts
from webhooks.metrics import WebMetrics
from webhooks.server import WebServer

GUILD = GuildId(900_000_000_000_000_001)
OTHER = GuildId(900_000_000_000_000_002)
NAMES = "ada ben cai dan eve fay gus hal ida jon kim leo mia ned ola pam quin rob sue tom"
MEMBERS = {
    name: MemberId(100_000_000_000_000_001 + number) for number, name in enumerate(NAMES.split())
}
BUYERS = "ben cai dan eve fay gus ida ned ola pam quin rob sue"
MIRA = MemberId(200_000_000_000_000_001)
NOA = MemberId(200_000_000_000_000_002)
START = Instant(1_790_000_000_000_000)
KEY = "sk_test_1"
SECRET = "whsec_of_today"
ENCRYPTION_KEY = "dXBncmFkZS1maXh0dXJlLWtleS0wMDAwMDAwMDAwMDA="


class Clock:
    """Moves only when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> Instant:
        return self.now

    def pass_(self, microseconds: int) -> None:
        self.now = later(self.now, microseconds)


class Tape:
    """What the local Stripe lives through, in order, and the ids that it gives."""

    def __init__(self, stripe: LocalStripe, clock: Clock) -> None:
        self.entries: list[dict[str, Any]] = []
        self.ids: dict[str, list[str]] = defaultdict(list)
        self._stripe, self._clock = stripe, clock
        new = stripe.state.ids.new

        def noted(prefix: str) -> str:
            made = new(prefix)
            self.ids[prefix].append(made)
            return made

        stripe.state.ids.new = noted  # type: ignore[method-assign]
        answer = Gate._answer

        async def answered(gate: Any, request: Any, handler: Any, *rest: Any) -> Any:
            if request.method == "POST":
                self.entries.append(
                    {
                        "at": clock(),
                        "post": request.path,
                        "form": await request.text(),
                        "key": request.headers.get("Idempotency-Key"),
                    }
                )
            return await answer(gate, request, handler, *rest)

        Gate._answer = answered  # type: ignore[method-assign]
        self._undo: Callable[[], None] = lambda: setattr(Gate, "_answer", answer)

    async def act(self, name: str, *args: Any, **given: Any) -> Any:
        """Let something happen, and note it."""
        self.entries.append({"at": self._clock(), "act": name, "args": args, "given": given})
        return await getattr(self._stripe, name)(*args, **given)

    def written(self) -> dict[str, Any]:
        """All of it."""
        kept = {prefix: ids for prefix, ids in self.ids.items() if prefix not in {"evt", "req"}}
        return {"entries": self.entries, "ids": kept}

    def close(self) -> None:
        """Let the program go on without being watched."""
        self._undo()


class Community:
    """The program with its local Stripe, and short ways to live in it."""

    def __init__(self, core: Services, stripe: LocalStripe, tape: Tape, clock: Clock) -> None:
        self.core, self.stripe, self.tape, self.clock = core, stripe, tape, clock
        self.sessions: dict[str, str] = {}
        self.payments: dict[str, PaymentId] = {}
        self._numbers = count(1)

    def key(self) -> CommandKey:
        """A fresh one."""
        return CommandKey(f"interaction:{700_000_000_000_000_000 + next(self._numbers)}")

    def common(self, by: MemberId, guild: GuildId = GUILD) -> dict[str, Any]:
        """What each command has."""
        return {"key": self.key(), "at": self.clock(), "actor": by_member(by), "guild": guild}

    async def settle(self) -> None:
        """Let what Stripe has sent be taken in."""
        await self.stripe.drain()
        while await self.core.intake.retry_due():
            pass

    async def begin(self, name: str, package: str = "starter") -> None:
        """A member opens a checkout."""
        guild = OTHER if package.startswith("other") else GUILD
        payment = await self.core.buying.buy(
            key=self.key(),
            guild=guild,
            member=MEMBERS[name],
            package=PackageId(package),
            answer=self.core.sealer.seal(json.dumps(["app", f"token of {name}"])),
        )
        assert payment.session is not None
        self.sessions[name], self.payments[name] = payment.session, payment.id

    async def buy(self, name: str, package: str = "starter") -> None:
        """A member buys and pays."""
        await self.begin(name, package)
        await self.tape.act("pay", self.sessions[name])
        await self.settle()
        self.clock.pass_(MINUTE)

    async def refund(self, name: str, amount: int, key: CommandKey | None = None) -> Any:
        """A moderator asks for a refund."""
        return await self.core.refunding.ask(
            key=key or self.key(),
            guild=GUILD,
            moderator=MIRA,
            payment=self.payments[name],
            amount=amount,
            reason=f"{name} asked for it",
        )


async def open_shop(c: Community) -> None:
    """Two servers, what they sell, and who listens."""
    run = c.core.runner.run
    settings = GuildSettings(
        guild=GUILD,
        mod_channel=300_000_000_000_000_001,
        moderator_role=300_000_000_000_000_002,
        announcement_channel=300_000_000_000_000_003,
        announced=("payment.success",),
        notice_channel=300_000_000_000_000_004,
        approval_limit=1000,
        points=PointsNames(one="coin", many="coins", symbol="🪙"),
    )
    await run(ChangeSettings(settings=settings, **c.common(NOA)))
    there = GuildSettings(guild=OTHER, approval_limit=5000, currency="EUR")
    await run(ChangeSettings(settings=there, **c.common(NOA, OTHER)))
    for guild, package, points, minor, currency in (
        (GUILD, "starter", 500, 499, "EUR"),
        (GUILD, "chest", 2500, 2000, "EUR"),
        (GUILD, "yen", 300, 300, "JPY"),
        (GUILD, "old", 10, 999, "EUR"),
        (OTHER, "other-starter", 500, 499, "EUR"),
    ):
        await run(
            AddPackage(
                name=package.title(),
                points=points,
                price=Money(minor=minor, currency=currency),
                package=PackageId(package),
                **c.common(NOA, guild),
            )
        )
    await run(RetirePackage(package=PackageId("old"), **c.common(NOA)))
    address = Address(url="https://listener.example/hook", secret="whsec_bGlzdGVuZXI=")
    await run(
        AddSubscriber(
            subscriber=SubscriberId("subscriber-1"),
            host=address.host,
            kinds=("payment.refunded", "payment.success"),
            sealed=address.seal(c.core.sealer),
            **c.common(NOA),
        )
    )


async def trade(c: Community) -> None:
    """The first days: members buy, pass on, spend, and are granted points."""
    run = c.core.runner.run
    for name in BUYERS.split():
        await c.buy(name)
    await c.buy("kim", "chest")
    await c.buy("tom", "yen")
    await c.buy("hal", "other-starter")
    c.clock.pass_(4 * DAY)
    gus, hal, eve = MEMBERS["gus"], MEMBERS["hal"], MEMBERS["eve"]
    await run(TransferPoints(member=gus, recipient=hal, points=400, **c.common(gus)))
    await run(SpendPoints(member=eve, points=450, note="a hat", **c.common(eve)))
    await run(SpendPoints(member=MEMBERS["rob"], points=500, note="a cat", **c.common(eve)))
    end = later(START, 60 * DAY)
    await run(
        GrantPoints(
            member=MEMBERS["jon"], points=70, note="a prize", expires_at=end, **c.common(MIRA)
        )
    )
    await run(GrantPoints(member=MEMBERS["jon"], points=30, **c.common(MIRA)))


async def go_wrong(c: Community) -> None:
    """Refunds and disputes in all states."""
    at = c.sessions
    for name in ("ben", "cai"):  # pending with us and at Stripe
        c.stripe.plan_refund("pending")
        c.tape.entries.append({"at": c.clock(), "plan_refund": "pending"})
        await c.refund(name, 499)
    await c.tape.act("refund", at["pam"], amount=200, status="pending")  # made in the dashboard
    await c.settle()
    await c.refund("ned", 200)  # part of it, done
    await c.refund("kim", 2000)  # above the limit: waits for a second moderator
    c.stripe.faults.add(Fault(kind="drop", method="POST", path="/v1/refunds", times=3))
    await c.refund("quin", 499)  # never arrived
    await c.tape.act("open_dispute", at["dan"])
    await c.tape.act("open_dispute", at["gus"])
    for name, end in (("eve", "lose_dispute"), ("rob", "lose_dispute"), ("fay", "win_dispute")):
        dispute = await c.tape.act("open_dispute", at[name])
        await c.settle()
        await c.tape.act(end, dispute["id"])
    await c.tape.act("warn_of_fraud", at["ida"])
    inquiry = await c.tape.act("open_inquiry", at["sue"])
    assert inquiry["id"]
    await c.settle()
    await c.core.runner.run(LiftBar(member=MEMBERS["rob"], **c.common(MIRA)))


async def be_refused(c: Community) -> None:
    """The key was refused for hours: the messages of Ola's refund are quarantined."""
    refused = Fault(kind="error", status=401, method="GET", path="/v1/*", times=1_000_000)
    c.stripe.faults.add(refused)
    await c.tape.act("refund", c.sessions["ola"])
    for _ in range(13):
        await c.settle()
        c.clock.pass_(HOUR)
    c.stripe.faults.clear()


async def leave_open(c: Community) -> None:
    """What is under way when the program stops."""
    await c.begin("mia")
    await c.tape.act("expire", c.sessions["mia"])
    await c.settle()
    await c.begin("leo")
    await c.tape.act("pay_later", c.sessions["leo"])
    await c.settle()
    await c.begin("ada")
    await c.begin("jon", "chest")
    session = c.stripe.state.sessions[c.sessions["jon"]].render()
    doubtful = session | {"amount_total": 1, "amount_subtotal": 1, "payment_status": "paid"}
    c.stripe.forge("checkout.session.completed", doubtful | {"status": "complete"})
    stranger = "0199a3c4-ffff-7000-8000-000000000001"
    metadata = session["metadata"] | {"guildbank_payment": stranger}
    theirs = {"id": "cs_test_of_another_guildbank", "client_reference_id": stranger}
    c.stripe.forge("checkout.session.completed", session | theirs | {"metadata": metadata})
    await c.settle()
    c.stripe.faults.add(Fault(kind="error", status=500, method="GET", path="/v1/*", times=1000))
    await c.tape.act("refund", c.sessions["fay"], amount=100)  # its messages could not be looked up
    await c.settle()
    c.stripe.faults.clear()


async def deliver_some(c: Community) -> None:
    """Most deliveries wait; a few ended in each way that there is."""
    deliveries, now = c.core.deliveries, c.clock()
    claimed = await deliveries.claim(
        urgent=0,
        oldest=8,
        queue="discord",
        channels=("dm", "answer", "mod", "recipient", "owner", "announce"),
        now=now,
        until=later(now, MINUTE),
        lease="a-lease",
    )
    for each in claimed[:3]:
        await deliveries.deliver(each, now)
    await deliveries.give_up(claimed[3], now, "Direct messages are closed.")
    await deliveries.bury(claimed[4], now, "RuntimeError: no")
    await deliveries.retry(claimed[5], later(now, MINUTE), "RuntimeError: once")
    await deliveries.postpone(claimed[6], later(now, MINUTE), "429")
    ben = MEMBERS["ben"]  # the eighth is under way when the process dies
    await c.core.notices.keep(GUILD, ben, Notice(id=claimed[3].id, words="You got 500.", at=now))
    await c.core.notices.keep_thread(GUILD, ben, 300_000_000_000_000_004, 300_000_000_000_000_005)


async def live(c: Community) -> None:
    """All of it."""
    await open_shop(c)
    await trade(c)
    await AuditLog(c.core.database).seal()
    await go_wrong(c)
    await be_refused(c)
    await leave_open(c)
    await deliver_some(c)


async def make(url: str) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Live on one database. Returns what Stripe lived through, and all rows."""
    clock, numbers = Clock(), count(1)
    stripe = LocalStripe(secret_key=KEY, clock=clock, seed=8, retry_pauses=())
    async with stripe:
        settings = Settings(
            _env_file=None,
            discord_token="token",
            stripe_secret_key=KEY,
            stripe_webhook_secret=SECRET,
            stripe_api_url=stripe.url,
            database_url=url,
            public_url="https://bank.example",
            guild_ids=f"{GUILD},{OTHER}",
            encryption_keys=ENCRYPTION_KEY,
        )
        core = Services(
            settings,
            clock=clock,
            new_id=lambda: f"0199a3c4-0000-7000-8000-{next(numbers):012}",
            migrations=Migrations(SCRIPTS),
            wake=lambda: None,
        )
        await core.migrations.apply(core.database)
        core.runner.start()
        tape = Tape(stripe, clock)
        parts = Parts(
            providers=core.providers,
            intake=core.intake,
            queries=core.queries,
            outside=core.outside,
            health=Health(core.checks()),
            clock=clock,
            metrics=WebMetrics(CollectorRegistry()),
            trusted_proxies=(),
            templates=load_templates(),
        )
        server = WebServer(create_app(parts), host="127.0.0.1", port=0)
        await server.start()
        stripe.add_webhook_endpoint(f"http://127.0.0.1:{server.port}/webhooks/stripe", SECRET)
        community = Community(core, stripe, tape, clock)
        try:
            await live(community)
            rows = await core.database.snapshot(
                lambda connection: {
                    table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                    for table in tables.metadata.sorted_tables
                }
            )
        finally:
            tape.close()
            await server.close()
            await core.close()
    names = {"sessions": community.sessions, "payments": community.payments}
    return tape.written() | names | {"ends": clock()}, rows


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(gzip.compress(content, mtime=0))


async def main(folder: Path) -> None:
    """Make all files."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "books.db"
        life, rows = await make(f"sqlite:///{path}")
        small = Path(name) / "small.db"
        connection = sqlite3.connect(path)
        connection.execute("VACUUM INTO ?", [str(small)])
        connection.close()
        _write(folder / "books.db.gz", small.read_bytes())
    _write(folder / "life.json.gz", json.dumps(life, indent=0).encode())
    server_folder = Path(tempfile.mkdtemp())
    server = Postgres(url=_start(server_folder), mark="made")
    await server.do("CREATE DATABASE made TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    again, postgres_rows = await make(server.of("made"))
    assert (again, set(postgres_rows)) == (life, set(rows))
    await asyncio.to_thread(_stop, server_folder)
    _write(folder / "rows.json.gz", json.dumps(postgres_rows, indent=0).encode())


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
