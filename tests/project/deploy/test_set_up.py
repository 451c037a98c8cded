"""The set-up says what it needs, and every way of installing goes through the locks."""

import re
import runpy
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
INSTALL = ROOT / "locks" / "install.py"


def run(code: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **env},
        timeout=100,
    )


AS_PYTHON_3_10 = """
import runpy, sys
sys.version_info = (3, 10, 13)
runpy.run_path(sys.argv[1], run_name="__main__")
"""
AS_IT_IS = AS_PYTHON_3_10.replace("sys.version_info = (3, 10, 13)\n", "")


def test_a_python_that_is_too_old_is_told_which_one_is_needed(tmp_path: Path) -> None:
    said = run(
        AS_PYTHON_3_10.replace("sys.argv[1]", repr(str(INSTALL))), str(tmp_path / "x"), "dev"
    )
    assert said.returncode == 1
    assert "needs Python 3.11 or newer" in said.stderr
    assert "is Python 3.10." in said.stderr
    assert "make demo PYTHON=" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "x").exists()


def test_without_the_module_venv_its_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "venv.py").write_text("raise SystemExit('ensurepip is not available')")
    code = AS_IT_IS.replace("sys.argv[1]", repr(str(INSTALL)))
    said = run(code, str(tmp_path / "x"), "dev", PYTHONPATH=str(tmp_path))
    assert said.returncode == 1
    assert "apt-get install python3-venv" in said.stderr
    assert "Traceback" not in said.stderr


def test_without_a_network_it_says_that_the_first_set_up_needs_one(tmp_path: Path) -> None:
    """In an environment that lends its pip, where there is one: to make one takes seconds."""
    venv.create(tmp_path / "x", system_site_packages=True)
    code = AS_IT_IS.replace("sys.argv[1]", repr(str(INSTALL)))
    said = run(code, str(tmp_path / "x"), "dev", PIP_NO_INDEX="1", PIP_CONFIG_FILE="/dev/null")
    assert said.returncode == 1
    assert "The first set-up needs the network" in said.stderr
    assert "Traceback" not in said.stderr


def test_every_lock_pins_and_hashes_all_that_it_names() -> None:
    for lock in (ROOT / "locks").glob("*.lock"):
        entries = re.split(r"\n(?=\S)", lock.read_text().strip())
        for entry in entries:
            assert "==" in entry.splitlines()[0], (lock.name, entry)
            assert "--hash=sha256:" in entry, (lock.name, entry)


def test_what_builds_the_program_is_not_among_what_runs_it() -> None:
    runtime = (ROOT / "locks" / "runtime.lock").read_text()
    assert not re.search(r"^(hatchling|editables|uv|pip)==", runtime, re.MULTILINE)


def test_packages_are_only_ever_installed_from_the_locks() -> None:
    for name in ("Makefile", "deploy/Dockerfile", "docs/quick-start.md", "README.md"):
        lines = (ROOT / name).read_text().splitlines()
        unlocked = [
            line
            for line in lines
            if re.search(r"pip install (?!.*(--no-deps|--require-hashes))", line)
        ]
        assert not unlocked, (name, unlocked)


def test_images_are_pinned_by_what_their_tags_lead_to_also_where_they_were_before() -> None:
    pinned = runpy.run_path(str(ROOT / "locks" / "images.py"))["pinned"]
    asked: list[str] = []

    def digest_of(image: str) -> str:
        asked.append(image)
        return "sha256:" + "b" * 64

    text = (
        f"    image: postgres:18.1@sha256:{'a' * 64}\n"
        "    image: prom/prometheus:v3.5.0\n"
        "    image: guildbank\n"
        "FROM python:3.13.9-slim AS build\n"
    )
    assert pinned(text, digest_of) == (
        f"    image: postgres:18.1@sha256:{'b' * 64}\n"
        f"    image: prom/prometheus:v3.5.0@sha256:{'b' * 64}\n"
        "    image: guildbank\n"
        f"FROM python:3.13.9-slim@sha256:{'b' * 64} AS build\n"
    )
    assert asked == ["postgres:18.1", "prom/prometheus:v3.5.0", "python:3.13.9-slim"]


@pytest.mark.parametrize(
    ("code", "said", "ends"),
    [
        (0, "No known vulnerabilities found", 0),
        (1, "Found 2 known vulnerabilities in 1 package", 1),
        (1, "ERROR:pip_audit._cli:Failed to reach the service", 3),
        (2, "usage: pip-audit", 3),
    ],
)
def test_that_nobody_could_be_asked_is_no_finding(code: int, said: str, ends: int) -> None:
    judge = runpy.run_path(str(ROOT / "locks" / "audit.py"))["judge"]
    assert judge(code, said) == ends


def test_an_audit_that_cannot_be_made_says_so() -> None:
    """Without the tool, as without a network."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(ROOT / "locks" / "audit.py")],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HTTPS_PROXY": "http://127.0.0.1:9"},
        timeout=100,
    )
    assert done.returncode == 3
    assert "No advisory database could be asked about runtime.lock" in done.stderr
    assert "Traceback" not in done.stderr
