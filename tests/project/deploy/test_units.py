"""The units of systemd leave the program what it needs, and nothing else."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = sorted((Path(__file__).parents[3] / "deploy" / "systemd").glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 2.5

NEEDED = {
    "UMask": "0077",
    "NoNewPrivileges": "true",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "true",
    "ProtectProc": "invisible",
    "ProtectKernelModules": "true",
    "ProtectKernelTunables": "true",
    "ProtectControlGroups": "true",
    "PrivateTmp": "true",
    "PrivateDevices": "true",
    "PrivateUsers": "true",
    "RestrictNamespaces": "true",
    "RestrictSUIDSGID": "true",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "SystemCallArchitectures": "native",
    "StateDirectoryMode": "0700",
}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_the_lines_that_matter_are_there(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read(unit)
    service = dict(parser["Service"])
    assert {name: service.get(name) for name in NEEDED} == NEEDED
    filters = re.findall(r"^SystemCallFilter=(.*)$", unit.read_text(), re.MULTILINE)
    assert filters == [
        "@system-service",
        "~@privileged @resources @obsolete",
        "getrlimit setrlimit prlimit64",
    ]


def test_there_is_one_for_each_part() -> None:
    assert {unit.stem for unit in UNITS} == {
        f"guildbank-{part}" for part in ("run", "webhooks", "worker", "bot")
    }


@pytest.mark.skipif(
    ANALYZE is None, reason="systemd-analyze is not here: it comes with the package systemd"
)
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_systemd_finds_little_exposed(unit: Path) -> None:
    assert ANALYZE is not None
    found = subprocess.run(  # noqa: S603 - our own file
        [ANALYZE, "security", "--offline=yes", "--no-pager", str(unit)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", found.stdout)
    assert level is not None, found.stdout
    assert float(level[1]) <= MOST_EXPOSED
