"""The settings that a command needs."""

from typing import Final

from app.roles import ProcessRole
from payments.infra.logs import configure_logs
from payments.infra.settings import Settings
from payments.integrations.tax.registry import TAX_KINDS
from payments.providers.registry import PROVIDERS
from payments.providers.settings import load_settings, settings_model

WEBHOOK_SETTINGS: Final = frozenset[str]().union(*(each.webhook_settings for each in PROVIDERS))
"""What only the part needs that takes providers' messages in."""

UNUSED: Final = {
    frozenset({ProcessRole.WEBHOOKS}): frozenset({"discord_token"}),
    frozenset({ProcessRole.WORKER}): WEBHOOK_SETTINGS,
    frozenset({ProcessRole.BOT}): WEBHOOK_SETTINGS,
}
"""What a part has no use for, and need not be given."""

BOOKS_ALONE: Final = frozenset(settings_model().model_fields) - {"database_url"}
"""What a command has no use for that only looks into the database."""

NO_DISCORD: Final = frozenset({"discord_token"}) | WEBHOOK_SETTINGS
"""What a command has no use for that asks the payment provider."""

NO_PROVIDER: Final = frozenset({"encryption_keys"}).union(
    *(each.settings.model_fields for each in PROVIDERS),
    *(each.settings.model_fields for each in TAX_KINDS),
)
"""What a command has no use for that asks Discord."""


def load(unused: frozenset[str] = frozenset()) -> Settings:
    """The settings, with the log as they want it; some may be missing. Raises SettingsWrong."""
    settings = load_settings(unused=unused)
    configure_logs(level=settings.log_level, style=settings.log_format)
    return settings
