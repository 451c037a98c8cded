"""Make the pictures of README and documentation: the demo, in a headless Chromium.

`make screenshot` runs it. It starts the demo, buys, pays and refunds as people would, and writes
`docs/screenshot.png` and `docs/pictures/`; on a machine without Chromium it says so.
"""

import asyncio
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import (
    Browser,
    FrameLocator,
    Locator,
    Page,
    ViewportSize,
    async_playwright,
)
from playwright.async_api import Error as BrowserError
from playwright.async_api import TimeoutError as BrowserTimeout

from app.process import Guildbank
from payments.infra.logs import configure_logs
from sandbox.demo.stage import Stage

HERE: Final = Path(__file__).parent
WHOLE: Final = HERE / "screenshot.png"
PICTURES: Final = HERE / "pictures"
CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH, HEIGHT, TALL = 1280, 800, 1700
PHONE: Final[ViewportSize] = {"width": 390, "height": 800}
FIRST, SECOND = "Starter", "Regular"
ARE_THERE: Final = "images => images.every(image => image.complete && image.naturalWidth)"
"""Whether pictures are drawn."""

LOOKS, LOOK_SECONDS = 20, 1.0

COLOURS: Final = 256
"""In a picture's palette: enough for these flat pages, and a third of the bytes."""

OF_OWNERS: Final = ("status", "stats", "setup panel")
"""Commands whose answers are pictures too, if the program has them."""


async def main() -> int:
    """Start everything, play, take the pictures. Returns the exit code."""
    configure_logs(level="ERROR", style="text")
    PICTURES.mkdir(exist_ok=True)
    async with Stage(Guildbank) as stage, async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
        except BrowserError as error:
            print(f"Chromium at {CHROMIUM} does not start: {error}", file=sys.stderr)
            return 1
        known = {each.qualified_name for each in stage.guildbank.bot.tree.walk_commands()}
        try:
            demo = Demo(await _open(browser, stage.shell.url))
            await demo.buy_and_refund()
            await demo.become_owner()
            for command in OF_OWNERS:
                if command in known:
                    await demo.ask(command)
        finally:
            await browser.close()
    return 0


async def _open(browser: Browser, url: str) -> Page:
    page = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, color_scheme="dark"
    )
    await page.goto(url)
    return page


class Demo:
    """The demo's page, used as a person would.

    Args:
        page: Where it is open.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def discord(self) -> FrameLocator:
        """The left side."""
        return self._page.frame_locator("#discord-frame")

    @property
    def checkout(self) -> FrameLocator:
        """The right side."""
        return self._page.frame_locator("#pay-frame")

    @property
    def answer(self) -> Locator:
        """The newest message on the left."""
        return self.discord.get_by_role("article").last

    async def buy_and_refund(self) -> None:
        """Ada buys one package, and is about to pay another; Mira is about to refund the first."""
        await self._type("/buy", FIRST)
        await self.discord.get_by_role("link", name="Pay").wait_for()
        await self._take(self.answer, "buy")
        await self.discord.get_by_role("link", name="Pay").click()
        await self.checkout.get_by_role("button", name="Pay $4.99").wait_for()
        await self._take(self.checkout.locator("main"), "checkout")
        await self._take_on_a_phone("phone")
        await self.checkout.get_by_role("button", name="Pay $4.99").click()
        await self.discord.get_by_role("heading", name="500 points added").wait_for()
        await self._take(self.answer, "paid")
        await self._take_on_a_phone("phone-paid")
        await self._type("/buy", SECOND)
        await self.discord.get_by_role("link", name="Pay").click()
        await self.checkout.get_by_role("button", name="Pay $9.99").wait_for()
        await self._page.get_by_role("heading", name="Guildbank").first.click()  # loses the focus
        _write(await self._page.screenshot(), WHOLE)
        await self._sit("mira", "mods")
        await self._type("/refund", FIRST)
        await self.discord.get_by_role("button", name="Refund").wait_for()
        await self._take(self.answer, "refund")

    async def become_owner(self) -> None:
        """Be Olga, among the moderators, with room for long cards."""
        await self._page.set_viewport_size({"width": WIDTH, "height": TALL})
        await self._sit("olga", "mods")

    async def ask(self, command: str) -> None:
        """Type a command without options; its answer is the picture."""
        name = command.partition(" ")[0]
        await self._type(f"/{command}")
        answer = self.discord.get_by_role("article").filter(has_text=f"used /{name}").last
        await answer.wait_for()
        await self._take(answer, name)

    async def _sit(self, person: str, place: str) -> None:
        """Be another person, elsewhere; asked again while somebody is just acting there."""
        await self._page.locator(f'[data-person="{person}"]').click()
        seat = self._page.locator(f'[data-seat="{person}-{place}"]')
        heading = self.discord.get_by_role("heading", name=place).first
        for patience in (5_000, 10_000, 20_000):
            await seat.click()
            with contextlib.suppress(BrowserTimeout):
                await heading.wait_for(timeout=patience)
                return
        raise BrowserTimeout(f"#{place} does not appear for {person}")

    async def _type(self, command: str, choice: str | None = None) -> None:
        """Type a command, choose what its first option offers, send it."""
        await self.discord.locator("#channel-composer-input").click()
        await self._page.keyboard.type(command, delay=20)
        await self.discord.get_by_role("option", name=command).first.wait_for()
        await self._page.keyboard.press("Enter")
        if choice is not None:
            await self.discord.get_by_role("option", name=choice).click()
        await self.discord.locator("#send-message").click()

    async def _take_on_a_phone(self, name: str) -> None:
        """Take a picture of the checkout's side by day on a small screen, and go back."""
        await self._page.set_viewport_size(PHONE)
        await self._page.emulate_media(color_scheme="light")
        await self.checkout.locator("html").evaluate("each => { each.scrollTop = 0; }")
        await self._take(self._page.locator("#stripe"), name)
        await self._page.emulate_media(color_scheme="dark")
        await self._page.set_viewport_size({"width": WIDTH, "height": HEIGHT})

    async def _take(self, what: Locator, name: str) -> None:
        """Take a picture of a part, once it stays as it is and the pictures in it are there."""
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)  # the page draws an answer again when it is edited
            if await what.locator("img").evaluate_all(ARE_THERE):
                break
        _write(await what.screenshot(), PICTURES / f"{name}.png")


def _write(picture: bytes, path: Path) -> None:
    """Write a picture with a palette of its own."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    few = whole.quantize(COLOURS, kmeans=4, dither=Image.Dither.NONE)
    few.save(path, optimize=True)
    print(f"Wrote {path.relative_to(HERE.parent)}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
