"""Other programs get events: signed, once each in effect, and never in private networks."""

import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from payments.commands.base import by_member
from payments.commands.guild.subscribers import (
    MAX_SUBSCRIBERS,
    AddSubscriber,
    DisableSubscriber,
    RemoveSubscriber,
)
from payments.domain.values.errors import Refused
from payments.domain.values.events import EVENTS, Event
from payments.domain.values.ids import SubscriberId
from payments.domain.values.time import DAY
from payments.infra.clock import system_clock
from payments.infra.encryption import Encryptor, new_key
from payments.notifications.channel import Delivery, GiveUp, Postpone
from payments.notifications.routing import HTTP, HTTP_QUEUE
from payments.notifications.subscribers.addresses import (
    PublicResolver,
    check_address,
    is_public,
    open_session,
)
from payments.notifications.subscribers.channel import AT_ONCE, SubscriberChannel
from payments.notifications.subscribers.payload import payload_of
from payments.notifications.subscribers.post import Address, NotTaken, Post
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.claimed import ClaimedDelivery
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.subscribers import SubscriberFailures
from payments.store.rows.codec import decode_event
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, BEN, GUILD, START, checkout_update, event, initiate, key

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


@pytest.fixture
async def there(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> AsyncIterator[Fixture]:
    await put_up(runner)
    program = Program()
    app = web.Application()
    app.router.add_post("/hook", program.take)
    async with TestServer(app, host="127.0.0.1") as server:
        fixture = Fixture(
            program=program,
            url=str(server.make_url("/hook")),
            runner=runner,
            database=database,
            queries=queries,
            clock=clock,
        )
        yield fixture
        await fixture.post.close()


async def test_it_hears_of_what_it_asked_for_signed_after_standard_webhooks(
    there: Fixture,
) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    await there.deliver(waiting)
    await there.deliver(waiting)
    (headers, body), (again, _) = there.program.taken
    assert Webhook(there.address.secret).verify(body, headers) == json.loads(body)
    assert headers["webhook-id"] == again["webhook-id"], "a repeat is known by its id"
    message = json.loads(body)
    assert message["type"] == "payment.success"
    assert message["timestamp"] == "2026-09-21T14:13:20.000Z"
    assert message["data"] == {
        "guild": str(GUILD),
        "member": str(ADA),
        "payment": "p1",
        "package": "500 for 499",
        "points": 500,
        "price": {"amount": 499, "currency": "EUR"},
    }


async def test_one_that_wants_everything_hears_of_everything(there: Fixture) -> None:
    await there.add(kinds=("*",))
    await there.buy()
    names = {each.name for each in await there.waiting()}
    assert names == {"payment.initiated", "payment.success", "points.awarded"}


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.name)
def test_no_number_in_a_message_is_too_long_for_its_readers(kind: type[Event]) -> None:
    """JavaScript keeps integers up to 2^53 only: Discord's ids must be strings."""
    fields: dict[str, Any] = {}
    for name, annotation in ((n, t) for c in reversed(kind.__mro__) for n, t in _fields(c)):
        fields[name] = _example(str(annotation))
    for value in _numbers(json.loads(payload_of(kind(**fields)))):
        assert abs(value) < 2**53


def _fields(kind: type) -> list[tuple[str, Any]]:
    own = vars(kind).get("__annotations__", {})
    return [(name, kind_) for name, kind_ in own.items() if "ClassVar" not in str(kind_)]


def _example(annotation: str) -> Any:
    if "Money" in annotation:
        return checkout_money()
    if any(each in annotation for each in ("GuildId", "MemberId")) or annotation.startswith(
        "int |"
    ):
        return 2**63 - 1
    if "Instant" in annotation:
        return START
    return 5 if "int" in annotation.casefold() else "words"


def checkout_money() -> Any:
    from payments.domain.values.money import Money  # noqa: PLC0415 - only here

    return Money(minor=499, currency="EUR")


def _numbers(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [number for each in value.values() for number in _numbers(each)]
    return [value] if isinstance(value, int) else []


async def test_a_server_error_means_later_and_a_refusal_uses_an_attempt(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=503, headers={"Retry-After": "7"})
    with pytest.raises(Postpone, match="it answered 503") as raised:
        await there.deliver(waiting)
    assert raised.value.seconds == 7
    there.program.answer = lambda: web.Response(status=404)
    with pytest.raises(NotTaken, match="it answered 404"):
        await there.deliver(waiting)


@pytest.mark.parametrize("status", [401, 403])
async def test_one_that_does_not_let_us_in_gets_it_once_it_does(
    there: Fixture, status: int
) -> None:
    """The message has no part in it, and uses no attempt."""
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=status)
    for _ in range(3):
        with pytest.raises(Postpone, match=f"it answered {status}"):
            await there.deliver(waiting)
    there.program.answer = web.Response
    await there.deliver(waiting)


async def test_an_address_that_we_cannot_decrypt_is_not_held_against_the_subscriber(
    there: Fixture, clock: Time
) -> None:
    """ENCRYPTION_KEYS lost a key: messages wait until it is back, and nobody is switched off."""
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    right = there.post._encryptor
    there.post._encryptor = Encryptor([new_key()])
    for _ in range(5):
        with pytest.raises(Postpone) as raised:
            await there.deliver(waiting)
        assert raised.value.seconds == 600
        clock.pass_(DAY)
    there.post._encryptor = right
    await there.deliver(waiting)


async def test_a_redirect_is_not_followed(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=307, headers={"Location": there.url})
    with pytest.raises(NotTaken, match="it redirects"):
        await there.deliver(waiting)
    assert len(there.program.taken) == 1


async def test_one_that_is_not_there_means_later_and_its_address_is_not_told(
    there: Fixture,
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    there.address = replace(there.address, url=f"http://127.0.0.1:{port}/secret-path")
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    with pytest.raises(Postpone, match="cannot be reached") as raised:
        await there.deliver(waiting)
    assert "secret-path" not in str(raised.value)
    assert str(port) not in str(raised.value)


async def test_one_that_fails_for_days_is_switched_off_and_moderators_hear_of_it(
    there: Fixture, clock: Time
) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=404)
    for _ in range(2):
        with pytest.raises(NotTaken):
            await there.deliver(waiting)
        clock.pass_(DAY)
    there.program.answer = web.Response
    await there.deliver(waiting)  # it is back: the days are counted again
    there.program.answer = lambda: web.Response(status=404)
    for _ in range(3):
        with pytest.raises(NotTaken):
            await there.deliver(waiting)
        clock.pass_(DAY)
    with pytest.raises(GiveUp, match="switched off: it answered 404"):
        await there.deliver(waiting)
    assert await there.queries.subscribers(GUILD) == []
    deliveries = await there.deliveries.claim(
        urgent=9, oldest=0, channels=("mod",), now=clock(), until=clock(), lease="x"
    )
    assert [each.name for each in deliveries] == ["subscriber.disabled"]
    with pytest.raises(GiveUp, match="removed"):
        await there.deliver(waiting)
    await there.buy("p2")
    assert [each.name for each in await there.waiting()] == ["payment.success"], "none is new"


async def test_one_that_is_gone_is_switched_off_at_once(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.program.answer = lambda: web.Response(status=410)
    with pytest.raises(GiveUp, match="410"):
        await there.deliver(waiting)
    off = await there.queries.subscriber(GUILD, SubscriberId("s1"))
    assert off is not None
    assert (off.active, off.encrypted) == (False, "")


async def test_a_slow_one_leaves_room_for_others(there: Fixture) -> None:
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    there.channel._busy["s1"] = AT_ONCE
    with pytest.raises(Postpone, match="busy"):
        await there.deliver(waiting)


async def test_what_cannot_be_added_or_removed_is_refused(there: Fixture) -> None:
    with pytest.raises(Refused, match=r"no event “payment\.sucess”"):
        await there.add(kinds=("payment.sucess",))
    with pytest.raises(Refused, match="of which events"):
        await there.add(kinds=())
    for number in range(MAX_SUBSCRIBERS):
        await there.add(f"s{number}")
    with pytest.raises(Refused, match="at most 10"):
        await there.add("one more")
    common = {"at": START, "actor": by_member(BEN), "guild": GUILD}
    gone = RemoveSubscriber(key=key(), subscriber=SubscriberId("s1"), **common)  # type: ignore[arg-type]  # common fields
    await there.runner.run(gone)
    for command in (
        replace(gone, key=key()),
        DisableSubscriber(key=key(), subscriber=SubscriberId("s1"), reason="", **common),  # type: ignore[arg-type]  # as above
    ):
        with pytest.raises(Refused, match="no such subscriber"):
            await there.runner.run(command)


@only_on_sqlite
async def test_nothing_secret_of_a_subscriber_is_readable_in_the_database(
    there: Fixture, database: Database
) -> None:
    await there.add()
    written = await database.transact(
        lambda connection: "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]  # SQLite's
    )
    assert "/hook" not in written
    assert there.address.secret not in written


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/hook",
        "ftp://example.com",
        "example.com",
        "https://",
        "https://name:word@example.com/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://[fec0::2]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[2002:5db8:d80e::]/",
        "https://[::127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://localhost./",
        "https://a.LOCALHOST/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.0.1./",
        "https://93.184.215.014/",
        "https://example.0x/",
        "https://\N{FULLWIDTH DIGIT ONE}27.0.0.1/",
        "https://127\N{IDEOGRAPHIC FULL STOP}0.0.1/",
        "https://\N{CIRCLED DIGIT ONE}27.0.0.1/",
        "https://example.com/" + "a" * 500,
        "https://[::1",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(Refused):
        check_address(address, private_allowed=False)


def test_a_public_address_is_taken_as_it_is() -> None:
    typed = " https://example.com:8443/hook?key=1 "
    assert check_address(typed, private_allowed=False) == "https://example.com:8443/hook?key=1"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("0.0.0.0", False),  # noqa: S104 - refused, not bound
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d70e", True),
        ("64:ff9b:1::5db8:d70e", False),
        ("::ffff:93.184.215.14", True),
        ("::93.184.215.14", False),
        ("2002:7f00:1::", False),
        ("2002:5db8:d70e::", False),
        ("2001:0:5db8:d70e::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("fec0::2", False),
        ("feff::1", False),
        ("ff02::1", False),
        ("4000::1", False),
        ("198.18.0.1", False),
        ("192.0.0.9", False),
        ("192.0.2.1", False),
        ("192.88.99.1", False),
        ("240.0.0.1", False),
        ("no address", False),
    ],
)
def test_which_addresses_are_public(address: str, *, public: bool) -> None:
    assert is_public(address) is public


class Rebinding(AbstractResolver):
    """A name that was public when it was added, and leads home now."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del port
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._port,
                family=family,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        return


@pytest.mark.parametrize("private_allowed", [False, True])
async def test_a_name_that_leads_home_by_now_is_refused_at_the_connection(
    there: Fixture, monkeypatch: pytest.MonkeyPatch, *, private_allowed: bool
) -> None:
    port = int(there.url.rsplit(":", 1)[1].split("/")[0])
    monkeypatch.setattr(aiohttp, "ThreadedResolver", lambda: Rebinding(port))
    session = open_session(private_allowed=private_allowed, seconds=5)
    there.post._session = session
    monkeypatch.setattr(
        "payments.notifications.subscribers.post.check_address", lambda url, **_: url
    )
    there.address = replace(there.address, url=f"http://innocent.example:{port}/hook")
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    if private_allowed:  # the same way works where the setting allows it
        await there.deliver(waiting)
        assert len(there.program.taken) == 1
        return
    with pytest.raises(NotTaken, match="not public"):
        await there.deliver(waiting)
    assert there.program.taken == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1"]
)
async def test_no_spelling_of_a_host_leads_home_though_nothing_looked_at_it_before(
    there: Fixture, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """It is the address of the connection that decides: literals ask no resolver.

    What the library itself refuses today, it need not refuse tomorrow.
    """
    port = int(there.url.rsplit(":", 1)[1].split("/")[0])
    monkeypatch.setattr(
        "payments.notifications.subscribers.post.check_address", lambda url, **_: url
    )
    there.post._session = open_session(private_allowed=False, seconds=5)
    there.address = replace(there.address, url=f"http://{host}:{port}/hook")
    await there.add()
    await there.buy()
    (waiting,) = await there.waiting()
    with pytest.raises(NotTaken, match=r"not public|cannot be used"):
        await there.deliver(waiting)
    assert there.program.taken == []


async def test_a_resolver_that_finds_nothing_is_no_way_in() -> None:
    class Empty(Rebinding):
        async def resolve(self, *_: Any, **__: Any) -> list[ResolveResult]:
            return []

    with pytest.raises(OSError, match="not public"):
        await PublicResolver(Empty(1)).resolve("example.com")
