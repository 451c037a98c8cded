"""As much of Discord's HTTP as deliveries need, on a real port: no gateway, headers and all."""

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.client import GuildbankBot
from bot.delivery.channels import build_channels
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentEvent, PaymentSucceeded
from payments.domain.values.ids import PaymentId
from payments.infra.encryption import Encryptor
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from payments.store.records.mod_cards import ModCards
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.deliveries import set_mod_channel
from tests.support.make import NONCE, checkout_update, event, initiate

APPLICATION = 700_000_000_000_000_001
DIRECT = 700_000_000_000_000_002
"""The channel of everyone's direct messages."""
MODS = 700_000_000_000_000_003
TOKEN = "an-interactions-token"
"""With which the answer can be changed."""

_BOT = {
    "id": str(APPLICATION),
    "username": "guildbank",
    "discriminator": "0000",
    "avatar": None,
    "bot": True,
}


class Wire:
    """A server that takes messages.

    Attributes:
        taken: Method, path and body of every request for a channel or an answer.
        answers: What it answers to the next requests for a channel or an answer, instead.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, Any]] = []
        self.answers: deque[web.Response] = deque()
        self.app = web.Application()
        self.app.router.add_get("/users/@me", self._me)
        self.app.router.add_get("/oauth2/applications/@me", self._application)
        self.app.router.add_post("/users/@me/channels", self._open)
        self.app.router.add_post("/channels/{channel}/messages", self._take)
        self.app.router.add_patch("/webhooks/{id}/{token}/messages/@original", self._take)

    async def _me(self, _: web.Request) -> web.Response:
        return _json(_BOT)

    async def _application(self, _: web.Request) -> web.Response:
        return _json(
            {
                "id": str(APPLICATION),
                "name": "guildbank",
                "description": "",
                "icon": None,
                "bot_public": False,
                "bot_require_code_grant": False,
                "verify_key": "",
                "flags": 0,
                "owner": _BOT,
                "team": None,
            }
        )

    async def _open(self, request: web.Request) -> web.Response:
        asked = await request.json()
        person = {**_BOT, "id": asked["recipient_id"], "bot": False}
        return _json({"id": str(DIRECT), "type": 1, "recipients": [person]})

    async def _take(self, request: web.Request) -> web.Response:
        self.taken.append((request.method, request.path, await request.json()))
        if self.answers:
            return self.answers.popleft()
        return _json(
            {
                "id": str(APPLICATION + len(self.taken)),
                "channel_id": request.match_info.get("channel", str(DIRECT)),
                "author": _BOT,
                "content": "",
                "timestamp": "2026-09-21T00:00:00+00:00",
                "edited_timestamp": None,
                "tts": False,
                "mention_everyone": False,
                "mentions": [],
                "mention_roles": [],
                "attachments": [],
                "embeds": [],
                "components": [],
                "pinned": False,
                "type": 0,
            }
        )


def _json(body: object) -> web.Response:
    response = web.json_response(body)
    response.charset = None  # discord.py reads JSON only without a charset
    return response


def too_many(seconds: str) -> web.Response:
    """A rate limit of the network before Discord: a page, and a header that says how long."""
    return web.Response(
        status=429, text="<html>", content_type="text/html", headers={"Retry-After": seconds}
    )


@asynccontextmanager
async def serve() -> AsyncIterator[tuple[Wire, str]]:
    """A running server and its address."""
    wire = Wire()
    async with TestServer(wire.app, host="127.0.0.1") as server:
        yield wire, str(server.make_url("")).rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A payment that has arrived, and the ways to tell of it."""

    wire: Wire
    channels: Mapping[str, DeliveryChannel]
    queries: Queries
    clock: Time

    async def deliver(
        self, channel: str, kind: type[PaymentEvent] = PaymentSucceeded, **more: Any
    ) -> None:
        payment = await self.queries.payment(PaymentId("p1"))
        assert payment is not None
        happened = kind(**about(payment, self.clock()), **more)
        await self.channels[channel].deliver(
            Delivery(id=2**62, nonce=NONCE, event=happened, channel=channel, attempt=1)
        )


async def open_shop(
    bot: GuildbankBot,
    wire: Wire,
    *,
    runner: Runner,
    database: Database,
    encryptor: Encryptor,
    clock: Time,
) -> Shop:
    """A shop with a moderators' channel, and payment `p1`, which has arrived."""
    await put_up(runner)
    await set_mod_channel(runner, clock, MODS)
    await runner.run(initiate("p1", at=clock(), answer=encryptor.encrypt(TOKEN)))
    await runner.run(event(checkout_update("p1"), at=clock()))
    queries = Queries(database.reader)
    channels = build_channels(
        bot,
        queries=queries,
        answers=Answers(database),
        mod_cards=ModCards(database),
        encryptor=encryptor,
        clock=clock,
    )
    return Shop(wire=wire, channels=channels, queries=queries, clock=clock)
