"""Evidence as a PDF, which payment providers take: small, and of few pages.

The library and its fonts are imported and read only here, when somebody asks for such a file: most
servers never do, and they have little memory.
"""

import logging
from collections.abc import Collection
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from bot.features.evidence.sections import TITLE, EvidencePerson, Section, preface, sections
from payments.domain.sentences.parts import Moment
from payments.services.evidence import Evidence

if TYPE_CHECKING:
    from fpdf import FPDF

MOST_BYTES: Final = 4_500_000
"""Below the 5 MB that all files of one dispute may have together (Goodshuffle's help page
"Formatting documents and images to upload for disputes", of a platform on Stripe)."""

MOST_PAGES: Final = 19
"""Mastercard asks a fee for each page above (Checkout.com, "Mastercard dispute documentation
requirements"); Stripe takes fewer than 50."""

_LINES: Final = (180, 60, 20)
"""About how many lines a table takes at most; the next smaller where the file grows too large."""

_CHARACTERS: Final = 95
"""About how many characters stand side by side on a page."""

_CELL_LINES: Final = 20
"""About how many lines one cell takes at most: no row may be higher than a page."""

_FONT: Final = "DejaVu"
_SMALL, _TEXT, _HEADING, _TITLE_SIZE = 8, 9, 12, 16
_GREY: Final = 90
_FACTS: Final = (1, 3)
_WIDTHS: Final = {4: (3, 4, 3, 6), 5: (5, 3, 3, 5, 4)}
"""How wide the columns are, by how many there are."""


def render_pdf(evidence: Evidence, buyer: EvidencePerson | None) -> bytes:
    """The file. Takes about a second of computing: to be called in a thread.

    Long tables are cut, so that a provider takes it; it says how many rows are left out.
    """
    found = sections(evidence, buyer)
    for lines in _LINES:
        document = _drawn(found, evidence, lines)
        file = bytes(document.output())
        if document.pages_count <= MOST_PAGES and len(file) <= MOST_BYTES:
            break
    return file


class _Cut(NamedTuple):
    """A table with as many rows as there is room for, and how many are left out."""

    section: Section
    more: int


def _cut(document: "FPDF", section: Section, most: int) -> _Cut:
    """The first rows of a table that fit on a number of lines, but one at least.

    Measured by their characters: drawing them to see how long they are takes too long.
    """
    widths = _widths(section)
    room = [max(1, _CHARACTERS * each // sum(widths)) for each in widths]
    across = [document.epw * each / sum(widths) for each in widths]
    lines, rows = 0, list[tuple[str, ...]]()
    for row in section.rows:
        cells = tuple(
            _fitting(document, words, width) for words, width in zip(row, across, strict=True)
        )
        lines += max(-(-len(words) // each) for words, each in zip(cells, room, strict=True))
        if rows and lines > most:
            break
        rows.append(cells)
    return _Cut(replace(section, rows=tuple(rows)), len(section.rows) - len(rows))


def _widths(section: Section) -> tuple[int, ...]:
    return _WIDTHS.get(len(section.columns), _FACTS)


def _drawn(found: Collection[Section], evidence: Evidence, lines: int) -> "FPDF":
    from fpdf import FPDF  # noqa: PLC0415 - only where it is used: it takes memory

    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells each step of its work
    document = FPDF(format="A4")
    document.set_title(f"{TITLE} {evidence.payment.id}")
    document.set_creation_date(Moment(evidence.gathered_at).utc)
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        document.add_font(_FONT, style, _fonts() / file)
    document.set_auto_page_break(auto=True, margin=15)
    document.add_page()
    _line(document, TITLE, _TITLE_SIZE, "B")
    document.set_text_color(_GREY)
    _line(document, preface(evidence), _SMALL)
    document.set_text_color(0)
    for each in found:
        section, more = _cut(document, each, lines)
        document.ln(4)
        _line(document, section.title, _HEADING, "B")
        if section.rows:
            _table(document, section)
        else:
            _line(document, section.empty, _TEXT)
        if more:
            _line(document, f"{more:,} more rows are in the HTML file.", _SMALL)
    return document


def _fonts() -> Path:
    """The folder of the fonts that matplotlib brings; it is not imported for them."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("matplotlib is not installed, and its fonts are needed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _line(document: "FPDF", words: str, size: int, style: str = "") -> None:
    document.set_font(_FONT, style, size)
    document.multi_cell(0, text=words, new_x="LMARGIN", new_y="NEXT")


def _table(document: "FPDF", section: Section) -> None:
    from fpdf.fonts import FontFace  # noqa: PLC0415 - as above

    document.set_font(_FONT, "", _TEXT)
    bold = FontFace(emphasis="BOLD", fill_color=None)
    with document.table(
        col_widths=_widths(section),
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=bold,
        first_row_as_headings=bool(section.columns),
        line_height=5,
    ) as table:
        if section.columns:
            table.row(section.columns)
        for row in section.rows:
            table.row(row)


def _fitting(document: "FPDF", words: str, width: float) -> str:
    """What a cell of some width in millimetres shows of words: all of them, as far as they fit.

    In one line, with the Unicode numbers of characters that the font does not have.
    """
    known = document.fonts[_FONT.lower()].cmap  # type: ignore[union-attr]  # a font from a file
    document.set_font(_FONT, "", _TEXT)
    room, shown = width * _CELL_LINES, list[str]()
    for each in " ".join(words.splitlines()):
        seen = each if ord(each) in known else f"[U+{ord(each):04X}]"
        room -= document.get_string_width(seen)
        if room < 0:
            return f"{''.join(shown)}… (whole in the HTML file)"
        shown.append(seen)
    return "".join(shown)
