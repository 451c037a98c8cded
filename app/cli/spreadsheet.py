"""Cells of a spreadsheet that do nothing."""

import unicodedata
from typing import Final

_FORMULA: Final = frozenset({"=", "+", "-", "@", "\u2212"})
"""What begins a formula; the last is a minus sign of mathematics."""


def harmless(cell: str) -> str:
    """A cell in one line that no spreadsheet takes for a formula (OWASP, CSV Injection).

    Spreadsheets of Japan and China read the wide signs as the narrow ones, and leave out spaces
    before them; a line end may begin a cell of its own where quotes are not minded.
    """
    line = " ".join(cell.split())
    first = unicodedata.normalize("NFKC", line[:1])
    return f"'{line}" if first in _FORMULA else line
