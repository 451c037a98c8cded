"""What a sample of mistakes has shown, as a table."""

from collections import Counter
from typing import Final

from tests.mutation.equivalents import Equivalent
from tests.mutation.session import BROKEN, SURVIVED, Session, Tried

GOAL: Final = 0.93
"""The share of mistakes that must be noticed, of those that change anything."""
EQUIVALENT_AT_MOST: Final = 0.08
"""The share of the sample that may change nothing."""


def print_report(session: Session, equivalents: list[Equivalent], *, seed: str, size: int) -> int:
    """Print it. Returns 1 if the sample was tried whole and misses the goals."""
    all_tried = list(session.tried())
    tried = [each for each in all_tried if each.end != BROKEN]
    survived = [each for each in tried if each.end == SURVIVED]
    same = [each for each in survived if any(known.is_same(each) for known in equivalents)]
    left = [each for each in survived if each not in same]
    counted = len(tried) - len(same)
    score = 1 - len(left) / counted if counted else 0.0
    for each in left:
        print(f"\n{each.place}\n    {each.before}\n => {each.after}")  # noqa: T201 - what went unnoticed
    print()  # noqa: T201 - as above
    for title, key in (("folder", _folder), ("kind", lambda each: each.place.kind)):
        _print_table(title, Counter(map(key, tried)), Counter(map(key, left + same)))
    print(  # noqa: T201 - the result
        f"seed {seed}: {len(all_tried)} of {size} mistakes tried, {len(all_tried) - len(tried)} "
        f"could not be imported, {len(same)} change nothing, {counted - len(left)} of {counted} "
        f"were noticed: {score:.1%}"
    )
    whole = len(all_tried) == size
    missed = score < GOAL or len(same) > EQUIVALENT_AT_MOST * len(tried)
    return int(whole and missed)


def _folder(tried: Tried) -> str:
    return tried.place.path.rpartition("/")[0]


def _print_table(title: str, tried: Counter[str], not_noticed: Counter[str]) -> None:
    print(f"{title:36}{'tried':>7}{'noticed':>9}")  # noqa: T201 - as above
    for name, number in sorted(tried.items()):
        print(f"{name:36}{number:>7}{number - not_noticed[name]:>9}")  # noqa: T201 - as above
    print()  # noqa: T201 - as above
