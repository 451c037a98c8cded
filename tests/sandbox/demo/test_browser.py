"""The demo in a real browser: what a visitor does first."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Final, Literal

import pytest
from playwright.async_api import Browser, Page, Route, expect

from sandbox.demo.stage import Stage
from tests.support.browsers import _function_scoped_runner, in_a_browser

__all__ = ["_function_scoped_runner"]

WHITE, NIGHT = "rgb(255, 255, 255)", "rgb(22, 23, 29)"
Colours = Literal["light", "dark"]
DISCORD: Final[tuple[tuple[Colours, str, str], ...]] = (
    ("light", "rgb(242, 243, 247)", "rgb(251, 251, 251)"),
    ("dark", NIGHT, "rgb(50, 51, 57)"),
)
EVIDENCE: Final[tuple[tuple[Colours, Literal["screen", "print"], str], ...]] = (
    ("light", "screen", WHITE),
    ("dark", "screen", NIGHT),
    ("dark", "print", WHITE),
)
"""Grounds of pages, by what their reader prefers."""

expect.set_options(timeout=20_000)  # a busy machine draws slowly

pytestmark = in_a_browser


DESK, PHONE = (1280, 800), (390, 844)


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
async def page(request: pytest.FixtureRequest, chromium: Browser) -> AsyncIterator[Page]:
    width, height = request.param
    context = await chromium.new_context(viewport={"width": width, "height": height})
    yield await context.new_page()
    await context.close()


async def test_a_visitor_buys_pays_and_reads_the_message(stage: Stage, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(stage.shell.url)
    discord = page.frame_locator("#discord-frame")
    await discord.locator("#channel-composer-input").click()
    await page.keyboard.type("/buy")
    await discord.get_by_role("option", name="/buy").wait_for()
    await page.keyboard.press("Enter")
    await discord.get_by_role("option", name="Starter").click()
    await discord.locator("#send-message").click()
    await discord.get_by_role("link", name="Pay $4.99").click()

    checkout = page.frame_locator("#pay-frame")
    await checkout.get_by_role("button", name="Pay $4.99").click()
    await expect(checkout.get_by_text("500 points added")).to_be_visible()
    await checkout.get_by_role("link", name="Back to Discord").click()
    await expect(discord.get_by_role("heading", name="500 points added")).to_be_visible()
    await page.get_by_role("button", name="Messages").click()
    await expect(discord.get_by_role("article").get_by_text("on Harbour Guild")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk, then phone"])
async def test_a_dot_for_news_stands_beside_its_person_and_covers_no_name(
    stage: Stage, page: Page
) -> None:
    await page.goto(stage.shell.url)
    ben = page.locator('[data-person="ben"]')
    for size in (DESK, PHONE):
        await resize(page, size)
        await expect(ben.locator(".dot")).to_be_visible()  # of the points that he was granted
        dot, name = await ben.locator(".dot").bounding_box(), await ben.locator("b").bounding_box()
        assert dot is not None
        assert name is not None
        right, left = name["x"] + name["width"], dot["x"] + dot["width"]
        assert left <= name["x"] or right <= dot["x"], size


async def test_what_one_has_just_done_is_answered_in_view(stage: Stage, page: Page) -> None:
    """Also below other answers; whoever has scrolled up since stays there."""
    await page.goto(stage.shell.url)
    discord = page.frame_locator("#discord-frame")
    pay = discord.get_by_role("link", name="Pay $4.99")
    for number in range(1, 4):
        await discord.locator("#channel-composer-input").click()
        await page.keyboard.type("/buy")
        await discord.get_by_role("option", name="/buy").wait_for()
        await page.keyboard.press("Enter")
        await discord.get_by_role("option", name="Starter").click()
        await discord.locator("#send-message").click()
        await expect(pay).to_have_count(number)
        await expect(pay.last).to_be_in_viewport(ratio=1)
    timeline = discord.locator("#channel-timeline")
    await timeline.dispatch_event("wheel")
    await timeline.evaluate("each => { each.scrollTop = 0; }")
    (session, *_) = stage.stripe.state.sessions
    await stage.stripe.pay(session)
    await stage.stripe.drain()
    await expect(discord.get_by_role("heading", name="500 points added")).to_be_attached()
    assert await timeline.evaluate("each => each.scrollTop") == 0


@pytest.mark.parametrize("page", [(1280, 900)], indirect=True, ids=["desk"])
async def test_a_moderator_refunds_and_meets_a_dispute(stage: Stage, page: Page) -> None:
    await page.goto(stage.shell.url)
    for _ in range(2):
        await buy_starter(stage)
    discord, stripe = page.frame_locator("#discord-frame"), page.frame_locator("#stripe-frame")
    await ask_for_refund(page)
    await discord.get_by_role("button", name="Refund", exact=True).click()
    await expect(discord.get_by_role("heading", name="Refunded: $4.99")).to_be_visible()
    await page.get_by_role("button", name="Stripe", exact=True).last.click()
    for button, card in (
        ("Early fraud warning", "An early fraud warning"),
        ("Let the bank open it", "A payment is disputed"),
        ("Lose", "A dispute was lost"),
    ):
        await stripe.get_by_role("button", name=button, exact=True).last.click()
        await expect(discord.get_by_role("heading", name=card)).to_be_visible()
    await discord.get_by_role("button", name="Let them buy again").click()
    await expect(discord.get_by_role("heading", name="Can buy again")).to_be_visible()


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk, then phone"])
async def test_the_simulated_discord_is_light_or_dark_as_the_page_around_it(
    stage: Stage, page: Page
) -> None:
    await page.goto(stage.shell.url)
    inside = page.frame_locator("#discord-frame").locator("body")
    for size, (colours, around, ground) in itertools.product((DESK, PHONE), DISCORD):
        await resize(page, size)
        await page.emulate_media(color_scheme=colours)
        await expect(page.locator("body"), str(size)).to_have_css("background-color", around)
        await expect(inside, str(size)).to_have_css("background-color", ground)


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
async def test_direct_messages_name_commands_and_members(stage: Stage, page: Page) -> None:
    world = stage.world
    ada, ben = world.people["ada"].member, world.people["ben"].member
    async with stage.screen.turn():
        await ben.slash(world.general, "transfer", member=ada, points=5)
        await ada.slash(world.general, "buy", package="demo-0")
    (session,) = stage.stripe.state.sessions
    await stage.stripe.pay_later(session)
    await stage.stripe.fail_later(session)
    await page.goto(stage.shell.url)
    await page.get_by_role("button", name="Messages").click()
    messages = page.frame_locator("#discord-frame").get_by_role("article")
    for words in ("+5 points from @Ben on Harbour Guild.", "You can try again with /buy."):
        await expect(messages.filter(has_text=words)).to_be_visible()


async def test_the_evidence_of_a_dispute_is_opened_as_a_page(stage: Stage, page: Page) -> None:
    await buy_starter(stage)
    (payment,) = stage.stripe.state.sessions
    await stage.stripe.open_dispute(payment)
    await stage.stripe.drain()
    await page.goto(stage.shell.url)
    await page.get_by_role("button", name="Mira").click()
    await page.get_by_role("button", name="# mods").click()
    discord = page.frame_locator("#discord-frame")
    await discord.get_by_role("button", name="Evidence").click()
    async with page.expect_popup() as opened:
        await discord.get_by_role("link", name="Open evidence-").last.click()
    evidence = await opened.value
    await expect(evidence.get_by_role("heading", level=1)).to_be_visible()
    assert await evidence.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert evidence.url.endswith(".html")
    for colours, media, ground in EVIDENCE:
        await evidence.emulate_media(color_scheme=colours, media=media)
        await expect(evidence.locator("body")).to_have_css("background-color", ground)
    document = await page.request.get(evidence.url.removesuffix("html") + "pdf")
    assert (document.status, document.headers["content-type"]) == (200, "application/pdf")
    assert (await document.body()).startswith(b"%PDF")
    await page.get_by_role("button", name="Ada").click()
    await expect(page.get_by_role("button", name="Ada")).to_have_attribute("aria-pressed", "true")
    assert (await page.request.get(evidence.url)).status == 404


async def test_a_command_that_is_named_is_clicked_or_chosen_with_the_keyboard(
    stage: Stage, page: Page
) -> None:
    await page.goto(stage.shell.url)
    async with stage.screen.turn():
        await stage.world.people["ada"].member.slash(stage.world.general, "help")
    discord = page.frame_locator("#discord-frame")
    history = discord.get_by_role("button", name="/history", exact=True)
    await history.click()
    chosen = discord.locator(".command-chip")
    await expect(chosen).to_have_text("/history")
    await discord.get_by_role("button", name="/balance", exact=True).press("Enter")
    await expect(chosen).to_have_text("/balance")
    await discord.locator("#send-message").click()
    await expect(discord.get_by_role("heading", name="Your balance")).to_be_visible()


async def resize(page: Page, size: tuple[int, int]) -> None:
    """Look at the page in a window of another size."""
    await page.set_viewport_size({"width": size[0], "height": size[1]})


async def buy_starter(stage: Stage) -> None:
    """Ada buys and pays, without a browser."""
    known = set(stage.stripe.state.sessions)
    async with stage.screen.turn():
        ada = stage.world.people["ada"].member
        await ada.slash(stage.world.general, "buy", package="demo-0")
    (session,) = stage.stripe.state.sessions.keys() - known
    await stage.stripe.pay(session)
    await stage.stripe.drain()


async def ask_for_refund(page: Page) -> None:
    """Type the command, choose the newest payment, send it."""
    discord = page.frame_locator("#discord-frame")
    await page.get_by_role("button", name="Mira").click()
    await page.get_by_role("button", name="# mods").click()
    await discord.get_by_placeholder("Message #mods").click()
    await page.keyboard.type("/refund", delay=20)
    await discord.get_by_role("option", name="/refund").wait_for()
    await page.keyboard.press("Enter")
    await discord.get_by_role("option", name="Starter").first.click()
    await discord.locator("#send-message").click()


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
async def test_the_seat_that_was_chosen_last_is_shown_whatever_is_answered_last(
    stage: Stage, page: Page
) -> None:
    sat, later = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        answer = await route.fetch()
        sat.set()
        await later.wait()
        await route.fulfill(response=answer)

    await page.route("**/shell/seat/ada-messages", hold)
    await page.goto(stage.shell.url)
    mira, frame = page.get_by_role("button", name="Mira"), page.locator("#discord-frame")
    async with page.expect_response("**/shell/seat/ada-messages") as answered:
        await page.get_by_role("button", name="Messages").click()
        await sat.wait()
        await mira.click()
        await expect(mira).to_have_attribute("aria-pressed", "true")
        of_mira = await frame.get_attribute("src")
        later.set()
    await (await answered.value).finished()
    await page.evaluate("new Promise(done => setTimeout(done))")
    await expect(mira).to_have_attribute("aria-pressed", "true")
    assert await frame.get_attribute("src") == of_mira


async def test_a_command_can_be_sent_however_long_its_description_is(
    stage: Stage, page: Page
) -> None:
    await page.goto(stage.shell.url)
    tabs = await page.locator("nav.tabs").evaluate("each => each.scrollHeight - each.clientHeight")
    assert tabs == 0
    await page.get_by_role("button", name="Olga").click()
    await page.get_by_role("button", name="# mods").click()
    discord = page.frame_locator("#discord-frame")
    await discord.get_by_placeholder("Message #mods").click()
    await page.keyboard.type("/stats", delay=20)
    await discord.get_by_role("option", name="/stats").wait_for()
    await page.keyboard.press("Enter")
    await discord.locator(".command-context").wait_for()
    await expect(discord.locator("#send-message")).to_be_in_viewport(ratio=1)
