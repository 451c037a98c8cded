"""The demo's page and what it passes on."""

import asyncio
import re
import socket

import aiohttp
import pytest
from aiohttp import web

from app.process import Guildbank
from sandbox.demo import CannotShow, run_demo
from sandbox.demo.forward import forward
from sandbox.demo.screen import SEATS
from sandbox.demo.stage import Stage


async def sit(stage: Stage, browser: aiohttp.ClientSession, seat: str) -> str:
    """Look from a seat. Returns the address of the frame."""
    headers = {"Origin": stage.shell.url}
    address = f"{stage.shell.url}/shell/seat/{seat}"
    async with browser.post(address, headers=headers) as answer:
        assert answer.status == 200
        return str((await answer.json())["frame"])


async def shown(stage: Stage, browser: aiohttp.ClientSession, seat: str) -> str:
    """What SimCord's page gets to show, as JSON."""
    key = (await sit(stage, browser, seat)).split("#")[1]
    viewer = str(stage.world.people[seat.split("-", maxsplit=1)[0]].user.id)
    headers = {"Origin": stage.shell.url, "X-Simcord-Capability": key}
    pages = f"{stage.shell.url}/api/pages"
    async with browser.post(pages, json={"viewer_id": viewer}, headers=headers) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_the_page_offers_every_seat(stage: Stage, browser: aiohttp.ClientSession) -> None:
    async with browser.get(stage.shell.url) as answer:
        page = await answer.text()
    for seat in SEATS:
        assert f'data-seat="{seat.name}"' in page
    assert f'data-src="{stage.stripe.url}/control"' in page


async def test_from_every_seat_discord_is_shown_in_a_frame(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    for seat in SEATS:
        frame = await sit(stage, browser, seat.name)
        async with browser.get(stage.shell.url + frame) as answer:
            assert answer.status == 200
            assert "X-Frame-Options" not in answer.headers
            assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
            assert "/shell/frame.js" in await answer.text()


async def test_only_the_demos_own_page_may_act(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    seat = f"{stage.shell.url}/shell/seat/ada-general"
    for headers in ({}, {"Origin": "http://evil.example"}):
        async with browser.post(seat, headers=headers) as answer:
            assert answer.status == 403
    frame = await sit(stage, browser, "ada-general")
    pages = f"{stage.shell.url}/api/pages"
    key = {"X-Simcord-Capability": frame.split("#")[1]}
    async with browser.post(pages, json={}, headers=key | {"Origin": "http://evil"}) as answer:
        assert answer.status == 401
    async with browser.get(stage.shell.url, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_an_unknown_seat_is_not_found(stage: Stage, browser: aiohttp.ClientSession) -> None:
    headers = {"Origin": stage.shell.url}
    async with browser.post(f"{stage.shell.url}/shell/seat/eve-mods", headers=headers) as answer:
        assert answer.status == 404


async def told_in_mods(stage: Stage, before: str) -> None:
    """Wait for a message in the moderators' channel."""
    async with asyncio.timeout(10):
        while stage.screen.newest()["mira-mods"] == before:  # noqa: ASYNC110 - SimCord tells no one
            await asyncio.sleep(0.01)


async def begin(stage: Stage) -> str:
    """Ada begins to buy. Returns the id of the local Stripe's session."""
    ada = stage.world.people["ada"].member
    async with stage.screen.turn():
        await ada.slash(stage.world.general, "buy", package="Starter")
    return next(reversed(stage.stripe.state.sessions))


async def test_moderators_hear_of_what_needs_them(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    session = await begin(stage)
    await stage.stripe.adjust(session, discount=100)
    await stage.stripe.pay(session)
    await told_in_mods(stage, "")
    assert "A payment needs a look" in await shown(stage, browser, "mira-mods")

    before = stage.screen.newest()["mira-mods"]
    session = await begin(stage)
    await stage.stripe.pay(session)
    await stage.stripe.open_dispute(session)
    await told_in_mods(stage, before)
    assert "A payment is disputed" in await shown(stage, browser, "mira-mods")


async def test_an_answer_for_one_person_is_new_to_nobody_else(stage: Stage) -> None:
    in_mods = {seat.name for seat in SEATS if seat.name.endswith("-mods")}
    before = stage.screen.newest()
    olga = stage.world.people["olga"].member
    async with stage.screen.turn():
        await olga.slash(stage.world.mods, "package list")
    after = stage.screen.newest()
    assert {name for name in in_mods if after[name] != before[name]} == {"olga-mods"}
    assert in_mods > {"olga-mods"}, "others look at the same channel"


async def test_a_page_that_goes_away_while_it_asks_is_no_fault(
    browser: aiohttp.ClientSession,
) -> None:
    ended: asyncio.Future[web.HTTPException] = asyncio.get_running_loop().create_future()

    async def passed_on(request: web.Request) -> web.Response:
        try:
            return await forward(request, browser, "http://127.0.0.1:9/")
        except web.HTTPException as error:
            ended.set_result(error)
            raise

    app = web.Application()
    app.router.add_post("/", passed_on)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        _, page = await asyncio.open_connection(*runner.addresses[0])
        page.write(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 100\r\n\r\nhalf of it")
        await page.drain()
        page.close()
        async with asyncio.timeout(20):
            assert isinstance(await ended, web.HTTPBadRequest)
    finally:
        await runner.cleanup()


async def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotShow, match=f"cannot listen on port {port}"):
            await run_demo(Guildbank, port=port, announce=print)


async def test_the_demo_runs_until_it_is_stopped() -> None:
    said: list[str] = []
    ready = asyncio.Event()

    def announce(words: str) -> None:
        said.append(words)
        ready.set()

    demo = asyncio.create_task(run_demo(Guildbank, announce=announce))
    async with asyncio.timeout(20):
        await ready.wait()
    demo.cancel()
    with pytest.raises(asyncio.CancelledError):
        await demo
    assert said[0].startswith("The demo is at http://127.0.0.1:")


async def test_what_to_try_names_only_commands_that_there_are(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    async with browser.get(stage.shell.url) as answer:
        page = await answer.text()
    typed = {each.split(" ")[0] for each in re.findall(r"<kbd>/([a-z ]+)", page)}
    known = {each.name for each in stage.guildbank.bot.tree.get_commands()}
    assert {"buy", "shop", "orders", "item", "refund"} <= typed <= known
