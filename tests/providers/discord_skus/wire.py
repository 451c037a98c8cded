"""A small Discord that sells: the parts of its REST interface that the program asks.

Its lists are as Discord's: a deleted entitlement is left out unless it is asked for, and a page has
100 at most. Which page comes first it says no more than Discord does.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from payments.domain.values.time import Instant
from payments.providers.discord_skus.shapes import id_at

APPLICATION: Final = "1019370614521200640"
SKU: Final = "1019475255913222144"
OTHER_SKU: Final = "1019475255913222145"
DURABLE: Final = "1019475255913222146"


@dataclass(kw_only=True)
class SellingDiscord:
    """What it has sold.

    Attributes:
        url: Of its REST interface.
        asked: Each request: method and path with query.
        away: Whether it answers 503 to all.
        missing: Whether it answers 404 to all.
        finds_deleted: Whether it finds a deleted entitlement by its id.
        loses_answer: Whether the next consumption is done, and its answer lost.
    """

    url: str = ""
    entitlements: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    consumed: list[str] = field(default_factory=list)
    away: bool = False
    missing: bool = False
    refuses: bool = False
    finds_deleted: bool = True
    loses_answer: bool = False
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def sell(self, member: int, at: Instant, *, sku: str = SKU, kind: int = 1, **more: Any) -> str:
        """Somebody buys something."""
        name = str(id_at(at) + len(self.entitlements) + 1)
        self.entitlements[name] = {
            "id": name,
            "sku_id": sku,
            "application_id": APPLICATION,
            "user_id": str(member),
            "promotion_id": None,
            "type": kind,
            "deleted": False,
            "gift_code_flags": 0,
            "consumed": False,
            "starts_at": None,
            "ends_at": None,
            **more,
        }
        return name

    def delete(self, name: str) -> None:
        """Discord gives the money back."""
        self.entitlements[name]["deleted"] = True

    def event(self, kind: str, name: str, **changes: Any) -> bytes:
        """The body of a webhook event about an entitlement, as it is now."""
        inner = {
            "type": kind,
            "timestamp": "2026-11-30T12:00:00.000001+00:00",
            "data": self.entitlements[name] | changes,
        }
        return json.dumps(
            {"version": 1, "application_id": APPLICATION, "type": 1, "event": inner}
        ).encode()

    def signed(self, body: bytes, at: Instant) -> dict[str, str]:
        """The headers of a request."""
        time = str(at // 1_000_000)
        return {
            "X-Signature-Ed25519": self.key.sign(time.encode() + body).hex(),
            "X-Signature-Timestamp": time,
            "Content-Type": "application/json",
        }

    @property
    def verify_key(self) -> str:
        return self.key.public_key().public_bytes_raw().hex()

    @web.middleware
    async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.rel_url}")
        if self.away:
            return web.json_response({}, status=503)
        if self.missing:
            return web.json_response({"code": 0, "message": "404: Not Found"}, status=404)
        if self.refuses or request.headers.get("Authorization") != "Bot token":
            return web.json_response({"code": 0, "message": "401: Unauthorized"}, status=401)
        assert request.headers["User-Agent"].startswith("DiscordBot (")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _application(self, _: web.Request) -> web.Response:
        return web.json_response({"id": APPLICATION, "verify_key": self.verify_key})

    async def _skus(self, _: web.Request) -> web.Response:
        common = {"application_id": APPLICATION, "slug": "a", "flags": 4}
        return web.json_response(
            [
                {"id": SKU, "type": 3, "name": "500 points", **common},
                {"id": OTHER_SKU, "type": 3, "name": "A chest", **common},
                {"id": DURABLE, "type": 2, "name": "For ever", **common},
            ]
        )

    async def _list(self, request: web.Request) -> web.Response:
        query = request.query
        found = [
            each
            for each in self.entitlements.values()
            if int(each["id"]) < int(query.get("before", 2**63))
            and int(each["id"]) > int(query.get("after", 0))
            and (query.get("exclude_deleted", "true") == "false" or not each["deleted"])
            and ("sku_ids" not in query or each["sku_id"] in query["sku_ids"].split(","))
            and ("user_id" not in query or each["user_id"] == query["user_id"])
        ]
        found.sort(key=lambda each: -int(each["id"]))
        return web.json_response(found[: int(query.get("limit", 100))])

    def _known(self, request: web.Request) -> dict[str, Any]:
        found = self.entitlements.get(request.match_info["id"])
        if found is None or (found["deleted"] and not self.finds_deleted):
            body = json.dumps({"message": "Unknown Entitlement", "code": 10_000})
            raise web.HTTPNotFound(text=body, content_type="application/json")
        return found

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response(self._known(request))

    async def _consume(self, request: web.Request) -> web.Response:
        found = self._known(request)
        if found["deleted"] or found["consumed"]:
            return web.json_response({"message": "Cannot be consumed", "code": 1}, status=400)
        found["consumed"] = True
        self.consumed.append(found["id"])
        if self.loses_answer:
            self.loses_answer = False
            return web.json_response({}, status=502)
        return web.Response(status=204)

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._gate])
        base = f"/api/v10/applications/{APPLICATION}"
        app.router.add_get("/api/v10/applications/@me", self._application)
        app.router.add_get(f"{base}/skus", self._skus)
        app.router.add_get(f"{base}/entitlements", self._list)
        app.router.add_get(f"{base}/entitlements/{{id}}", self._get)
        app.router.add_post(f"{base}/entitlements/{{id}}/consume", self._consume)
        return app


@asynccontextmanager
async def opened_discord() -> AsyncIterator[SellingDiscord]:
    """It answers."""
    discord = SellingDiscord()
    runner = web.AppRunner(discord.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    discord.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10"
    try:
        yield discord
    finally:
        await runner.cleanup()
