"""The door for Discord's webhook events: who is let in, and with what it is answered."""

import asyncio
import json
from typing import Final

import pytest
from structlog.testing import capture_logs

from payments.domain.values.time import MINUTE
from tests.providers.discord_skus.conftest import Start
from tests.providers.discord_skus.shop import DiscordShopping, opened_shop
from tests.providers.discord_skus.wire import SellingDiscord
from tests.support.databases import only_on_sqlite
from tests.support.make import package

pytestmark = only_on_sqlite

PING: Final = b'{"version": 1, "application_id": "1019370614521200640", "type": 0}'


async def test_a_ping_is_answered_without_a_body_and_kept_nowhere(shop: DiscordShopping) -> None:
    head = shop.discord.signed(PING, shop.clock())
    url = f"{shop.url}/webhooks/discord_skus"
    async with shop.http.post(url, data=PING, headers=head) as answer:
        assert (answer.status, await answer.read()) == (204, b"")
        assert answer.headers["Content-Type"] == "application/json"
    assert await shop.core.queries.inbox_events_by_status(None, 10) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"X-Signature-Ed25519": "00" * 64},
        {"X-Signature-Ed25519": "no digits"},
        {"X-Signature-Ed25519": ""},
        {"X-Signature-Timestamp": "1790000001"},
        {"X-Signature-Timestamp": "soon"},
        {"X-Signature-Timestamp": "9" * 40},
    ],
)
async def test_what_is_not_signed_by_discord_is_refused_with_401(
    shop: DiscordShopping, changed: dict[str, str]
) -> None:
    """Discord asks so on purpose, and takes the address away that lets it pass."""
    assert await shop.post(PING, **changed) == 401


async def test_another_body_or_none_of_the_headers_is_refused(shop: DiscordShopping) -> None:
    head = shop.discord.signed(PING, shop.clock())
    url = f"{shop.url}/webhooks/discord_skus"
    async with shop.http.post(url, data=PING + b" ", headers=head) as answer:
        assert answer.status == 401
    async with shop.http.post(url, data=PING) as answer:
        assert answer.status == 401


async def test_several_signatures_are_refused(shop: DiscordShopping) -> None:
    head = shop.discord.signed(PING, shop.clock())
    twice = [*head.items(), ("X-Signature-Ed25519", head["X-Signature-Ed25519"])]
    url = f"{shop.url}/webhooks/discord_skus"
    async with shop.http.post(url, data=PING, headers=twice) as answer:
        assert answer.status == 401


async def test_a_compressed_body_is_refused(shop: DiscordShopping) -> None:
    assert await shop.post(PING, **{"Content-Encoding": "gzip"}) == 400


@pytest.mark.parametrize(
    ("minutes", "status"), [(0, 204), (10, 204), (16, 401), (-4, 204), (-6, 401)]
)
async def test_a_signature_is_good_for_as_long_as_discord_sends_again(
    shop: DiscordShopping, minutes: int, status: int
) -> None:
    head = shop.discord.signed(PING, shop.clock())
    shop.clock.pass_(minutes * MINUTE)
    assert await shop.post(PING, **head) == status


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'{"type": 1}',
        b'{"type": 1, "event": {}}',
        b'{"type": 1, "event": {"type": "ENTITLEMENT_CREATE", "data": {}}}',
        b'{"type": 1, "event": {"type": "ENTITLEMENT_CREATE", "data": {"id": NaN}}}',
        b"\xff",
        b"",
    ],
)
async def test_what_is_signed_and_makes_no_sense_is_refused(
    shop: DiscordShopping, body: bytes
) -> None:
    assert await shop.post(body) == 400
    assert await shop.core.queries.inbox_events_by_status(None, 10) == []


async def test_other_kinds_of_events_are_taken_and_left_alone(shop: DiscordShopping) -> None:
    inner = {"type": "APPLICATION_AUTHORIZED", "timestamp": "2026-11-30T12:00:00", "data": {}}
    told = {"version": 1, "application_id": "1", "type": 1, "event": inner}
    for _ in range(2):
        assert await shop.post(json.dumps(told).encode()) == 204
    [kept] = await shop.core.queries.inbox_events_by_status(None, 10)
    assert kept.status == "ignored"


async def test_while_discord_cannot_tell_its_key_it_shall_send_again(shop: DiscordShopping) -> None:
    shop.discord.away = True
    assert await shop.post(PING) == 503
    shop.discord.away, shop.discord.missing = False, True
    assert await shop.post(PING) == 503
    shop.discord.missing = False
    assert await shop.post(PING) == 204


async def test_strangers_who_come_while_the_key_is_not_known_make_one_line(
    shop: DiscordShopping,
) -> None:
    shop.discord.away = True
    with capture_logs() as lines:
        for _ in range(3):
            assert await shop.post(PING, **{"X-Signature-Ed25519": "00" * 64}) == 503
    assert [each["event"] for each in lines].count("webhook.not_checked") == 1


async def test_strangers_who_come_at_once_before_the_key_is_known_let_it_be_asked_for_once(
    shop: DiscordShopping,
) -> None:
    forged = {"X-Signature-Ed25519": "00" * 64}
    assert await asyncio.gather(*(shop.post(PING, **forged) for _ in range(20))) == [401] * 20
    assert shop.discord.asked.count("GET /api/v10/applications/@me") == 1


async def test_with_a_key_that_is_set_nobody_is_asked(
    start: Start, discord: SellingDiscord, shop: DiscordShopping
) -> None:
    await shop.connect()
    async with (
        start(discord_skus_public_key=discord.verify_key) as core,
        opened_shop(core, discord, shop.clock) as keyed,
    ):
        name = keyed.sell()
        discord.away = True
        assert await keyed.by_webhook(name) == 204
        discord.away = False
        await keyed.settle()
        assert await keyed.points_of() == package().points
