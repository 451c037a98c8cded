"""Stripe's settings. Their names in the environment are these, in capitals."""

from typing import Annotated, Any

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from payments.infra.settings import AddressSettings, split_secrets
from payments.infra.settings_words import AN_API, Note


class StripeAddresses(AddressSettings):
    """The server in the place of Stripe's own."""

    stripe_api_url: AnyHttpUrl | None = None


class StripeSettings(BaseModel):
    """What the program must know to sell by Stripe."""

    stripe_secret_key: Annotated[SecretStr, Note(begins="sk_test_")] = Field(min_length=1)
    """A secret or restricted key."""
    stripe_webhook_secret: Annotated[tuple[SecretStr, ...], NoDecode, Note(begins="whsec_")] = (
        Field(min_length=1)
    )
    """One or more signing secrets, separated by commas (rotation)."""
    stripe_api_url: Annotated[AnyHttpUrl | None, Note(should_be=AN_API)] = None
    """Another server that speaks Stripe's API."""
    stripe_customers: Annotated[bool, Note(should_be="must be true or false")] = False
    """Whether each member is one customer at Stripe; nothing else of them is written there."""

    @field_validator("stripe_webhook_secret", mode="before")
    @classmethod
    def _split_stripe_secrets(cls, value: Any) -> Any:  # noqa: ANN401 - as `split_secrets`
        return split_secrets(value)

    @field_validator("stripe_webhook_secret")
    @classmethod
    def _check_stripe_secrets(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(not secret.get_secret_value().startswith("whsec_") for secret in value):
            raise ValueError("must be a signing secret: it begins with whsec_")
        return value

    @field_validator("stripe_secret_key")
    @classmethod
    def _check_stripe_key(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("sk_", "rk_")):
            raise ValueError("must be a secret or restricted key: it begins with sk_ or rk_")
        return value

    @property
    def stripe_key(self) -> str:
        """The key in the clear."""
        return self.stripe_secret_key.get_secret_value()

    @property
    def stripe_signing_secrets(self) -> tuple[str, ...]:
        """The signing secrets in the clear, newest first."""
        return tuple(secret.get_secret_value() for secret in self.stripe_webhook_secret)

    @property
    def stripe_server(self) -> str | None:
        """The address of another server that speaks Stripe's API, without a slash at its end."""
        return address_of(self.stripe_api_url)


def address_of(url: AnyHttpUrl | None) -> str | None:
    """An address without a slash at its end."""
    return str(url).rstrip("/") if url else None
