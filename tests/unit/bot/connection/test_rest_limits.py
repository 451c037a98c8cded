"""What goes to Discord is counted, and waits for its turn; answers to members never wait."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.connection.rest_limits import RestLimits
from payments.infra.outbound import Line


class Ends:
    def __init__(self) -> None:
        self.ends: list[tuple[str, str]] = []

    def call_ended(self, line: Line, end: str, seconds: float) -> None:
        assert seconds > 0
        assert line.integration == "discord"
        self.ends.append((line.purpose, end))


class Turns:
    """In place of the limiter: counts who waited for a turn."""

    taken = 0

    async def acquire(self) -> None:
        self.taken += 1


@pytest.fixture
async def url() -> AsyncIterator[str]:
    async def answer(request: web.Request) -> web.Response:
        if request.query.get("drop"):
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=int(request.query.get("status", "200")))

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/api/v10"))


async def test_each_end_has_its_name(url: str) -> None:
    ends = Ends()
    rest_limits = RestLimits(50, ends=ends)
    async with aiohttp.ClientSession(trace_configs=[rest_limits]) as session:
        for status in (200, 204, 403, 429, 500):
            async with session.get(f"{url}/users/@me", params={"status": status}):
                pass
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"{url}/users/@me", params={"drop": "1"})
    kinds = ["ok", "ok", "final", "busy", "away", "away"]
    assert ends.ends == [("background", kind) for kind in kinds]


async def test_only_answers_to_members_need_no_turn(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = Ends()
    rest_limits, turns = RestLimits(50, ends=ends), Turns()
    monkeypatch.setattr(rest_limits, "_limiter", turns)
    async with aiohttp.ClientSession(trace_configs=[rest_limits]) as session:
        for path in ("interactions/1/token/callback", "webhooks/1/token/messages/@original"):
            async with session.post(f"{url}/{path}"):
                pass
        assert turns.taken == 0
        async with session.post(f"{url}/channels/1/messages"):
            pass
        assert turns.taken == 1
    assert ends.ends == [("members", "ok"), ("members", "ok"), ("background", "ok")]


@pytest.mark.parametrize(("share", "pause"), [(1, 1.0), (40, 0.025)])
def test_the_share_is_spread_evenly(share: int, pause: float) -> None:
    """No burst: a full second's share at once would break Discord's limit with what follows."""
    limiter = RestLimits(share, ends=Ends())._limiter
    assert (limiter.max_rate, limiter.time_period) == (1, pause)
