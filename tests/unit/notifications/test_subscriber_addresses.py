"""Which addresses are called for a subscriber: public ones alone, by whatever name or spelling."""

import socket
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from payments.domain.errors import Refused
from payments.notifications.errors import NotTaken
from payments.notifications.subscribers.addresses import (
    PrivateAddress,
    PublicResolver,
    check_address,
    is_public,
    open_session,
)
from tests.support.databases import only_on_sqlite
from tests.support.subscribed import Fixture

pytestmark = only_on_sqlite


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


class Names(AbstractResolver):
    """Knows one name, by these addresses."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = hosts
        self.asked: list[tuple[str, int, socket.AddressFamily]] = []
        self.closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append((host, port, family))
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in self.hosts
        ]

    async def close(self) -> None:
        self.closed = True


async def test_a_name_is_good_if_all_that_it_leads_to_is_public() -> None:
    good = Names("93.184.215.14", "1.1.1.1")
    resolver = PublicResolver(good)
    found = await resolver.resolve("example.com", 8443, socket.AF_INET6)
    assert [each["host"] for each in found] == ["93.184.215.14", "1.1.1.1"]
    assert good.asked == [("example.com", 8443, socket.AF_INET6)]
    for bad in (Names(), Names("10.0.0.1"), Names("1.1.1.1", "10.0.0.1")):
        with pytest.raises(PrivateAddress, match="not public"):
            await PublicResolver(bad).resolve("example.com")
    await resolver.close()
    assert good.closed


async def test_a_public_address_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is public here is pretended: the test reaches nobody."""
    module = "payments.notifications.subscribers.addresses.is_public"
    monkeypatch.setattr(module, lambda address: address == "127.0.0.1")
    app = web.Application()
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with (
        open_session(private_allowed=False, seconds=5) as session,
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert answer.status == 404
    await runner.cleanup()
