"""Web pages: those of the bot, the local Stripe's, the demo, evidence, and the documentation."""

import asyncio
import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from camera import Camera
from play import Play
from playwright.async_api import Page

from bot.features.evidence.document import render
from bot.features.evidence.sections import EvidencePerson
from payments.domain.values.ids import PaymentId
from payments.infra.clock import system_clock
from payments.services.evidence import gather

LOOKS, LOOK_SECONDS = 40, 0.5
"""How often a page is looked at until it says what it should."""

SITE: Final = Path(__file__).parents[2] / "site"


async def take_pages(play: Play) -> None:
    """The bot's own pages in each state of a payment, and the local Stripe's beside them."""
    await _take(play, "home", "/", "Guildbank is running")
    await _take(play, "not-found", "/pay/none", "There is nothing here")
    await _not_paid(play)
    await _paid(play)
    await _take_stripe(play, "control", f"{play.stripe.url}/control")
    await _take_stripe(play, "missing", f"{play.stripe.url}/c/pay/none")


async def _take(play: Play, name: str, path: str, words: str) -> None:
    """Take a page of the bot's own, once it says some words."""
    program: Any = play.stage.guildbank
    heading = play.page.get_by_role("heading", name=words)
    for _ in range(LOOKS):
        await play.page.goto(f"http://127.0.0.1:{program.web.port}{path}")
        if await heading.count():
            break
        await asyncio.sleep(LOOK_SECONDS)
    else:
        play.camera.miss(f"pay-pages/{name}: it does not say “{words}”")
    await play.camera.take(play.page, "pay-pages", name)


async def _take_stripe(play: Play, name: str, address: str) -> None:
    await play.page.goto(address)
    await play.camera.take(play.page, "stripe-pages", name)


async def _not_paid(play: Play) -> None:
    stripe, sessions = play.stripe, play.stripe.state.sessions
    session, payment = await play.begin()
    await _take_stripe(play, "checkout", sessions[session].address)
    await play.page.get_by_role("button", name="the card is declined").click()
    await play.page.get_by_role("alert").wait_for()
    await play.camera.take(play.page, "stripe-pages", "checkout-declined")
    await _take(play, "waiting", f"/pay/{payment}/success", "Waiting for")
    await _take(play, "left", f"/pay/{payment}/cancel", "Nothing was charged")
    await stripe.expire(session)
    await _take(play, "expired", f"/pay/{payment}/success", "has expired")
    await _take_stripe(play, "checkout-expired", sessions[session].address)
    session, payment = await play.begin()
    await stripe.pay_later(session)
    await _take(play, "on-its-way", f"/pay/{payment}/success", "is on its way")
    await _take_stripe(play, "checkout-unpaid", sessions[session].address)
    await stripe.fail_later(session)
    await _take(play, "failed", f"/pay/{payment}/success", "did not go through")
    session, payment = await play.begin()
    await stripe.adjust(session, discount=100)
    await _take_stripe(play, "checkout-discount", sessions[session].address)
    await stripe.pay(session)
    await _take(play, "mismatch", f"/pay/{payment}/success", "A moderator is looking")


async def _paid(play: Play) -> None:
    stripe = play.stripe
    session, payment = await play.buy()
    await _take(play, "paid", f"/pay/{payment}/success", "500 points added")
    await _take_stripe(play, "checkout-paid", stripe.state.sessions[session].address)
    await stripe.refund(session, amount=100)
    await _take(play, "partly-refunded", f"/pay/{payment}/success", "Part of this payment")
    await stripe.refund(session)
    await _take(play, "refunded", f"/pay/{payment}/success", "This payment was refunded")
    session, payment = await play.buy("demo-1")
    dispute = await stripe.open_dispute(session)
    await _take(play, "disputed", f"/pay/{payment}/success", "is disputed")
    await stripe.warn_of_fraud(session)
    await stripe.lose_dispute(dispute["id"])
    await stripe.drain()
    await _evidence(play, payment)


async def _evidence(play: Play, name: str) -> None:
    camera, queries = play.camera, play.stage.guildbank.queries
    payment = await queries.payment(PaymentId(name))
    if payment is None:
        raise LookupError(name)
    now = system_clock()
    user = await play.stage.guildbank.bot.fetch_user(payment.member)
    buyer = EvidencePerson(name=str(user), since=user.created_at)
    await play.page.goto("about:blank")
    await play.page.set_content(render(await gather(queries, payment, now), buyer))
    await camera.take(play.page, "evidence", "evidence")
    await play.page.emulate_media(color_scheme="dark", media="print")
    await camera.take(play.page, "evidence", "evidence-printed")
    await play.page.emulate_media(media="screen")


async def take_demo(play: Play) -> None:
    """The demo's own page, with each of its sides."""
    page, camera = play.page, play.camera
    await play.buy()
    await page.goto(play.stage.shell.url)
    discord = page.frame_locator("#discord-frame")
    await discord.get_by_role("article").last.wait_for()
    await camera.take(page, "demo", "discord-and-guide")
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.locator('.switch [data-side="money"]').click()
    await camera.take(page, "demo", "guide")
    await page.locator('[data-tab="stripe"]').click()
    await page.frame_locator("#stripe-frame").get_by_role("heading").first.wait_for()
    await camera.take(page, "demo", "stripe")


async def take_site(page: Page, camera: Camera) -> None:
    """Each page of the documentation; `make docs` has built it."""
    await page.add_init_script("localStorage.clear()")  # where a page keeps its reader's choice
    with _served(SITE) as url:
        for path in sorted(SITE.rglob("*.html")):
            name = path.relative_to(SITE).as_posix()
            if name == "404.html":
                continue
            await page.goto(f"{url}/{name}")
            name = name.removesuffix(".html").replace("/", "-")
            await camera.take(page, "site", name, again=True)


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Serve a folder. Yields its address."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
