"""Make the README's picture: the demo's page while Ada buys, in a headless Chromium.

`make screenshot` runs it. It starts the demo, buys and pays as a person would, and writes
`docs/screenshot.png`; on a machine without Chromium it says so.
"""

import asyncio
import os
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as BrowserError

from payments.logs import configure_logs
from sandbox.demo.stage import Stage

TARGET = Path(__file__).parent / "screenshot.png"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTH, HEIGHT = 1280, 800
PACKAGE = "Regular"


async def main() -> int:
    """Start everything, play, take the picture. Returns the exit code."""
    configure_logs(level="ERROR", style="text")
    async with Stage() as stage, async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
        except BrowserError as error:
            print(f"Chromium at {CHROMIUM} does not start: {error}", file=sys.stderr)
            return 1
        try:
            await take(browser, stage.shell.url)
        finally:
            await browser.close()
    print(f"Wrote {TARGET}")
    return 0


async def take(browser: Browser, url: str) -> None:
    """Ada has bought one package, and is about to pay another."""
    page = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=2, color_scheme="dark"
    )
    await page.goto(url)
    discord = page.frame_locator("#discord-frame")
    checkout = page.frame_locator("#pay-frame")
    await buy(page, "Starter")
    await checkout.get_by_role("button", name="Pay 4.99 USD").click()
    await discord.get_by_role("heading", name="+500 points").wait_for()
    await buy(page, PACKAGE)
    await checkout.get_by_role("button", name="Pay 9.99 USD").wait_for()
    await page.get_by_role("heading", name="Guildbank").first.click()  # nothing has the focus
    await page.screenshot(path=TARGET)


async def buy(page: Page, package: str) -> None:
    """Type the command, choose the package, send it, press its pay button."""
    discord = page.frame_locator("#discord-frame")
    await discord.locator("#channel-composer-input").click()
    await page.keyboard.type("/buy", delay=20)
    await discord.get_by_role("option", name="/buy").wait_for()
    await page.keyboard.press("Enter")
    await discord.get_by_role("option", name=package).click()
    await discord.locator("#send-message").click()
    await discord.get_by_role("link", name="Pay").click()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
