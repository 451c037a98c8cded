"""What members and owners see when Discord answers badly: the whole worker, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from sqlalchemy import Connection, text

from app.process import Guildbank
from bot.connection.login import log_in, point_discord_at
from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.domain.values.time import MINUTE, SECOND
from payments.infra.encryption import new_key
from payments.providers.settings import load_settings
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.faults import Fault
from sandbox.discord_wire.limits import Limit
from sandbox.discord_wire.world import ADA, BEN, MODS, OWNER
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.make import GUILD, START, checkout_update, event, initiate, key, package
from tests.support.sqlite import empty_sqlite

MESSAGES = "/channels/*/messages"
PATIENCE_SECONDS = 20


class Shop:
    """The program with a worker that is logged in, and the Discord that it speaks to."""

    def __init__(self, guildbank: Guildbank, wire: WireDiscord, clock: Time) -> None:
        self.guildbank = guildbank
        self.wire = wire
        self.clock = clock

    async def buy(self, name: str, member: int = ADA, *, mismatched: bool = False) -> None:
        """A member buys something that costs as much as its name says; or pays too little."""
        run = self.guildbank.runner.run
        of = package(minor=int(name))
        await put_up(self.guildbank.runner, of)
        await run(initiate(name, member=MemberId(member), of=of, at=self.clock()))
        update = checkout_update(
            name, member=MemberId(member), of=package(minor=1) if mismatched else of
        )
        await run(event(update, at=self.clock()))

    async def deliveries(self, channel: str) -> list[tuple[str, int, int, int]]:
        """Status, attempts, postponements and time until due of a channel's deliveries."""

        def read(connection: Connection) -> list[tuple[str, int, int, int]]:
            rows = connection.execute(
                text(
                    "SELECT status, attempts, postponements, due_at FROM deliveries "
                    "WHERE channel = :channel ORDER BY delivery_id"
                ),
                {"channel": channel},
            )
            return [(a, b, c, d - self.clock()) for a, b, c, d in rows]

        return await self.guildbank.database.transact(read)

    async def ended(self, channel: str, count: int = 1) -> list[tuple[str, int, int, int]]:
        """Wait until this number of deliveries of a channel are over, or were put off."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = await self.deliveries(channel)
                if sum(each[0] != "waiting" or each[2] > 0 for each in found) >= count:
                    return found
                await asyncio.sleep(0.02)

    async def delivered(self, channel: str) -> None:
        """Wait until a channel's first delivery has arrived; time passes only while it is put off.

        If time passed while it is under way, its lease would end, and it would begin again.
        """
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                (status, _, _, due), *_ = await self.deliveries(channel)
                if status == "delivered":
                    return
                if due > 0:
                    await self.wait(due)
                await asyncio.sleep(0.02)

    async def wait(self, microseconds: int) -> None:
        """Time passes for the queue."""
        self.clock.pass_(microseconds)
        for worker in self.guildbank.discord_workers.values():
            worker.wake()

    def messages(self, member: int) -> list[str]:
        return [each["content"] for each in self.wire.dms(member)]


@asynccontextmanager
async def open_shop(
    wire: WireDiscord, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    clock = Time()
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    settings = load_settings(
        _env_file=None,
        discord_token="sandbox-token",
        discord_api_url=wire.api_url,
        discord_gateway_url=wire.gateway_url,
        stripe_secret_key="sk_test_sandbox",
        stripe_webhook_secret="whsec_sandbox",
        database_url=empty_sqlite(folder),
        http_host="127.0.0.1",
        http_port=0,
        metrics_port=0,
        guild_ids=str(GUILD),
        encryption_keys=new_key(),
    )
    async with Guildbank(settings, clock=clock) as guildbank:
        point_discord_at(settings)
        await log_in(guildbank.bot, settings)
        wanted = GuildSettings(guild=GUILD, mod_channel=MODS)
        await guildbank.runner.run(
            ChangeSettings(
                key=key(), at=START, actor=by_member(MemberId(OWNER)), guild=GUILD, settings=wanted
            )
        )
        guildbank.start_worker()
        yield Shop(guildbank, wire, clock)


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    async with (
        WireDiscord(default_world(), token="sandbox-token") as wire,
        open_shop(wire, tmp_path, monkeypatch) as running,
    ):
        yield running


@pytest.mark.parametrize("kind", ["rate_limit", "global_rate_limit"])
async def test_a_short_rate_limit_is_waited_for_and_the_member_reads_it_once(
    shop: Shop, kind: str
) -> None:
    shop.wire.faults.add(
        Fault.model_validate({"kind": kind, "method": "POST", "path": MESSAGES, "retry_after": 0.2})
    )
    await shop.buy("499")
    ((status, attempts, postponements, _),) = await shop.ended("dm")
    assert (status, attempts, postponements) == ("delivered", 0, 0)
    assert len(shop.messages(ADA)) == 1


async def test_a_rate_limit_longer_than_the_lease_puts_it_off_and_uses_no_attempt(
    shop: Shop,
) -> None:
    shop.wire.faults.add(
        Fault(kind="rate_limit", method="POST", path=MESSAGES, retry_after=45, times=1)
    )
    await shop.buy("499")
    ((status, attempts, postponements, due),) = await shop.ended("dm")
    assert (status, attempts, postponements) == ("waiting", 0, 1)
    assert due >= 45 * SECOND
    assert shop.messages(ADA) == []
    await shop.wait(due)
    assert len(await shop.wire.wait_for_dm(ADA, timeout_seconds=PATIENCE_SECONDS)) == 1


async def test_the_limit_of_a_channel_delays_and_loses_nothing(shop: Shop) -> None:
    """As Discord counts: each answer says how many are left in the window."""
    shop.wire.limits.add(Limit(method="POST", path=MESSAGES, requests=3, per_seconds=0.5))
    for number in range(8):
        await shop.buy(str(500 + number))
    messages = await shop.wire.wait_for_dm(ADA, 8, timeout_seconds=PATIENCE_SECONDS)
    paid = [each["content"].split("payment of €")[1][:4] for each in messages]
    assert paid == [f"5.0{number}" for number in range(8)], "each once, in their order"


async def test_a_closed_dm_is_asked_once_and_kept_for_the_next_command(shop: Shop) -> None:
    shop.wire.take_dms(ADA, accepts=False)
    await shop.buy("499")
    await shop.ended("dm")
    await shop.buy("500")
    ends = await shop.ended("dm", 2)
    assert [status for status, *_ in ends] == ["given_up", "given_up"]
    refused = [each for each in shop.wire.requests if each.status == 403]
    assert len(refused) == 1, "Discord counts each"
    kept = await shop.guildbank.bot.notices.waiting(GUILD, MemberId(ADA))
    assert [each.words.split("payment of ")[1][:5] for each in kept] == ["€4.99", "€5.00"]
    assert shop.wire.dms(OWNER) == []


async def test_a_deleted_moderators_channel_is_one_message_to_the_owner_and_loses_no_card(
    shop: Shop,
) -> None:
    shop.wire.faults.add(
        Fault(kind="unknown_channel", method="POST", path=f"/channels/{MODS}/messages", times=3)
    )
    for number in range(3):
        await shop.buy(str(500 + number), BEN, mismatched=True)
    waiting = await shop.ended("mod", 3)
    assert {(status, attempts) for status, attempts, *_ in waiting} == {("waiting", 0)}
    (message,) = await shop.wire.wait_for_dm(OWNER, timeout_seconds=PATIENCE_SECONDS)
    assert "something that needs them: the channel is gone." in message["content"]
    assert "with `/setup set`, option `mod_channel`" in message["content"]
    await shop.wait(15 * MINUTE)
    cards = await shop.wire.wait_for_messages(MODS, 3, timeout_seconds=PATIENCE_SECONDS)
    assert len(cards) == 3
    assert len(shop.wire.dms(OWNER)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="error", status=500, done=True, method="POST", path=MESSAGES),
        Fault(kind="error", status=502, done=False, method="POST", path=MESSAGES),
        Fault(kind="drop", done=True, method="POST", path=MESSAGES),
        Fault(kind="drop", done=False, method="POST", path=MESSAGES),
    ],
    ids=["500 after it was taken", "502 before", "dropped after it was taken", "dropped before"],
)
async def test_an_answer_that_is_lost_or_bad_means_one_message_all_the_same(
    shop: Shop, fault: Fault
) -> None:
    shop.wire.faults.add(fault)
    await shop.buy("499")
    await shop.delivered("dm")
    assert len(shop.messages(ADA)) == 1
    assert [each[1] for each in await shop.deliveries("dm")] == [0], "no attempt was used up"
    assert shop.wire.dms(OWNER) == []


async def test_a_discord_that_is_away_for_hours_loses_nothing(shop: Shop) -> None:
    """discord.py tries each request five times by itself."""
    shop.wire.faults.add(Fault(kind="drop", method="POST", path="*", times=10))
    await shop.buy("499")
    await shop.ended("dm")
    await shop.delivered("dm")
    assert len(shop.messages(ADA)) == 1


async def test_requests_to_discord_are_counted_and_timed(shop: Shop) -> None:
    await shop.buy("499")
    await shop.ended("dm")
    counted = {
        sample.labels["purpose"]: sample.value
        for metric in shop.guildbank.registry.collect()
        for sample in metric.samples
        if sample.name == "guildbank_call_seconds_count"
        and sample.labels["integration"] == "discord"
        and sample.labels["end"] == "ok"
    }
    assert sum(counted.values()) >= 2
