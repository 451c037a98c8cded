"""Settings: what is missing or wrong is named in one line, and no secret is ever shown."""

import re
from pathlib import Path

import pytest

from app.init.settings_file import present, template
from payments.domain.values.ids import GuildId
from payments.infra.encryption import Encryptor, new_key
from payments.infra.errors import CannotDecrypt, SettingsWrong
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.providers.settings import load_settings, settings_model
from payments.providers.stripe.settings import StripeSettings
from tests.support.environment import RIGHT, environment

__all__ = ["environment"]  # fixtures


def secrets_of(settings: Settings) -> tuple[str, ...]:
    return part_of(settings, StripeSettings).stripe_signing_secrets


def test_defaults_are_the_documented_ones() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///guildbank.db"
    assert settings.base_url == "http://localhost:8080"
    assert (settings.http_host, settings.http_port) == ("0.0.0.0", 8080)  # noqa: S104 - as documented
    assert (settings.metrics_host, settings.metrics_port) == ("127.0.0.1", 9090)
    assert settings.sells_in(GuildId(2))
    assert not settings.sells_in(GuildId(3))


@pytest.mark.parametrize("name", RIGHT)
def test_a_missing_setting_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SettingsWrong, match=f"^{name} is not set"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCORD_TOKEN", ""),
        ("STRIPE_SECRET_KEY", "pk_test_secret"),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("STRIPE_WEBHOOK_SECRET", "whsec_secret,"),
        ("STRIPE_WEBHOOK_SECRET", "secret"),
        ("GUILD_IDS", ""),
        ("GUILD_IDS", "my server"),
        ("GUILD_IDS", "1,*"),
        ("ENCRYPTION_KEYS", "secret"),
        ("ENCRYPTION_KEYS", ""),
        ("HTTP_PORT", "eighty"),
        ("HTTP_PORT", "70000"),
        ("PUBLIC_URL", "shop"),
        ("PUBLIC_URL", "https://ada:secret,@shop.example"),
        ("FLAGS", "integration.stripe=maybe"),
        ("DATABASE_URL", "guildbank.db"),
        ("DATABASE_URL", "mysql://localhost/secret"),
        ("DATABASE_URL", "sqlite://"),
        ("TRUSTED_PROXIES", "my proxy"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_case_01_a_wrong_setting_is_named_in_one_line_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Case 1 among them: an empty signing secret stops the start."""
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong, match=f"^{name} is ") as error:
        load_settings()
    assert "\n" not in str(error.value)
    assert "secret," not in str(error.value)


def test_any_guild_must_be_written() -> None:
    assert load_settings(guild_ids="*").sells_in(GuildId(99))


def test_signing_secrets_can_be_rotated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "whsec_new, whsec_old")
    assert secrets_of(load_settings()) == ("whsec_new", "whsec_old")


def test_no_secret_is_shown() -> None:
    shown = repr(load_settings())
    for name in ("DISCORD_TOKEN", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "ENCRYPTION_KEYS"):
        assert RIGHT[name] not in shown


def test_settings_are_read_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-the-file\n")
    (tmp_path / ".env").chmod(0o600)
    assert load_settings().discord_token.get_secret_value() == "from-the-file"


def test_what_an_older_key_sealed_can_be_read_after_a_rotation() -> None:
    old, new = new_key(), new_key()
    encrypted = Encryptor([old]).encrypt("token")
    assert "token" not in encrypted
    assert Encryptor([new, old]).decrypt(encrypted) == "token"
    with pytest.raises(CannotDecrypt):
        Encryptor([new]).decrypt(encrypted)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_with_secrets_that_others_can_read_is_refused_with_the_way_out(
    tmp_path: Path, mode: int
) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN=from-the-file\n")
    (tmp_path / ".env").chmod(mode)
    with pytest.raises(SettingsWrong, match=r"Run: chmod 600 \.env"):
        load_settings()


@pytest.mark.parametrize("value", ["", None])
def test_all_that_is_not_set_is_named_at_once_with_the_way_out(
    value: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As `guildbank init --template` writes it, or with nothing at all."""
    for name in RIGHT:
        monkeypatch.delenv(name)
    if value is not None:
        (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name in RIGHT))
        (tmp_path / ".env").chmod(0o600)
    with pytest.raises(SettingsWrong) as error:
        load_settings()
    assert str(error.value) == (
        "DISCORD_TOKEN, ENCRYPTION_KEYS, GUILD_IDS, STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET "
        "are not set. `guildbank init` asks for all that must be set; or edit the environment or "
        ".env."
    )


def test_what_is_not_set_and_what_is_wrong_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")
    monkeypatch.setenv("GUILD_IDS", "mine")
    monkeypatch.setenv("HTTP_PORT", "eighty")
    monkeypatch.setenv("LOG_LEVEL", "")
    with pytest.raises(SettingsWrong) as error:
        load_settings()
    assert str(error.value) == (
        "DISCORD_TOKEN is not set. "
        "GUILD_IDS is wrong: must be ids of servers (digits), separated by commas, or *. "
        "HTTP_PORT is wrong: must be the number of a port, from 0 to 65535. "
        "LOG_LEVEL is empty: give it a value, or leave its line out. "
        "`guildbank init` asks for all that must be set; or edit the environment or .env."
    )


def test_what_init_does_not_ask_for_is_mended_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEEP_DAYS", "7")
    with pytest.raises(SettingsWrong) as error:
        load_settings()
    assert str(error.value) == (
        "KEEP_DAYS is wrong: must be a number of days, 30 or more. "
        "Mend that in the environment or in the file .env."
    )


@pytest.mark.parametrize("value", ["", "-", "s3cret thing", "70000000"])
@pytest.mark.parametrize("name", settings_model().model_fields)
def test_no_setting_is_spoken_of_in_words_of_a_library(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name.upper(), value)
    try:
        load_settings()
    except SettingsWrong as error:
        said = str(error)
    else:
        said = ""
    assert not re.search(r"[Ii]nput|[Vv]alidation|[Vv]alue error|s3cret|cannot be read", said)


def test_what_init_asks_for_is_what_must_be_set_and_the_address(tmp_path: Path) -> None:
    must = {name for name, field in settings_model().model_fields.items() if field.is_required()}
    assert {name.lower() for name in present(written(tmp_path))} == must | {
        "public_url",
        "default_currency",
        "payment_providers",
    }


def written(folder: Path) -> Path:
    """The file that `guildbank init --template` writes, filled in."""
    path = folder / "template"
    path.write_text(template().replace("=\n", "=something\n"))
    return path


def test_what_is_not_needed_may_have_an_empty_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "")
    settings = load_settings(unused=frozenset({"discord_token", "guild_ids"}))
    assert settings.absent == {"discord_token"}
    assert settings.discord_token.get_secret_value()
    assert load_settings(discord_token="given").absent == frozenset()
