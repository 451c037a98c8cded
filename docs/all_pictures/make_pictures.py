"""Make a picture of every card and page, in light and dark, on a phone and a desktop.

`make pictures` runs it: the pictures go to `pictures/`, which git ignores, with contact sheets of
each group. `--only refunds` makes one group alone. Those that the documentation shows are made by
`docs/make_screenshot.py`, and by `--only ways --into docs/pictures` those of the ways to pay.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from camera import Camera
from checks import take_checks
from members import take_members
from moderators import take_approvals, take_disputes, take_moderators, take_refunds, take_trouble
from owners import take_owners
from pages import take_demo, take_pages, take_site
from play import Play
from playwright.async_api import Error as BrowserError
from playwright.async_api import async_playwright
from shop import take_items, take_shop, take_staff
from taxed import take_taxed
from ways import WAYS, take_ways, write_strips

from app.process import Guildbank
from payments.infra.logs import configure_logs
from sandbox.demo.stage import Stage

CHROMIUM: Final = os.environ.get("CHROMIUM", "/usr/bin/chromium")

GROUPS: Final[Mapping[str, Callable[[Play], Awaitable[None]]]] = {
    "members": take_members,
    "moderators": take_moderators,
    "refunds": take_refunds,
    "approvals": take_approvals,
    "checks": take_checks,
    "disputes": take_disputes,
    "trouble": take_trouble,
    "owners": take_owners,
    "items": take_items,
    "shop": take_shop,
    "staff": take_staff,
    "ways": take_ways,
    "taxed": take_taxed,
    "pages": take_pages,
    "demo": take_demo,
}
"""Each is played in a demo of its own."""

OFFERED: Final[Mapping[str, tuple[str, ...]]] = {"ways": WAYS, "taxed": WAYS}
"""The ways to pay in a group's demo, where they are more than Stripe."""


async def main() -> int:
    """Take all pictures. Returns the exit code."""
    asked = _arguments()
    configure_logs(level="ERROR", style="text")
    camera = Camera(asked.folder)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            )
        except BrowserError as error:
            print(f"Chromium at {CHROMIUM} does not start: {error}", file=sys.stderr)
            return 1
        try:
            for name in asked.only or [*GROUPS, "site"]:
                page = await browser.new_page()
                if name == "site":
                    await take_site(page, camera)
                else:
                    offered = OFFERED.get(name, ("stripe",))
                    async with Stage(Guildbank, ways=offered) as stage:
                        await GROUPS[name](Play(stage, page, camera, name))
                await page.close()
        finally:
            await browser.close()
            print(f"{camera.make_sheets()} contact sheets are in {asked.folder}.")
    if asked.into is not None and not camera.missed:
        write_strips(asked.folder / "ways", asked.into)
    return 1 if camera.missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, "site"], help="these groups alone")
    parser.add_argument(
        "--into",
        type=Path,
        help="where pictures of the ways to pay go that the documentation shows",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
