"""The same package, bought in every way that there is: what members see of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageChops
from play import Play
from playwright.async_api import Page

from payments.domain.values.payment import Payment
from sandbox.demo.takers import DISCORD, TITLES
from sandbox.demo.world import GUILD

HERE: Final = "ada-general"
STAFF: Final = "mira-mods"
PACKAGE: Final = "demo-0"
WAYS: Final = tuple(TITLES)
"""All of them, in the order in which they are offered."""

BUTTONS: Final[Mapping[str, str]] = {
    "stripe": "Pay $4.99",
    "paypal": "Pay now",
    "square": "Pay $4.99",
}
"""What pays on each provider's page."""

REFUSED: Final = "Discord gives refunds of its shop itself"
"""Words of the answer where Discord alone refunds."""

AFTERWARDS: Final[Mapping[str, str]] = {"square": "is on its way"}
"""What the answer says at first, where it is not that the money was refunded."""

STRIPS: Final[Mapping[str, Sequence[str]]] = {
    "ways-offered": ("buy", "choose"),
    **{f"ways-{way}": (f"{way}-page", f"{way}-paid") for way in BUTTONS},
    "ways-discord": ("discord-page", "discord-bought"),
}
"""Pictures for the documentation, each of some on a phone by day, side by side."""

_PHONE: Final = "390-light"
_GAP: Final = 24
_COLOURS: Final = 256


async def take_ways(play: Play) -> None:
    """Ada buys the same package in each way, and Mira refunds what she can."""
    shown = await _typed(play)
    await play.see("buy", HERE, "Starter", shown)
    await _open(play.page, shown)
    await play.camera.take(play.page, "ways", "choose")
    for way in BUTTONS:
        await _checkout(play, way)
    await _store(play)
    for payment in (await play.stage.guildbank.queries.payments(GUILD, limit=20)).payments:
        if payment.credited_at is not None:
            await _refund(play, payment)


async def _typed(play: Play) -> Any:  # noqa: ANN401 - SimCord's
    return await play.slash("ada", "general", "buy", package=PACKAGE)


async def _open(page: Page, shown: Any) -> None:  # noqa: ANN401 - as above
    await page.goto(pay_link(shown))


def pay_link(shown: Any) -> str:  # noqa: ANN401 - as above
    """Where the answer of `/buy` leads to."""
    (link,) = {each for each in _links(shown.response.components) if "/pay/" in each}
    return link


async def _checkout(play: Play, way: str) -> None:
    page, camera = play.page, play.camera
    await _open(page, await _typed(play))
    await page.locator(f'form[action*="/by/{way}"] button').click()
    await page.get_by_role("button", name=BUTTONS[way]).wait_for()
    await camera.take(page, "ways", f"{way}-page")
    await page.get_by_role("button", name=BUTTONS[way]).click()
    await page.get_by_role("heading", name="500 points added").wait_for()
    await camera.take(page, "ways", f"{way}-paid")


async def _store(play: Play) -> None:
    """The premium button leads to Discord's own store."""
    page, camera = play.page, play.camera
    play.forget_seat()
    shown = await _typed(play)
    (sku,) = set(_skus(shown.response.components))
    ada = play.stage.world.people["ada"].user.id
    await page.goto(f"{play.stage.shell.url}/store/{sku}?user={ada}")
    await camera.take(page, "ways", "discord-page")
    await page.get_by_role("button", name=re.compile("^Buy for")).click()
    await page.get_by_role("heading", name="Purchased").wait_for()
    await camera.take(page, "ways", "discord-bought")
    await play.see("discord-paid", "ada-messages", "500 points added")


async def _refund(play: Play, payment: Payment) -> None:
    """Mira refunds a payment; what was paid to Discord, Discord alone gives back."""
    way = payment.provider
    shown = await play.slash("mira", "mods", "refund", payment=payment.id)
    await play.see(f"{way}-refund", STAFF, REFUSED if way == DISCORD else "Refund", shown)
    if way != DISCORD:
        await play.press("mira", shown, "Refund")
        await play.see(f"{way}-refunded", STAFF, AFTERWARDS.get(way, "Refunded"), shown)


def _parts(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for each in components:
        yield each
        yield from _parts(each.get("components", []))
        if "accessory" in each:
            yield from _parts([each["accessory"]])


def _links(components: list[dict[str, Any]]) -> Iterator[str]:
    return (str(each["url"]) for each in _parts(components) if "url" in each)


def _skus(components: list[dict[str, Any]]) -> Iterator[str]:
    return (str(each["sku_id"]) for each in _parts(components) if "sku_id" in each)


def write_strips(taken: Path, into: Path) -> None:
    """Put what was taken of each way side by side, for the documentation.

    Args:
        taken: The folder with the group's pictures.
        into: Where the strips go.
    """
    for name, parts in STRIPS.items():
        pictures = [_trimmed(taken / f"{each}-{_PHONE}.png") for each in parts]
        width = sum(each.width for each in pictures) + _GAP * (len(pictures) - 1)
        strip = Image.new("RGB", (width, max(each.height for each in pictures)), "white")
        left = 0
        for each in pictures:
            strip.paste(each, (left, 0))
            left += each.width + _GAP
        few = strip.quantize(_COLOURS, kmeans=4, dither=Image.Dither.NONE)
        few.save(into / f"{name}.png", optimize=True)
        print(f"Wrote {name}.png: {(into / f'{name}.png').stat().st_size // 1000} kB")


def _trimmed(path: Path) -> Image.Image:
    """A picture without what is empty above and below."""
    picture = Image.open(path).convert("RGB")
    ground = Image.new("RGB", picture.size, picture.getpixel((0, picture.height - 1)))
    box = ImageChops.difference(picture, ground).getbbox()
    if box is None:
        return picture
    top, foot = max(0, box[1] - _GAP), min(picture.height, box[3] + _GAP)
    return picture.crop((0, top, picture.width, foot))
