"""An environment with just the settings that are needed."""

from pathlib import Path

import pytest

from payments.infra.encryption import new_key
from payments.providers.settings import settings_model

RIGHT = {
    "DISCORD_TOKEN": "discord-secret",
    "STRIPE_SECRET_KEY": "sk_test_secret",
    "STRIPE_WEBHOOK_SECRET": "whsec_secret",
    "GUILD_IDS": "1, 2",
    "ENCRYPTION_KEYS": new_key(),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Only what is right is set, and no file is read."""
    for name in settings_model().model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
