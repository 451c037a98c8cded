"""A package with tax: what owners choose, and what members are asked and shown."""

import re
from typing import Final

from play import Play
from playwright.async_api import Page
from ways import pay_link

HERE: Final = "ada-general"
OWNER: Final = "olga-mods"
PACKAGE: Final = "demo-0"
GROUP: Final = "taxed"


async def take_taxed(play: Play) -> None:
    """Olga puts tax on a package; Ada is asked for her place, and reads what she pays."""
    for behavior in ("inclusive", "exclusive"):
        shown = await play.slash("olga", "mods", "package edit", package=PACKAGE, tax=behavior)
        await play.see(f"package-{behavior}", OWNER, "Changed", shown)
        await _by_paypal(play, behavior)
    await _by_stripe(play)
    shown = await play.slash("olga", "mods", "package list")
    await play.see("package-list", OWNER, "For sale", shown)


async def _open(play: Play, way: str) -> Page:
    page = play.page
    play.forget_seat()
    shown = await play.slash("ada", "general", "buy", package=PACKAGE)
    await page.goto(pay_link(shown))
    await play.camera.take(page, GROUP, f"choose-{way}")
    await page.locator(f'form[action*="/by/{way}"] button').click()
    return page


async def _by_paypal(play: Play, behavior: str) -> None:
    page = await _open(play, "paypal")
    await play.camera.take(page, GROUP, f"place-{behavior}")
    await page.get_by_label("Country").select_option("US")
    await page.get_by_role("button", name="Show the total").click()
    await play.camera.take(page, GROUP, f"place-wrong-{behavior}")
    await page.get_by_label("Country").select_option("AT")
    await page.get_by_role("button", name="Show the total").click()
    await page.locator(".sums").wait_for()
    await play.camera.take(page, GROUP, f"total-{behavior}")
    await page.locator(".button").first.click()
    await page.get_by_role("button", name="Pay now").wait_for()
    await play.camera.take(page, GROUP, f"paypal-{behavior}")
    await page.get_by_role("button", name="Pay now").click()
    await page.get_by_role("heading", name="500 points added").wait_for()
    await play.camera.take(page, GROUP, f"paid-{behavior}")


async def _by_stripe(play: Play) -> None:
    page = await _open(play, "stripe")
    await page.get_by_role("button", name=re.compile("^Pay")).wait_for()
    await play.camera.take(page, GROUP, "stripe")
