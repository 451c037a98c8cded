"""A command needs no setting that it does not use; an empty line is as good as none."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.evidence import NoSuchPayment
from app.cli.main import app
from payments.infra.encryption import new_key
from payments.infra.errors import SettingsWrong
from payments.providers.settings import settings_model
from tests.support.sqlite import empty_sqlite

EMPTY = {
    "DISCORD_TOKEN": "",
    "STRIPE_SECRET_KEY": "",
    "STRIPE_WEBHOOK_SECRET": "",
    "GUILD_IDS": "",
    "ENCRYPTION_KEYS": "",
}


@pytest.fixture(autouse=True)
def books_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A database, and nothing else that a command could use."""
    for name in settings_model().model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in EMPTY.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DATABASE_URL", empty_sqlite(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "typed",
    [
        "migrate",
        "verify",
        "verify --json",
        "audit",
        "report --from 2026-01-01",
        "installation",
        "admit",
        "archive --to old.jsonl.gz",
        "copy --to sqlite:///copy.db",
        "events list",
        "events dead",
    ],
)
def test_what_only_looks_into_the_database_needs_its_address_alone(typed: str) -> None:
    done = CliRunner().invoke(app, typed.split())
    assert (done.exit_code, done.exception) == (0, None)


def test_evidence_needs_no_token() -> None:
    refused = CliRunner().invoke(app, ["evidence", "p9"])
    assert isinstance(refused.exception, NoSuchPayment)


def test_what_is_encrypted_anew_needs_the_keys_too(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = CliRunner().invoke(app, ["reencrypt"])
    assert isinstance(refused.exception, SettingsWrong)
    assert str(refused.exception).startswith("ENCRYPTION_KEYS is not set. `guildbank init` asks")
    monkeypatch.setenv("ENCRYPTION_KEYS", new_key())
    assert CliRunner().invoke(app, ["reencrypt"]).exit_code == 0


@pytest.mark.parametrize("typed", ["reconcile", "void", "doctor"])
def test_what_asks_the_provider_needs_no_token_of_discord(typed: str) -> None:
    refused = CliRunner().invoke(app, [typed])
    assert isinstance(refused.exception, SettingsWrong)
    assert str(refused.exception).startswith(
        "ENCRYPTION_KEYS, GUILD_IDS and STRIPE_SECRET_KEY are not set. `guildbank init` asks"
    )


def test_what_asks_discord_needs_no_key_of_the_provider() -> None:
    refused = CliRunner().invoke(app, ["sync"])
    assert isinstance(refused.exception, SettingsWrong)
    assert str(refused.exception).startswith("DISCORD_TOKEN and GUILD_IDS are not set.")


def test_the_doctor_looks_at_all_else_and_points_to_init(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("STRIPE_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("GUILD_IDS", "1")
    monkeypatch.setenv("ENCRYPTION_KEYS", new_key())
    done = CliRunner().invoke(app, ["doctor", "--json"])
    found = json.loads(done.output)
    settings = [each for each in found if each["check"] == "Settings"]
    assert [each["words"].split(" is not set, so ")[0] for each in settings] == [
        "DISCORD_TOKEN",
        "STRIPE_WEBHOOK_SECRET",
    ]
    assert all(each["remedy"].startswith("`guildbank init` asks for it.") for each in settings)
    checks = {each["check"] for each in found}
    assert {"Database", "Books", "Stripe key", "Public address"} <= checks
    assert not [each for each in checks if each.startswith("Discord")]
