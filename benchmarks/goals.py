"""What the parts of `make bench` share: figures, the goals for them, and what comes of both."""

from dataclasses import dataclass, field

from benchmarks.load import Load

Figures = dict[str, dict[str, float]]
"""By case, each figure under its name, which ends with its unit: `p99_ms`."""


class WrongError(Exception):
    """What was measured did not do what it should: its figures would say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where a process spent its time, or what its memory is for.

    Attributes:
        shares: By part of the program, `running_percent` and `waiting_percent` of the time; or by
            purpose, the megabytes before and afterwards.
        missing: Why there are none.
    """

    shares: Figures = field(default_factory=dict)
    missing: str = ""


@dataclass(slots=True)
class Found:
    """What a part has found so far; what is here is kept, whatever happens to the rest."""

    figures: Figures = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    """By database, the sentence that says what went wrong."""

    def note(self, kind: str, loads: dict[str, Load]) -> None:
        """Keep how long members waited on one kind of database."""
        for name, load in loads.items():
            self.figures[f"{kind}, {name}"] = {
                "p50_ms": load.p50_ms,
                "p99_ms": load.p99_ms,
                "failed": load.refused,
            }
            print(f"{kind}, {name}: p50 {load.p50_ms:.1f} ms, p99 {load.p99_ms:.1f} ms", flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A goal beside what was found.

    Attributes:
        goal: In words.
        cases: What it is about; profiles that say why have the same names.
        found: The figure or ratio, if there is one.
        met: None if it was not measured.
    """

    goal: str
    cases: list[str]
    found: float | None
    met: bool | None

    @property
    def line(self) -> str:
        """For the list."""
        word = {True: "met", False: "MISSED", None: "not measured"}[self.met]
        found = "" if self.found is None else f": {self.found:,.2f}"
        return f"{word:13} {self.goal}{found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A bound for one figure of one case.

    Attributes:
        beside: Another case: the bound is then for the ratio of this one's figure to that one's.
    """

    case: str
    figure: str
    at_least: float | None = None
    at_most: float | None = None
    beside: str | None = None

    @property
    def words(self) -> str:
        """What should be."""
        bound = (
            f"at least {self.at_least:g}" if self.at_most is None else f"at most {self.at_most:g}"
        )
        than = "" if self.beside is None else f" times {self.beside}"
        return f"{self.case}: {self.figure.replace('_', ' ')} {bound}{than}"

    def judge(self, figures: Figures) -> Verdict:
        """Whether it is met by these figures."""
        cases = [self.case, *([self.beside] if self.beside else [])]
        measured = figures.get(self.case, {}).get(self.figure)
        unit = figures.get(self.beside, {}).get(self.figure) if self.beside else 1.0
        if measured is None or not unit:
            return Verdict(goal=self.words, cases=cases, found=None, met=None)
        found = measured / unit
        met = (self.at_least is None or found >= self.at_least) and (
            self.at_most is None or found <= self.at_most
        )
        return Verdict(goal=self.words, cases=cases, found=found, met=met)


def missed(goals: list[Goal], figures: Figures) -> set[str]:
    """The cases whose goals these figures miss."""
    return {goal.case for goal in goals if goal.judge(figures).met is False}
