"""Mistakes that change nothing anybody could notice, each with its reason, listed by hand."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutation.session import Tried

FILE: Final = Path(__file__).parent / "equivalents.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Equivalent:
    """One of them.

    Attributes:
        path: The file.
        before: The changed lines as they stand.
        after: The changed lines with the mistake.
        reason: Why nobody can notice.
    """

    path: str
    before: str
    after: str
    reason: str

    def is_same(self, tried: Tried) -> bool:
        """Whether this is the mistake that was tried."""
        return (self.path, self.before, self.after) == (
            tried.place.path,
            tried.before,
            tried.after,
        )


def read_equivalents(file: Path = FILE) -> list[Equivalent]:
    """All of them."""
    return [Equivalent(**each) for each in tomllib.loads(file.read_text())["equivalent"]]
