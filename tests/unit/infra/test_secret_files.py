"""Every secret may come from a file, or as a credential of systemd."""

from pathlib import Path

import pytest

from payments.infra.errors import SettingsWrong
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.infra.settings_sources import may_hold_secret
from payments.providers.registry import PROVIDERS
from payments.providers.settings import load_settings, settings_model
from payments.providers.stripe.settings import StripeSettings
from tests.support.environment import RIGHT, environment

__all__ = ["environment"]

SECRETS = sorted(
    name.upper()
    for name, field in settings_model().model_fields.items()
    if may_hold_secret(name, field)
)
OF_OTHERS = {
    "PAYMENT_PROVIDERS": ",".join(each.name for each in PROVIDERS),
    "PAYPAL_CLIENT_ID": "client",
    "PAYPAL_CLIENT_SECRET": "paypal-secret",
    "PAYPAL_WEBHOOK_ID": "5GP028458E2496506",
    "SQUARE_ACCESS_TOKEN": "square-token",
    "SQUARE_LOCATION_ID": "L1",
    "SQUARE_CURRENCY": "USD",
    "SQUARE_WEBHOOK_SIGNATURE_KEY": "square-key-1,square-key-2",
}
"""What is set where all providers are switched on."""

OF_MAIL = {
    "SENDGRID_API_KEY": {"MAIL_SERVICE": "sendgrid", "MAIL_FROM": "shop@example.org"},
    "SMTP_PASSWORD": {
        "MAIL_SERVICE": "smtp",
        "MAIL_FROM": "shop@example.org",
        "SMTP_HOST": "smtp.example.org",
        "SMTP_USERNAME": "shop",
    },
}
"""What is set beside the secret of a service that sends mail: only one of them is on."""

OF_TAX = {
    "STRIPE_TAX_SECRET_KEY": {"TAX_SERVICES": "stripe"},
    "TAXJAR_TOKEN": {"TAX_SERVICES": "taxjar"},
}
"""What is set beside the secret of a service that computes tax."""

VALUES = {
    **RIGHT,
    **OF_OTHERS,
    "DATABASE_URL": "postgresql://me:hush@db/books",
    "SENDGRID_API_KEY": "SG.secret",
    "SMTP_PASSWORD": "smtp-secret",
    "STRIPE_TAX_SECRET_KEY": "rk_test_tax",
    "TAXJAR_TOKEN": "taxjar-token",
}


@pytest.fixture(autouse=True)
def all_providers(environment: None, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 - before it
    for name, value in OF_OTHERS.items():
        monkeypatch.setenv(name, value)


def _switch_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set what is needed for a secret to be read."""
    for each, value in (OF_MAIL | OF_TAX).get(name, {}).items():
        monkeypatch.setenv(each, value)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    return part_of(settings, StripeSettings).stripe_signing_secrets


def put(path: Path, text: str, mode: int = 0o600) -> Path:
    path.write_text(text)
    path.chmod(mode)
    return path


def shown(name: str) -> str:
    value = getattr(load_settings(), name.lower())
    if isinstance(value, tuple):
        return ",".join(each.get_secret_value() for each in value)
    return str(value if isinstance(value, str) else value.get_secret_value())


def test_these_are_the_secrets() -> None:
    assert {
        "DISCORD_TOKEN",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "ENCRYPTION_KEYS",
        "DATABASE_URL",
    } <= set(SECRETS)


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_from_the_file_that_is_named(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _switch_on(name, monkeypatch)
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(f"{name}_FILE", str(put(tmp_path / "secret", f"{VALUES[name]}\n")))
    assert shown(name) == VALUES[name]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_comes_as_a_credential_of_systemd(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _switch_on(name, monkeypatch)
    monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    put(tmp_path / name.lower(), f"{VALUES[name]}\n", mode=0o644)  # systemd guards the folder
    assert shown(name) == VALUES[name]


def test_the_file_may_be_named_in_the_env_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    secret = put(tmp_path / "token", "from-the-file")
    put(tmp_path / ".env", f"DISCORD_TOKEN_FILE={secret}\n")
    assert shown("DISCORD_TOKEN") == "from-the-file"


def test_several_keys_stand_on_lines_of_their_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("STRIPE_WEBHOOK_SECRET")
    secret = put(tmp_path / "secrets", "whsec_new\nwhsec_old\n")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET_FILE", str(secret))
    assert secrets_of(load_settings()) == ("whsec_new", "whsec_old")


def test_a_secret_that_is_set_twice_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(put(tmp_path / "token", "other")))
    with pytest.raises(SettingsWrong, match="DISCORD_TOKEN and DISCORD_TOKEN_FILE are both set"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (None, 0, "cannot be read: No such file"),
        ("secret-token", 0o644, "Run: chmod 600"),
        ("\n", 0o600, "DISCORD_TOKEN_FILE: .*token is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_says_nothing_of_the_secret(
    text: str | None,
    mode: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(tmp_path / "token"))
    if text is not None:
        put(tmp_path / "token", text, mode)
    with pytest.raises(SettingsWrong, match=words) as error:
        load_settings()
    assert "secret-token" not in str(error.value)


def test_what_a_part_has_no_use_for_may_be_missing_and_is_nobodys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STRIPE_WEBHOOK_SECRET")
    unused = frozenset({"stripe_webhook_secret"})
    first, second = (secrets_of(load_settings(unused=unused)) for _ in range(2))
    assert first != second
    with pytest.raises(SettingsWrong, match="STRIPE_WEBHOOK_SECRET is not set"):
        load_settings()
    monkeypatch.delenv("DISCORD_TOKEN")
    with pytest.raises(SettingsWrong, match="DISCORD_TOKEN is not set"):
        load_settings(unused=unused)
    monkeypatch.setenv("DISCORD_TOKEN", "token")
    monkeypatch.setenv("STRIPE_WEBHOOK_SECRET", "wrong")
    with pytest.raises(SettingsWrong, match="STRIPE_WEBHOOK_SECRET is wrong"):
        load_settings(unused=unused)


def test_a_file_that_is_no_text_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISCORD_TOKEN")
    path = tmp_path / "token"
    path.write_bytes(b"\xff\xfe secret-token")
    path.chmod(0o600)
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(path))
    with pytest.raises(SettingsWrong) as error:
        load_settings()
    assert str(error.value) == f"DISCORD_TOKEN_FILE: {path} is not text in UTF-8."
