"""The local Discord driven through its control API, once as a process of its own."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from aiohttp import ClientSession

from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.__main__ import arguments
from sandbox.discord_wire.world import ADA, BEN, GENERAL, GUILD
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import TOKEN, running


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The control API."""

    addresses: dict[str, str]
    session: ClientSession

    async def __call__(self, act: str, /, **given: object) -> dict[str, Any]:
        async with self.session.post(f"{self.addresses['control']}/{act}", json=given) as answer:
            found: dict[str, Any] = await answer.json()
            return found | {"status": answer.status}


@asynccontextmanager
async def as_process(folder: Path) -> AsyncIterator[dict[str, str]]:
    """A process of its own; the addresses that it prints."""
    world = folder / "world.json"
    world.write_text(default_world().model_dump_json())
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.discord_wire", "--port", "0", "--token", TOKEN),
        *("--world", str(world)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    yield json.loads(await process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


@asynccontextmanager
async def here() -> AsyncIterator[dict[str, str]]:
    """The same in this process: a start of Python takes a second."""
    async with WireDiscord(default_world(), token=TOKEN) as local:
        yield {"api": local.api_url, "gateway": local.gateway_url, "control": local.control_url}


@pytest.fixture
async def remote(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Remote]:
    of_its_own = getattr(request, "param", "") == "process"
    async with as_process(tmp_path) if of_its_own else here() as addresses:
        monkeypatch.setattr(discord.http.Route, "BASE", addresses["api"])
        socket = discord.gateway.DiscordWebSocket
        monkeypatch.setattr(socket, "DEFAULT_GATEWAY", yarl.URL(addresses["gateway"]))
        async with ClientSession() as session:
            yield Remote(addresses=addresses, session=session)


@pytest.mark.parametrize("remote", ["process"], indirect=True)
async def test_a_purchase_from_outside(remote: Remote) -> None:
    async with running(Bot()) as bot:
        await remote("ready", timeout=5)
        await bot.sync()
        known = await remote("commands", guild=GUILD, timeout=5)
        assert [each["name"] for each in known["commands"]] == ["buy", "card", "secret", "give"]
        about = {"user": str(ADA), "channel": str(GENERAL), "command": "buy"}
        asked = await remote("slash", **about, options={"package": "large"})
        answer = await remote("answer", interaction=asked["interaction"], edited=1, timeout=5)
        assert answer["message"]["content"] == "you get large"
        assert answer["ephemeral"]
        completed = await remote("autocomplete", **about, option="package", typed="s")
        assert completed["choices"] == [{"name": "Small", "value": "small"}]


async def test_what_was_said_outlives_the_bot(remote: Remote) -> None:
    async with running(Bot()) as bot:
        await bot.sync()
        await (await bot.fetch_user(ADA)).send("hello", nonce="once")
    async with running(Bot()) as again:
        await (await again.fetch_user(ADA)).send("hello", nonce="once")
        found = await remote("dms", user=str(ADA), count=1, timeout=5)
        assert [each["content"] for each in found["messages"]] == ["hello"]
        card = {"user": str(BEN), "channel": str(GENERAL), "command": "card"}
        shown = await remote("answer", **await remote("slash", **card), timeout=5)
        pressed = await remote(
            "click", user=str(BEN), message=shown["message"]["id"], custom_id="press"
        )
        await remote("answer", interaction=pressed["interaction"], timeout=5)
        seen = await remote("messages", channel=str(GENERAL))
        assert [each["content"] for each in seen["messages"]] == ["pressed by ben"]


async def test_faults_and_the_gateway_from_outside(remote: Remote) -> None:
    async with running(Bot()) as bot:
        fault = {"kind": "cannot_dm", "method": "POST", "path": "/channels/*/messages"}
        assert len((await remote("faults", **fault))["waiting"]) == 1
        user = await bot.fetch_user(ADA)
        with pytest.raises(discord.Forbidden):
            await user.send("hello")
        calls = (await remote("requests", after=3))["requests"]
        assert calls[-1]["status"] == 403
        await remote("gateway", act="drop")
        async with asyncio.timeout(5):
            await bot.resumed.wait()
        await remote("ready", timeout=5)
        assert (await remote("gateway", act="state"))["resumes"] == 1
        assert (await remote("gateway", act="recommend", shards=4))["shards"] == [[0, 1]]
        assert (await bot.http.get_bot_gateway())[0] == 4
        await remote("gateway", act="leave")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await bot.http.ws_connect(str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY))
        await remote("gateway", act="return")
        socket = await bot.http.ws_connect(str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY))
        await socket.close()


async def test_time_goes_by_at_once(remote: Remote) -> None:
    async with running(Bot()) as bot:
        await bot.sync()
        about = {"user": str(ADA), "channel": str(GENERAL), "command": "buy"}
        asked = await remote("slash", **about, options={"package": "small"})
        answer = await remote("answer", **asked, edited=1, followups=1, timeout=5)
        assert [each["content"] for each in answer["followups"]] == ["thanks"]
        before = (await remote("time"))["now"]
        assert (await remote("time", **{"pass": 16 * 60}))["now"] >= before + 16 * 60 * 1_000_000
        (edit,) = [
            each["path"]
            for each in (await remote("requests"))["requests"]
            if each["method"] == "PATCH"
        ]
        async with remote.session.patch(
            remote.addresses["api"] + edit, json={"content": "late"}
        ) as late:
            assert (await late.json())["code"] == 50027


async def test_members_who_want_no_messages_and_who_leave(remote: Remote) -> None:
    async with running(Bot(discord.Intents.all())) as bot:
        guild, user = bot.get_guild(GUILD), bot.get_user(BEN)
        assert guild is not None
        assert user is not None
        await user.send("hello")
        assert len((await remote("dms", user=str(BEN)))["messages"]) == 1
        await remote("take_dms", user=str(BEN), accepts=False)
        with pytest.raises(discord.Forbidden) as closed:
            await user.send("hello")
        assert closed.value.code == 50007
        await remote("take_dms", user=str(BEN), accepts=True)
        left: asyncio.Queue[discord.Member] = asyncio.Queue()
        bot.add_listener(left.put, "on_member_remove")
        await remote("leave", user=str(BEN), guild=str(GUILD))
        async with asyncio.timeout(5):
            assert (await left.get()).id == BEN
        with pytest.raises(discord.Forbidden) as apart:
            await user.send("hello")
        assert apart.value.code == 50278
        with pytest.raises(discord.NotFound) as unknown:
            await guild.fetch_member(BEN)
        assert unknown.value.code == 10007


async def test_limits_and_what_a_channel_shows_from_outside(remote: Remote) -> None:
    limit = {"path": "/channels/*/messages", "requests": 1, "per_seconds": 0.1}
    assert len((await remote("limits", **limit))["holding"]) == 1
    async with running(Bot()) as bot:
        shown = asyncio.ensure_future(remote("messages", channel=str(GENERAL), count=2, timeout=5))
        for text in ("one", "two"):
            await bot.get_partial_messageable(GENERAL).send(text)
        assert [each["content"] for each in (await shown)["messages"]] == ["one", "two"]
    assert (await remote("limits", clear=True))["holding"] == []


async def test_what_can_be_done_is_told(remote: Remote) -> None:
    async with remote.session.get(remote.addresses["control"]) as answer:
        acts = await answer.json()
    assert {"slash", "click", "submit", "menu", "answer", "dms", "faults", "time"} <= set(acts)
    assert all(acts.values())


async def test_mistakes_are_told(remote: Remote) -> None:
    known = {"user": str(ADA), "channel": str(GENERAL)}
    unsynced = await remote("slash", **known, command="buy")
    assert (unsynced["status"], unsynced["error"]) == (400, "no command /buy is synced here")
    assert (await remote("slash", **known))["error"] == "'command' is missing"
    assert (await remote("slash", user="1", channel=GENERAL, command="x"))["status"] == 400
    assert (await remote("faults", kind="other"))["status"] == 400
    assert (await remote("gateway", act="other"))["status"] == 400
    assert (await remote("dms", user=str(ADA), timeout=0.01))["status"] == 408
    async with remote.session.post(remote.addresses["control"] + "/time", json=[]) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "a JSON object is wanted")


def test_the_port_is_free_by_default() -> None:
    assert arguments([]).port == 0
