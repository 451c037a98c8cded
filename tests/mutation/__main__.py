"""`make mutants`: a sample of small mistakes, each tried against the tests that come by its line.

The seed is the commit: whoever runs it on the same commit makes the same mistakes. A run that was
stopped goes on where it was; what it has found is kept in `.mutants/`.
"""

import argparse
import compileall
import json
import py_compile
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

from tests.mutation.equivalents import read_equivalents
from tests.mutation.places import Place, Source
from tests.mutation.record import Recorded, load, record
from tests.mutation.report import print_report
from tests.mutation.session import BROKEN, SURVIVED, Session, Tried, changed_lines

ROOT: Final = Path(__file__).parents[2]
KEPT: Final = ROOT / ".mutants"
SNAPSHOT: Final = "tree"
"""The files as they were when the run began: the program may be worked on meanwhile."""
FIRST_TESTS: Final = 12
"""So many tests are tried at first: most mistakes are noticed by the quickest."""
SECONDS_EACH: Final = 180.0
"""A mistake whose tests take longer is endless: it counts as noticed, as the tests' own limit
would notice it."""


def main() -> int:
    """Try them. Returns 1 if the goals are not met."""
    options = _options()
    seed = options.seed or _git("rev-parse", "HEAD")
    folder = KEPT / seed[:12]
    folder.mkdir(parents=True, exist_ok=True)
    recorded = _recorded(folder, options.processes)
    source = Source(folder / SNAPSHOT, only=options.only)
    sample = source.sample(seed, options.sample)
    session = Session(folder / f"session-{options.sample}{_spelt(options.only)}.sqlite", sample)
    try:
        waiting = iter(session.waiting(again=options.again))
        _try_all(waiting, source, recorded, session, folder, options)
        return print_report(session, read_equivalents(), seed=seed, size=len(sample))
    finally:
        session.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--sample", type=int, default=250, help="how many mistakes")
    parser.add_argument("--seed", help="another seed than the commit's hash")
    parser.add_argument(
        "--minutes", type=float, default=120, help="stop after so long; go on later"
    )
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="only in files whose path begins so")
    parser.add_argument("--again", action="store_true", help="those that went unnoticed once more")
    return parser.parse_args()


def _spelt(path: str) -> str:
    return path and "-" + path.strip("/").replace("/", "-")


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603, S607 - our own words
    return done.stdout.strip()


def _recorded(folder: Path, processes: int) -> Recorded:
    """Which tests come by which line; recorded now, unless it was."""
    tree = folder / SNAPSHOT
    if not tree.exists():
        _copy(tree)
    record(tree, folder / "recorded", processes)
    return load(tree, folder / "recorded")


def _copy(tree: Path) -> None:
    """The files as they are, also those that are not committed yet, ready to be imported."""
    shutil.rmtree(tree, ignore_errors=True)
    for name in _git("ls-files", "-co", "--exclude-standard").splitlines():
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    checked = py_compile.PycInvalidationMode.CHECKED_HASH  # a mistake may be as long and as old
    compileall.compile_dir(tree, quiet=2, invalidation_mode=checked)


def _try_all(
    waiting: Iterator[Place],
    source: Source,
    recorded: Recorded,
    session: Session,
    folder: Path,
    options: argparse.Namespace,
) -> None:
    until = time.monotonic() + 60 * options.minutes
    lock = threading.Lock()

    def work(number: int) -> None:
        tree = folder / f"{SNAPSHOT}-{number}"
        with lock:
            shutil.rmtree(tree, ignore_errors=True)
            shutil.copytree(folder / SNAPSHOT, tree)
        with Worker(tree) as worker:
            worker.prove(source, recorded)
            while time.monotonic() < until:
                with lock:
                    place = next(waiting, None)
                    if place is None:
                        return
                    code = source.code(place.path)
                    tests = recorded.tests_for(place, code)
                tried = worker.attempt(place, code, tests)
                with lock:
                    session.keep(tried)
                    print(f"{tried.end:9}{tried.place}  {tried.by}", flush=True)  # noqa: T201 - progress

    threads = [threading.Thread(target=work, args=(each,)) for each in range(options.processes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Worker:
    """A process with a tree of its own, in which mistakes are tried."""

    def __init__(self, tree: Path) -> None:
        self._tree = tree

    def __enter__(self) -> Self:
        command = [sys.executable, "-B", "-m", "tests.mutation.worker"]
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            command, cwd=self._tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def prove(self, source: Source, recorded: Recorded) -> None:
        """Run some tests without any mistake: if they fail, nothing that follows means anything.

        Raises:
            RuntimeError: They fail.
        """
        place = source.places[0]
        code = source.code(place.path)
        quickest = sorted(recorded.seconds, key=recorded.seconds.__getitem__)[:FIRST_TESTS]
        asked = {"path": place.path, "code": code, "stages": [quickest], "seconds": SECONDS_EACH}
        if (found := self._ask(asked))["end"] != SURVIVED:
            raise RuntimeError(f"without any mistake: {found}")

    def attempt(self, place: Place, code: str, tests: list[str]) -> Tried:
        """Try one mistake."""
        mutated = place.apply(code)
        before, after = changed_lines(code, mutated)
        stages = [some for some in (tests[:FIRST_TESTS], tests[FIRST_TESTS:]) if some]
        asked = {"path": place.path, "code": mutated, "stages": stages, "seconds": SECONDS_EACH}
        found = _compiles(mutated) and self._ask(asked)
        found = found or {"end": BROKEN, "by": ""}
        return Tried(place=place, end=found["end"], by=found["by"], before=before, after=after)

    def _ask(self, asked: dict[str, Any]) -> dict[str, str]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the worker has no pipes")
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer: dict[str, str] = json.loads(self._process.stdout.readline())
        return answer


def _compiles(code: str) -> bool:
    try:
        compile(code, "mistake", "exec")
    except SyntaxError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
