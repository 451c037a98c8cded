"""Makes a virtual environment, and puts exactly what a lock names into it.

    python3 locks/install.py .venv dev      the lock's packages, and Guildbank itself, editable
    python3 locks/install.py FOLDER build   the lock's packages alone

Python's own pip installs one thing, uv, by its hash (`uv.lock`); uv installs the rest. Pip alone
cannot: before 24.1 it refuses a lock as soon as something that is required with an extra has a
newer release than the lock names.

Any Python 3 can read this file, so that one that is too old can say so.
"""

import os
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
LOCKS = Path(__file__).resolve().parent
LOCKS_OF_THE_PROGRAM = {"runtime": ["runtime", "build"], "demo": ["demo"], "dev": ["dev"]}
"""Locks beside which Guildbank itself is installed: what they need, with what builds it."""


class SetUpFailed(Exception):
    """Why there is no environment, in a sentence for the person who wants one."""


def install(folder: Path, lock: str) -> None:
    """Make the virtual environment `folder`, or use the one that is there, and fill it.

    Raises:
        SetUpFailed: Says what is needed.
    """
    python = _environment(folder)
    print("Installing into {}; the first time takes about a minute.".format(folder), flush=True)
    _download([python, "-m", "pip", "install", *_pip_options(), str(LOCKS / "uv.lock")])
    uv = [str(Path(python).with_name("uv")), "pip"]
    wanted = [str(LOCKS / (name + ".lock")) for name in LOCKS_OF_THE_PROGRAM.get(lock, [lock])]
    options = ["--quiet", "--python", python]
    _download([*uv, "sync", *options, "--require-hashes", *wanted])
    if lock in LOCKS_OF_THE_PROGRAM:
        itself = ["--no-deps", "--no-build-isolation", "--editable", str(LOCKS.parent)]
        _download([*uv, "install", *options, *itself])


def _pip_options() -> "list[str]":
    quiet = ["--quiet", "--disable-pip-version-check"]
    return [*quiet, "--retries=2", "--require-hashes", "-r"]


def _environment(folder: Path) -> str:
    """The interpreter of a virtual environment that has pip; made if there is none."""
    if sys.version_info < OLDEST:
        raise SetUpFailed(
            "Guildbank needs Python 3.11 or newer, and {} is Python {}.{}.\n"
            "Name a newer one, for example: make demo PYTHON=python3.13".format(
                sys.executable, *sys.version_info
            )
        )
    python = str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")
    if _is_usable(python):
        return python
    made = _run([sys.executable, "-m", "venv", "--clear", str(folder)], quiet=True)
    if not made or not _is_usable(python):
        raise SetUpFailed(
            "Python's module venv does not work here. On Debian and Ubuntu it is a package of its "
            "own: apt-get install python3-venv"
        )
    return python


def _is_usable(python: str) -> bool:
    return Path(python).exists() and _run([python, "-c", "import pip"], quiet=True)


def _download(command: "list[str]") -> None:
    if not _run(command):
        raise SetUpFailed(
            "The packages could not be installed: the reason stands above. The first set-up needs "
            "the network; run the same command again once it is there."
        )


def _run(command: "list[str]", *, quiet: bool = False) -> bool:
    """Run a command; what it says goes to the terminal. Returns whether it succeeded."""
    env = dict(os.environ)
    if "PIP_INDEX_URL" in env:  # whoever sends pip to a mirror means uv as well
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    done = subprocess.run(command, check=False, capture_output=quiet, env=env)  # noqa: S603 - our own words
    return done.returncode == 0


if __name__ == "__main__":
    try:
        install(Path(sys.argv[1]), sys.argv[2])
    except SetUpFailed as problem:
        sys.exit(str(problem))
