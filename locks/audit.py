"""Looks the locked packages up in an advisory database; `make audit` runs it.

Exit codes: 0 nothing is known, 1 something is known to be wrong, 3 no database could be asked.
"""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

LOCKS = Path(__file__).parent
LOOKED_AT = ("runtime", "demo", "build")
CLEAN, KNOWN, NOT_ASKED = 0, 1, 3
PATIENCE_SECONDS = 300
FOUND = re.compile(r"Found \d+ known vulnerabilit")


def judge(code: int, said: str) -> int:
    """Our exit code for how pip-audit ended: it ends with 1 also where it could ask nobody."""
    if code == 0:
        return CLEAN
    return KNOWN if FOUND.search(said) else NOT_ASKED


def command(lock: Path) -> Sequence[str]:
    """Looks up what stands in a lock, and installs nothing."""
    options = ("--disable-pip", "--require-hashes", "--no-deps", "--progress-spinner", "off")
    return (sys.executable, "-m", "pip_audit", *options, "--requirement", str(lock))


def main() -> int:
    """Look all locks up."""
    worst = CLEAN
    for name in LOOKED_AT:
        lock = LOCKS / f"{name}.lock"
        try:
            done = subprocess.run(  # noqa: S603 - our own words
                command(lock),
                check=False,
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
            )
            code, said = judge(done.returncode, done.stderr), done.stderr
        except subprocess.TimeoutExpired:
            code, said = NOT_ASKED, "no answer in time"
        if code == NOT_ASKED:
            last = said.strip().splitlines()[-1:] or ["it did not say why"]
            sys.stderr.write(f"No advisory database could be asked about {lock.name}: {last[0]}\n")
            return NOT_ASKED
        if code == KNOWN:
            sys.stdout.write(f"{lock.name}:\n{done.stdout}\n")
            worst = KNOWN
        else:
            sys.stdout.write(f"{lock.name}: nothing is known against it.\n")
    return worst


if __name__ == "__main__":
    sys.exit(main())
