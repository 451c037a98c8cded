"""The named mistakes of `make mutants`, one at a time, in a copy; the tests must notice each.

Prints which test noticed; the exit code is 1 if one went unnoticed, or if the tests fail unharmed.
Words on the command line choose those whose names hold them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutation.mistakes import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".venv", ".git", ".*_cache", ".hypothesis", "__pycache__", ".mutants"
)


def run(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run some tests in a copy of the tree."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", *tests.split()]
    return subprocess.run(  # noqa: S603 - our own words
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def try_one(mutant: Mutant) -> bool:
    """Whether its mistake is noticed."""
    with tempfile.TemporaryDirectory(prefix="guildbank-mutant-") as name:
        folder = Path(name) / "tree"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        path = folder / mutant.file
        text = path.read_text()
        if text.count(mutant.old) != 1:
            raise SystemExit(f"{mutant.file} does not hold what “{mutant.name}” changes.")
        path.write_text(text.replace(mutant.old, mutant.new))
        found = run(folder, mutant.tests)
    failed = re.search(r"^(?:FAILED|ERROR) (\S+)", found.stdout, re.MULTILINE)
    noticed = found.returncode == 1 and failed is not None
    by = failed[1] if failed else f"nothing (exit code {found.returncode})"
    print(f"{mutant.name:52}{'noticed by' if noticed else 'UNNOTICED:'} {by}", flush=True)  # noqa: T201 - the table
    return noticed


def main() -> int:
    """All of them, after a run without any."""
    chosen = [each for each in MUTANTS if all(word in each.name for word in sys.argv[1:])]
    tests = sorted({test for mutant in chosen for test in mutant.tests.split()})
    unharmed = run(ROOT, " ".join(tests))
    if unharmed.returncode:
        print(unharmed.stdout[-3000:])  # noqa: T201 - what a person must read
        return 1
    results = [try_one(each) for each in chosen]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
