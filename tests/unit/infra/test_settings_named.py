"""All settings that are wrong are named at once: files, secrets in files, and values."""

import sys
from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.options import UNUSABLE
from payments.infra.errors import SettingsWrong
from payments.providers.settings import load_settings
from tests.support.environment import environment

__all__ = ["environment"]  # fixtures

INIT = "`guildbank init` asks for all that must be set; or edit the environment or .env."


def wrong() -> tuple[str, ...]:
    with pytest.raises(SettingsWrong) as error:
        load_settings()
    assert str(error.value) == " ".join(error.value.lines)
    return error.value.lines


def test_each_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    empty = tmp_path / "token"
    empty.touch(mode=0o600)
    monkeypatch.delenv("DISCORD_TOKEN")
    monkeypatch.delenv("STRIPE_SECRET_KEY")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(empty))
    monkeypatch.setenv("STRIPE_SECRET_KEY_FILE", "/nowhere/key")
    monkeypatch.setenv("GUILD_IDS", "")
    monkeypatch.setenv("HTTP_PORT", "s3cret")
    monkeypatch.setenv("DEFAULT_CURRENCY", "euro")
    assert wrong() == (
        "GUILD_IDS is not set.",
        "DEFAULT_CURRENCY is wrong: must be a currency's three letters in capitals, such as EUR.",
        f"DISCORD_TOKEN_FILE: {empty} is empty.",
        "HTTP_PORT is wrong: must be the number of a port, from 0 to 65535.",
        "STRIPE_SECRET_KEY_FILE: /nowhere/key cannot be read: No such file or directory.",
        INIT,
    )


def test_a_file_open_to_others_hides_nothing_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=INFO\n")
    (tmp_path / ".env").chmod(0o644)
    monkeypatch.setenv("GUILD_IDS", "mine")
    first, second, *_ = wrong()
    assert first.endswith("Run: chmod 600 .env")
    assert second.startswith("GUILD_IDS is wrong")


def test_a_line_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of it counts, so the setting is missing too."""
    monkeypatch.delenv("DISCORD_TOKEN")
    (tmp_path / ".env").write_text('# Mine.\nDISCORD_TOKEN="s3cret\n')
    (tmp_path / ".env").chmod(0o600)
    assert wrong() == (
        "Line 2 of .env cannot be read: write it as NAME=value, and close each quote.",
        "DISCORD_TOKEN is not set.",
        INIT,
    )


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfeDISCORD")
    (tmp_path / ".env").chmod(0o600)
    assert wrong() == (".env is not text in UTF-8. Save it again as that.",)


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    (tmp_path / ".env").touch(mode=0o600)
    monkeypatch.setattr(Path, "read_text", refuse)
    assert wrong() == (".env cannot be read: Permission denied.",)


@pytest.mark.parametrize(
    "url", ["postgresql://u:s3cret@host:port/x", "postgresql://u:s3cret@host:99999999/x"]
)
def test_a_port_that_is_none_is_said_in_our_words(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    said = wrong()[0]
    assert said.startswith("DATABASE_URL is wrong: ")
    assert not [each for each in ("s3cret", "literal", "int()", "port'") if each in said]


@pytest.mark.parametrize("value", ["9" * 19, "9" * 5000, "²"])
def test_an_id_that_no_server_has_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILD_IDS", value)
    assert wrong()[0].startswith("GUILD_IDS is wrong: must be ids of servers")


def test_the_command_line_shows_a_line_for_each(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUILD_IDS", "mine")
    monkeypatch.setenv("KEEP_DAYS", "1")
    monkeypatch.setattr(sys, "argv", ["guildbank", "verify"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == UNUSABLE
    assert capsys.readouterr().err.splitlines() == [
        (
            "guildbank: GUILD_IDS is wrong: must be ids of servers (digits), separated by commas, "
            "or *."
        ),
        "  KEEP_DAYS is wrong: must be a number of days, 30 or more.",
        f"  {INIT}",
    ]
