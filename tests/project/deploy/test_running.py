"""What `deploy/` says fits the program."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from app.cli.main import app
from app.cli.setup import UNUSED
from app.roles import ProcessRole
from payments.providers.registry import named
from payments.providers.settings import settings_model

DEPLOY = Path(__file__).parents[3] / "deploy"
COMMANDS = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]  # it is a group
SETTINGS = {name.upper() for name in settings_model().model_fields}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def test_each_service_of_ours_runs_a_command_that_there_is() -> None:
    ours = {
        name: service
        for name, service in compose()["services"].items()
        if service.get("image") == "guildbank"
    }
    assert set(ours) == {"migrate", "webhooks", "worker", "bot"}
    for service in ours.values():
        assert service["command"][0] in COMMANDS
        assert set(service["environment"]) <= SETTINGS


@pytest.mark.parametrize("part", ["migrate", "webhooks", "worker", "bot"])
def test_each_part_has_the_secrets_that_it_uses_and_no_others(part: str) -> None:
    of_default = settings_model(tuple(named(())))
    required = {name for name, field in of_default.model_fields.items() if field.is_required()}
    unused = required if part == "migrate" else UNUSED[frozenset({ProcessRole(part)})]
    given = set(compose()["services"][part]["environment"])
    assert {name.upper() for name in required - unused} <= given, "of the default provider"
    assert not {name.upper() for name in unused} & given


def test_containers_write_nowhere_and_have_no_rights_to_spare() -> None:
    document = compose()
    for name, service in document["services"].items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["networks"], name
        image = service["image"]
        assert image == "guildbank" or re.search(r":v?\d+\.\d+(\.\d+)?(@sha256:\w{64})?$", image)
    networks = document["networks"]
    for name, inside in (("postgres", {"books"}), ("prometheus", {"watch", "panel"})):
        assert set(document["services"][name]["networks"]) == inside
        assert all(networks[each]["internal"] for each in inside)
    together = [name for name, each in document["services"].items() if "front" in each["networks"]]
    assert together == ["webhooks", "proxy"]
    trusted = document["services"]["webhooks"]["environment"]["TRUSTED_PROXIES"]
    assert networks["front"]["ipam"]["config"] == [{"subnet": trusted}]


def test_no_password_has_a_default_and_the_database_is_not_used_as_its_superuser() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    for name in ("POSTGRES_PASSWORD", "DATABASE_PASSWORD", "GRAFANA_PASSWORD"):
        assert re.search(rf"\${{{name}:\?", text), name
    assert re.findall(r"\$\{\w+(?!:\?|\w)", text) == []
    role = (DEPLOY / "postgres" / "role.sh").read_text()
    assert "CREATE ROLE guildbank LOGIN NOSUPERUSER" in role
    assert "postgresql://guildbank:" in text


def test_two_web_servers_and_two_workers_share_what_discord_takes() -> None:
    services = compose()["services"]
    assert services["webhooks"]["deploy"]["replicas"] == 2
    workers = services["worker"]["deploy"]["replicas"]
    share = int(services["worker"]["environment"]["DISCORD_REQUESTS_PER_SECOND"])
    assert workers * share <= 50


def test_files_that_are_mounted_are_there() -> None:
    for service in compose()["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith(".") or (DEPLOY / source).exists()


@pytest.mark.parametrize("unit", sorted((DEPLOY / "systemd").iterdir()), ids=lambda path: path.stem)
def test_each_unit_runs_a_command_that_there_is_and_leaves_it_time_to_stop(unit: Path) -> None:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # names keep their case
    parser.read(unit)
    assert parser["Service"]["ExecStart"].split()[-1] in COMMANDS
    assert int(parser["Service"]["TimeoutStopSec"]) > 10
    assert parser["Service"]["User"] != "root"


def test_the_image_runs_without_root_and_is_checked() -> None:
    text = (DEPLOY / "Dockerfile").read_text()
    stages = re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]
    assert re.search(r"^USER guildbank$", stages[-1], re.MULTILINE)
    assert "HEALTHCHECK" in stages[-1]
    for copied in re.findall(r"-r (\S+)", text):
        assert (DEPLOY.parent / copied).exists()
