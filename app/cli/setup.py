"""The settings that a command needs."""

from typing import Final

from app.roles import ProcessRole
from payments.infra.logs import configure_logs
from payments.infra.settings import Settings, load_settings

UNUSED: Final = {
    frozenset({ProcessRole.WEBHOOKS}): frozenset({"discord_token"}),
    frozenset({ProcessRole.WORKER}): frozenset({"stripe_webhook_secret"}),
    frozenset({ProcessRole.BOT}): frozenset({"stripe_webhook_secret"}),
}
"""What a part has no use for, and need not be given."""

BOOKS_ALONE: Final = frozenset(Settings.model_fields) - {"database_url"}
"""What a command has no use for that only looks into the database."""

NO_DISCORD: Final = frozenset({"discord_token", "stripe_webhook_secret"})
"""What a command has no use for that asks the payment provider."""

NO_PROVIDER: Final = frozenset({"stripe_secret_key", "stripe_webhook_secret", "encryption_keys"})
"""What a command has no use for that asks Discord."""


def load(unused: frozenset[str] = frozenset()) -> Settings:
    """The settings, with the log as they want it; some may be missing. Raises SettingsWrong."""
    settings = load_settings(unused=unused)
    configure_logs(level=settings.log_level, style=settings.log_format)
    return settings
