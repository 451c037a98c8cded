"""Takes each picture four times: in light and dark, on a phone and on a desktop."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PIL import Image, ImageChops
from playwright.async_api import Locator, Page

TALL: Final = 1800
"""Height of the window, in pixels, for a part of a page: so a long card is drawn whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a page is looked at.

    Attributes:
        colours: What the reader prefers.
        width: Of the window, in pixels.
        height: Likewise.
    """

    colours: Literal["light", "dark"]
    width: int
    height: int

    @property
    def name(self) -> str:
        """As at the end of a picture's name."""
        return f"{self.width}-{self.colours}"


LOOKS: Final = tuple(
    Look(colours=colours, width=width, height=height)
    for width, height in ((390, 844), (1280, 800))
    for colours in ("light", "dark")
)

DRAWN: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Waits until a page is drawn for its new window."""

_SHEET_HEIGHT: Final = 2400
_GAP: Final = 12
_GROUND: Final = "#808080"


class Camera:
    """Writes pictures into a folder, in a folder of their own for each group.

    Args:
        folder: Where; it is made.

    Attributes:
        missed: Number of pictures that could not be taken, or do not fit.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: dict[str, list[str]] = {}
        self.missed = 0

    async def take(
        self,
        page: Page,
        group: str,
        name: str,
        part: Locator | None = None,
        *,
        again: bool = False,
    ) -> None:
        """Take a picture of a part of a page, or of the whole page, in each look.

        Args:
            page: Open, and as it is to be seen.
            group: The folder.
            name: Of the picture.
            part: What alone is to be seen.
            again: Whether the page is loaded again for each look: some ask only once what their
                reader prefers.
        """
        folder = self._folder / group
        folder.mkdir(parents=True, exist_ok=True)
        for look in LOOKS:
            height = look.height if part is None else TALL
            await page.set_viewport_size({"width": look.width, "height": height})
            await page.emulate_media(color_scheme=look.colours)
            if again:
                await page.reload()
            await page.evaluate(DRAWN)
            path = folder / f"{name}-{look.name}.png"
            if part is None:
                await page.screenshot(path=path, full_page=True, animations="disabled")
            else:
                await part.screenshot(path=path, animations="disabled")
            wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                self.miss(f"{group}/{path.name}: the page is {wide} pixels wider than the window")
        self._taken.setdefault(group, []).append(name)
        print(f"{group}/{name}")

    def miss(self, why: str) -> None:
        """Say that a picture could not be taken."""
        self.missed += 1
        print(why)

    def make_sheets(self) -> int:
        """Put each group on contact sheets, with the four looks side by side. Returns how many."""
        count = 0
        for group, names in self._taken.items():
            for number, rows in enumerate(self._sheets(group, names), start=1):
                _sheet(rows).save(self._folder / f"{group}-{number}.png", optimize=True)
                count += 1
        return count

    def _sheets(self, group: str, names: Sequence[str]) -> list[list[list[Image.Image]]]:
        """The rows of each sheet: as many as there is room for."""
        sheets: list[list[list[Image.Image]]] = []
        room = 0
        for name in names:
            paths = [self._folder / group / f"{name}-{look.name}.png" for look in LOOKS]
            row = [_without_ground(Image.open(path).convert("RGB")) for path in paths]
            height = max(each.height for each in row) + _GAP
            if height > room:
                sheets.append([])
                room = _SHEET_HEIGHT
            sheets[-1].append(row)
            room -= height
        return sheets


def _without_ground(picture: Image.Image) -> Image.Image:
    """The picture without what is empty around its matter."""
    ground = Image.new("RGB", picture.size, picture.getpixel((picture.width - 1, 0)))
    box = ImageChops.difference(picture, ground).getbbox()
    if box is None:
        return picture
    left, top, right, bottom = box
    return picture.crop(
        (
            max(0, left - _GAP),
            max(0, top - _GAP),
            min(picture.width, right + _GAP),
            min(picture.height, bottom + _GAP),
        )
    )


def _sheet(rows: Sequence[Sequence[Image.Image]]) -> Image.Image:
    """Rows of pictures below one another, columns aligned."""
    widths = [max(row[n].width for row in rows) + _GAP for n in range(len(LOOKS))]
    heights = [max(each.height for each in row) + _GAP for row in rows]
    sheet = Image.new("RGB", (sum(widths), sum(heights)), _GROUND)
    top = 0
    for row, height in zip(rows, heights, strict=True):
        left = 0
        for each, width in zip(row, widths, strict=True):
            sheet.paste(each, (left, top))
            left += width
        top += height
    return sheet
