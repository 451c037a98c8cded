"""Which integrations are on, and the parts of the settings that they bring."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from payments.infra.settings import ENV_FILE, Settings, split_names
from payments.integrations.mail.registry import MAIL_SERVICES, mail_service
from payments.integrations.mail.settings import MailSettings
from payments.integrations.tax.registry import TAX_KINDS, named_taxes
from payments.integrations.tax.settings import TaxSettings

Parts = Sequence[type[BaseModel]]


class IntegrationChoice(BaseModel):
    """What is chosen of each kind. Without a choice it is off, and nothing of it is imported."""

    mail_service: str | None = None
    """Who sends mail to buyers: `smtp` or `sendgrid`. Without it none is sent, and no address is
    kept."""
    tax_services: Annotated[tuple[str, ...], NoDecode] = ()
    """Who computes taxes, separated by commas: `stripe`, `taxjar`. Without it no tax is taken."""

    @field_validator("tax_services", mode="before")
    @classmethod
    def _split_tax_services(cls, value: Any) -> Any:  # noqa: ANN401 - whatever was written
        return split_names(value) if isinstance(value, str) else value

    @field_validator("tax_services")
    @classmethod
    def _check_tax_services(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(named_taxes(value)) < len(value):
            names = ", ".join(each.name for each in TAX_KINDS)
            raise ValueError(f"must be names of tax services, separated by commas: {names}")
        return value

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
    tax_services: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("tax_services", mode="before")
    @classmethod
    def _split_tax_services(cls, value: Any) -> Any:  # noqa: ANN401 - as above
        return split_names(value) if isinstance(value, str) else value


ALL_PARTS: Final[Parts] = (
    IntegrationChoice,
    MailSettings,
    *(each.settings for each in MAIL_SERVICES),
    TaxSettings,
    *(each.settings for each in TAX_KINDS),
)
"""Those of all integrations, on or off."""


def parts_of(given: Mapping[str, Any]) -> Parts:
    """The parts of those integrations that are on.

    Args:
        given: Settings that overrule the environment.
    """
    chosen = _Chosen(**{name: given[name] for name in _Chosen.model_fields if name in given})
    kind, taxes = mail_service(chosen.mail_service), named_taxes(chosen.tax_services)
    return (
        IntegrationChoice,
        *(() if kind is None else (MailSettings, kind.settings)),
        *((TaxSettings, *(each.settings for each in taxes)) if taxes else ()),
    )


def tax_services_of(settings: Settings) -> tuple[str, ...]:
    """The names of the services that compute taxes, in their order; none where no tax is taken."""
    chosen: object = getattr(settings, "tax_services", ())
    return chosen if isinstance(chosen, tuple) else ()


def mail_service_of(settings: Settings) -> str | None:
    """The name of the service that sends mail; None where mail is off."""
    chosen: object = getattr(settings, "mail_service", None)
    return chosen if isinstance(chosen, str) else None
