"""Which integrations are on, and the parts of the settings that they bring."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from payments.infra.settings import ENV_FILE, Settings
from payments.integrations.mail.registry import MAIL_SERVICES, mail_service
from payments.integrations.mail.settings import MailSettings

Parts = Sequence[type[BaseModel]]


class IntegrationChoice(BaseModel):
    """What is chosen of each kind. Without a choice it is off, and nothing of it is imported."""

    mail_service: str | None = None
    """Who sends mail to buyers: `smtp` or `sendgrid`. Without it none is sent, and no address is
    kept."""

    @field_validator("mail_service")
    @classmethod
    def _check_mail_service(cls, value: str | None) -> str | None:
        if value is not None and mail_service(value) is None:
            names = " or ".join(each.name for each in MAIL_SERVICES)
            raise ValueError(f"must be {names}; without it no mail is sent")
        return value


class _Chosen(BaseSettings):
    """The same, before all other settings are read; what is wrong is said with all that is."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True)

    mail_service: str | None = None


ALL_PARTS: Final[Parts] = (
    IntegrationChoice,
    MailSettings,
    *(each.settings for each in MAIL_SERVICES),
)
"""Those of all integrations, on or off."""


def parts_of(given: Mapping[str, Any]) -> Parts:
    """The parts of those integrations that are on.

    Args:
        given: Settings that overrule the environment.
    """
    chosen = _Chosen(**{name: given[name] for name in _Chosen.model_fields if name in given})
    kind = mail_service(chosen.mail_service)
    if kind is None:
        return (IntegrationChoice,)
    return (IntegrationChoice, MailSettings, kind.settings)


def mail_service_of(settings: Settings) -> str | None:
    """The name of the service that sends mail; None where mail is off."""
    chosen: object = getattr(settings, "mail_service", None)
    return chosen if isinstance(chosen, str) else None
