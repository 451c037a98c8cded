"""Makes a virtual environment and puts what locks name into it, and nothing else.

    python3 locks/install.py .venv dev        the lock's packages, and the project, editable
    python3 locks/install.py DIR build        the lock's packages only

Python's own pip installs one thing, uv, whose hash is known (`locks/uv.lock`); uv installs the
rest. Pip alone cannot: until 24.1 it refuses a lock as soon as something that is required with an
extra has a newer release than the lock names.

This file must be readable by any Python 3, so that an old one can say what is wrong.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
LOCKS = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(LOCKS)
WITH_PROJECT = ("runtime", "demo", "dev")


def main(target, lock):
    """Make `target` and fill it. Returns a sentence if that cannot be done."""
    if sys.version_info < OLDEST:
        found = "%d.%d" % sys.version_info[:2]
        return (
            "Guildbank needs Python 3.11 or newer, and %s is Python %s.\n"
            "Name a newer one, for example: make demo PYTHON=python3.13" % (sys.executable, found)
        )
    bin_folder = os.path.join(target, "Scripts" if os.name == "nt" else "bin")
    python = os.path.join(bin_folder, "python")
    if not _has_pip(python):
        command = [sys.executable, "-m", "venv", "--clear", target]
        if subprocess.run(command, capture_output=True).returncode or not _has_pip(python):
            return (
                "Python's module venv does not work here. On Debian and Ubuntu: "
                "apt-get install python3-venv"
            )
    names = [lock, "build"] if lock == "runtime" else [lock]
    files = [os.path.join(LOCKS, name + ".lock") for name in names]
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if _fails(pip + ["--require-hashes", "-r", os.path.join(LOCKS, "uv.lock")]):
        return _cannot_download()
    uv = [os.path.join(bin_folder, "uv"), "pip"]
    chosen = ["--quiet", "--python", python]
    if _fails(uv + ["sync"] + chosen + ["--require-hashes"] + files):
        return _cannot_download()
    if lock not in WITH_PROJECT:
        return None
    flags = ["--no-deps", "--no-build-isolation", "--editable", PROJECT]
    if _fails(uv + ["install"] + chosen + flags):
        return "Guildbank itself could not be installed: the reason stands above."
    return None


def _has_pip(python):
    """Whether a virtual environment is there and usable."""
    try:
        found = subprocess.run([python, "-c", "import pip"], capture_output=True)
    except OSError:
        return False
    return found.returncode == 0


def _fails(command):
    """Run a command; what it has to say goes to the terminal."""
    env = dict(os.environ)
    if env.get("PIP_INDEX_URL"):
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    return subprocess.run(command, env=env).returncode != 0


def _cannot_download():
    return (
        "The packages could not be installed: the reason stands above. The first set-up needs "
        "the network; try again once it is there."
    )


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 locks/install.py FOLDER runtime|demo|dev|build|peer")
    problem = main(*sys.argv[1:])
    if problem:
        sys.exit(problem)
