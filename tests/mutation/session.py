"""What became of each mistake, in cosmic-ray's own session file: a run that stops goes on."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

from tests.mutation.places import Place

NOTICED: Final = "noticed"
SURVIVED: Final = "survived"
BROKEN: Final = "broken"
ENDLESS: Final = "endless"

_OUTCOMES = {
    NOTICED: TestOutcome.KILLED,
    ENDLESS: TestOutcome.KILLED,
    SURVIVED: TestOutcome.SURVIVED,
    BROKEN: TestOutcome.INCOMPETENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of one mistake.

    Attributes:
        place: Which one.
        end: As the worker calls it.
        by: The test that noticed.
        before: The lines as they stand.
        after: The lines with the mistake.
    """

    place: Place
    end: str
    by: str
    before: str
    after: str


class Session:
    """The file of one sample.

    Args:
        path: Where it is, or shall be.
        sample: The mistakes.
    """

    def __init__(self, path: Path, sample: list[Place]) -> None:
        self._work = WorkDB(path, WorkDB.Mode.create)
        self._sample = {_job(place): place for place in sample}
        if not self._work.num_work_items:
            self._work.add_work_items(_item(job, place) for job, place in self._sample.items())

    def close(self) -> None:
        """Let go of the file."""
        self._work.close()

    def waiting(self, *, again: bool = False) -> list[Place]:
        """Mistakes that were not tried yet, in the sample's order.

        Args:
            again: Whether those that went unnoticed are tried again.
        """
        done = dict(self._work.results)
        return [
            place
            for job, place in self._sample.items()
            if job not in done or (again and done[job].test_outcome == TestOutcome.SURVIVED)
        ]

    def keep(self, tried: Tried) -> None:
        """Note what became of one."""
        self._work.set_result(
            _job(tried.place),
            WorkResult(
                worker_outcome=WorkerOutcome.NORMAL,
                test_outcome=_OUTCOMES[tried.end],
                output=f"{tried.end} {tried.by}",
                diff=f"{tried.before}\n=>\n{tried.after}",
            ),
        )

    def tried(self) -> Iterator[Tried]:
        """All that were tried."""
        for job, result in self._work.results:
            end, _, by = result.output.partition(" ")
            before, _, after = result.diff.partition("\n=>\n")
            if job in self._sample:
                yield Tried(place=self._sample[job], end=end, by=by, before=before, after=after)


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that a mistake changes, as they stand and with it, without their margins."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone = [line[2:].strip() for line in lines if line.startswith("- ")]
    come = [line[2:].strip() for line in lines if line.startswith("+ ")]
    return " ".join(gone), " ".join(come)


def _job(place: Place) -> str:
    return f"{place.path}:{place.name}:{place.occurrence}"


def _item(job: str, place: Place) -> WorkItem:
    spec = MutationSpec(
        module_path=place.path,
        operator_name=place.name,
        occurrence=place.occurrence,
        start_pos=(place.line, 0),
        end_pos=(place.last, 1),
    )
    return WorkItem.single(job, spec)
