"""Settings of Stripe Tax. Their names in the environment are these, in capitals."""

from typing import Annotated, Final

from pydantic import AnyHttpUrl, BaseModel, SecretStr, field_validator

from payments.infra.errors import SettingsWrong
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.infra.settings_words import AN_API, Note

LIVE: Final = "https://api.stripe.com"


class StripeTaxSettings(BaseModel):
    """What the program must know to have Stripe compute taxes of other providers' sales."""

    stripe_tax_secret_key: Annotated[SecretStr | None, Note(begins="rk_test_")] = None
    """A restricted key that may write Tax calculations and transactions; if it is not set, the
    key for payments is used."""
    stripe_tax_api_url: Annotated[AnyHttpUrl | None, Note(should_be=AN_API)] = None
    """Another server that speaks Stripe's API; if it is not set, that for payments."""

    @field_validator("stripe_tax_secret_key")
    @classmethod
    def _check_stripe_tax_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("sk_", "rk_")):
            raise ValueError("must be a secret or restricted key: it begins with sk_ or rk_")
        return value


def key_of(settings: Settings) -> str:
    """The key in the clear. Raises SettingsWrong if there is none."""
    own: SecretStr | None = part_of(settings, StripeTaxSettings).stripe_tax_secret_key
    key: SecretStr | None = own or getattr(settings, "stripe_secret_key", None)
    if key is None:
        raise SettingsWrong(
            "STRIPE_TAX_SECRET_KEY is not set, and TAX_SERVICES names stripe: without Stripe among "
            "PAYMENT_PROVIDERS it needs a key of its own."
        )
    return key.get_secret_value()


def server_of(settings: Settings) -> str:
    """The address of the API, without a slash at its end."""
    own: AnyHttpUrl | None = part_of(settings, StripeTaxSettings).stripe_tax_api_url
    url: AnyHttpUrl | None = own or getattr(settings, "stripe_api_url", None)
    return LIVE if url is None else str(url).rstrip("/")
