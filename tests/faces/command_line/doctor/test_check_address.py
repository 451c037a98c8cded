"""What can be wrong with PUBLIC_URL and the signing secrets is named, with the way out."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from app.doctor.context import examined
from payments.infra.clock import system_clock
from payments.infra.finding import FindingState
from payments.infra.settings import is_private
from tests.faces.command_line.doctor.conftest import SIGNING, Installation
from webhooks.server.failures import FAILURES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def proxy(health: web.Response, door: web.Response | None = None) -> AsyncIterator[str]:
    """Something else at the public address, that answers so."""

    async def healthz(_: web.Request) -> web.Response:
        return health

    async def webhook(_: web.Request) -> web.Response:
        return door or web.Response(status=404)

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_post("/webhooks/stripe", webhook)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_closed_port_is_named_and_the_secret_is_not_tried(well: Installation) -> None:
    found = await well.examine(public_url="http://127.0.0.1:9")
    address = found.the("Public address")
    assert address.state == FindingState.WARNING
    assert "nothing listens there" in address.words
    assert "guildbank run" in address.remedy
    assert not found.of("Webhook secret")


async def test_a_name_that_does_not_exist_is_named(well: Installation) -> None:
    address = (await well.examine(public_url="http://nowhere.invalid")).the("Public address")
    assert "there is no such name" in address.words


async def test_a_program_that_is_not_ours_is_named(well: Installation) -> None:
    async with proxy(web.Response(status=502, text="Bad Gateway")) as url:
        found = (await well.examine(public_url=url)).the("Public address")
    assert "not Guildbank (status 502)" in found.words


async def test_a_redirection_is_named_because_stripe_follows_none(well: Installation) -> None:
    moved = web.Response(status=308, headers={"Location": "https://pay.example"})
    async with proxy(moved) as url:
        found = (await well.examine(public_url=url)).the("Public address")
    assert found.state == FindingState.ERROR
    assert "redirection" in found.words


async def test_a_proxy_that_keeps_webhooks_out_is_named(well: Installation) -> None:
    alive = web.json_response({"status": "alive"})
    async with proxy(alive, web.Response(status=403)) as url:
        found = (await well.examine(public_url=url)).the("Webhook secret")
    assert "answered 403" in found.words
    assert "proxy" in found.remedy


async def test_a_wrong_secret_is_named(well: Installation) -> None:
    found = (await well.examine(stripe_webhook_secret="whsec_wrong")).the("Webhook secret")
    assert found.state == FindingState.ERROR
    assert "Restart it if .env was changed" in found.remedy
    assert "whsec" not in repr(found)


async def test_of_several_secrets_the_wrong_one_is_named_by_its_number(well: Installation) -> None:
    found = await well.examine(stripe_webhook_secret=f"whsec_new,{SIGNING}")
    assert [each.state for each in found.of("Webhook secret")] == [
        FindingState.ERROR,
        FindingState.OK,
    ]
    assert "number 1" in found.the("Webhook secret").words


@pytest.mark.parametrize(
    ("key", "url", "state"),
    [
        ("sk_test_x", "http://localhost:9", FindingState.WARNING),
        ("sk_live_x", "http://192.168.1.2:9", FindingState.ERROR),
        ("sk_live_x", "http://nowhere.invalid", FindingState.ERROR),
    ],
)
async def test_an_address_that_stripe_itself_cannot_use_is_named(
    well: Installation, key: str, url: str, state: FindingState
) -> None:
    """Nothing is asked of Stripe itself here: only what the address looks like counts."""
    settings = well.changed(stripe_secret_key=key, stripe_api_url=None, public_url=url)
    async with examined(settings, system_clock) as context:
        [(_, doctor)] = context.doctors
        assert doctor is not None
        assert [each.state for each in doctor.address()] == [state]


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("10.1.2.3", True),
        ("[::1]", True),
        ("guild.local", True),
        ("pay.example.org", False),
        ("9.9.9.9", False),
    ],
)
def test_private_addresses_are_known(host: str, *, private: bool) -> None:
    assert is_private(host) is private


async def test_in_a_flood_of_forgeries_the_secret_is_looked_at_all_the_same(
    well: Installation,
) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(FAILURES + 1):
            async with http.post(well.door, data=b"{}") as answer:
                assert answer.status in {400, 429}
    assert "Webhook secret" not in {each.check for each in (await well.examine()).bad()}
    wrong = await well.examine(stripe_webhook_secret="whsec_other")
    assert "does not take messages" in wrong.the("Webhook secret").words
