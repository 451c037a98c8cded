"""What is seen of the simulated Discord is how things stand, and what is pressed there counts."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest
from aiohttp import web
from discord import ui
from structlog.testing import capture_logs

from sandbox.demo.forward import forward
from sandbox.demo.screen import SEATS
from sandbox.demo.stage import Stage
from sandbox.demo.world import GUILD
from sandbox.stripe import Fault
from tests.sandbox.demo.page import WAIT_SECONDS, Page, open_page, shows


@pytest.fixture
async def quote(stage: Stage, browser: aiohttp.ClientSession) -> Page:
    """Mira has asked for a refund, and her page shows the card that asks again."""
    people = stage.world.people
    async with stage.screen.turn():
        await people["ada"].member.slash(stage.world.general, "buy", package="demo-0")
    await stage.stripe.pay(next(iter(stage.stripe.state.sessions)))
    await stage.stripe.drain()
    (payment,) = await stage.guildbank.queries.refundable(GUILD, limit=2)
    page = await open_page(stage, browser, "mira-mods")
    async with stage.screen.turn():
        await people["mira"].member.slash(stage.world.mods, "refund", payment=payment.id)
    await page.read_until(shows("Refund $4.99?"))
    return page


def mods(stage: Stage) -> discord.TextChannel:
    """The moderators' channel, as the bot has it."""
    channel = stage.guildbank.bot.get_channel(stage.world.mods.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_a_press_counts_though_the_page_was_drawn_again_meanwhile(
    stage: Stage, quote: Page
) -> None:
    await mods(stage).send("Something else has happened.")
    await quote.wait_until_outdated()
    assert not (await quote.press("Refund"))["rejected"]
    await quote.read_until(shows("Refunded: $4.99"))


async def test_a_command_counts_though_the_page_was_drawn_again_meanwhile(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    page = await open_page(stage, browser, "ben-general")
    command = await page.command("balance")
    await mods(stage).send("Something has happened elsewhere.")
    await page.wait_until_outdated()
    assert not (await page.act("run_command", **command, options={}))["rejected"]
    await page.read_until(shows("250"))


class Knob(ui.LayoutView):
    """A card with one button."""

    def __init__(self, label: str) -> None:
        super().__init__(timeout=None)
        row: ui.ActionRow[Knob] = ui.ActionRow()
        row.add_item(ui.Button(label=label, custom_id=f"test:{label}"))
        self.add_item(row)


async def test_a_press_never_reaches_another_button_that_has_taken_its_place(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    card = await mods(stage).send(view=Knob("Yes"))
    page = await open_page(stage, browser, "mira-mods")
    await card.edit(view=Knob("No"))
    await page.wait_until_outdated()
    pressed = len(stage.env.backend.interactions)
    assert (await page.press("Yes"))["rejected"]
    assert len(stage.env.backend.interactions) == pressed
    await page.read_until(lambda _: page.button("No"))
    assert not (await page.press("No"))["rejected"]
    assert len(stage.env.backend.interactions) == pressed + 1


async def _edit(message: discord.Message) -> None:
    await message.edit(content="It is over.")


async def _react(message: discord.Message) -> None:
    await message.add_reaction("⚓")


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (_edit, shows("It is over.")),
        (_react, lambda state: any(each["reactions"] for each in state["messages"].values())),
        (discord.Message.delete, lambda state: not shows("It begins.")(state)),
    ],
    ids=["edited", "reacted", "deleted"],
)
async def test_what_becomes_of_an_older_message_is_shown(
    stage: Stage,
    browser: aiohttp.ClientSession,
    change: Callable[[discord.Message], Awaitable[None]],
    seen: Callable[[dict[str, object]], object],
) -> None:
    message = await mods(stage).send("It begins.")
    page = await open_page(stage, browser, "mira-mods")
    assert shows("It begins.")(page.state)
    await page.wait_until_outdated()  # by what was sent before
    await change(message)
    await page.read_until(seen)


async def test_what_could_not_be_shown_at_first_is_shown_later(
    stage: Stage, browser: aiohttp.ClientSession
) -> None:
    page = await open_page(stage, browser, "mira-mods")
    with capture_logs() as lines:
        stage.env._begin_operation("somebody acts out of turn")
        await mods(stage).send("Something has happened.")
        async with asyncio.timeout(WAIT_SECONDS):
            while not lines:  # noqa: ASYNC110 - nobody tells when a line is logged
                await asyncio.sleep(0.01)
        stage.env._end_operation()
    assert lines[0]["event"] == "screen.not_refreshed"
    await page.read_until(shows("Something has happened."))


async def test_what_is_just_asked_of_a_seat_is_answered_before_it_is_left(
    stage: Stage, browser: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its server would wait a minute for a call that begins while it closes."""
    await open_page(stage, browser, "mira-mods")
    begun, go = asyncio.Event(), asyncio.Event()

    async def late(*args: Any, **more: Any) -> web.Response:
        begun.set()
        await go.wait()
        return await forward(*args, **more)

    monkeypatch.setattr("sandbox.demo.shell.forward", late)
    left = stage.screen.address
    asked = asyncio.create_task(browser.get(f"{stage.shell.url}/app.js"))
    await begun.wait()
    moved = asyncio.create_task(stage.screen.sit(SEATS[0]))
    async with asyncio.timeout(WAIT_SECONDS):
        while stage.screen.address == left:  # noqa: ASYNC110 - nobody tells when a seat is left
            await asyncio.sleep(0.01)
    go.set()
    assert (await asked).status == 200
    await moved
    assert stage.screen.address not in {None, left}


async def test_what_takes_long_is_shown_when_it_is_over(stage: Stage, quote: Page) -> None:
    patience, stage.env.settle_timeout = stage.env.settle_timeout, 0.2
    slow = stage.stripe.faults.add(Fault(kind="slow", method="POST", path="/v1/refunds"))
    assert (await quote.press("Refund"))["settlement"] == "timeout"
    await quote.read_until(lambda state: state["status"] == "stale")
    slow.released.set()
    stage.env.settle_timeout = patience
    await quote.read_until(shows("Refunded: $4.99"))
    assert quote.state["status"] == "current"
