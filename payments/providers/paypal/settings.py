"""PayPal's settings. Their names in the environment are these, in capitals."""

import re
from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from payments.infra.settings import AddressSettings, check_api, split
from payments.infra.settings_words import AN_API, Note

LIVE: Final = "https://api-m.paypal.com"
SANDBOX: Final = "https://api-m.sandbox.paypal.com"
"""Where no real money moves; accounts and keys there are others."""


def _check(url: AnyHttpUrl) -> AnyHttpUrl:
    return check_api(url, owners=("paypal.com",), live=LIVE, sandbox=SANDBOX)


Api: TypeAlias = Annotated[AnyHttpUrl, AfterValidator(_check)]
"""The address of the API: PayPal's own two, or another server's."""


class PayPalAddresses(AddressSettings):
    """The server in the place of PayPal's own."""

    paypal_api_url: Api | None = None


class PayPalSettings(BaseModel):
    """What the program must know to sell by PayPal."""

    paypal_client_id: str = Field(min_length=1, pattern=r"^[!-~]+$")
    """Names the REST app."""
    paypal_client_secret: SecretStr = Field(min_length=1)
    """Its secret."""
    paypal_webhook_id: Annotated[tuple[str, ...], NoDecode] = Field(min_length=1)
    """One or more ids of the registration of our address, separated by commas: they are part of
    what PayPal signs."""
    paypal_api_url: Annotated[Api | None, Note(should_be=AN_API)] = None
    """PayPal's sandbox, or another server that speaks its API; live if none."""

    @field_validator("paypal_webhook_id", mode="before")
    @classmethod
    def _split_paypal_webhooks(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        return split(value)

    @field_validator("paypal_webhook_id")
    @classmethod
    def _check_paypal_webhooks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", each) is None for each in value):
            raise ValueError("must be ids of webhooks at PayPal, such as 5GP028458E2496506")
        return value

    @property
    def paypal_secret(self) -> str:
        """The secret in the clear."""
        return self.paypal_client_secret.get_secret_value()

    @property
    def paypal_server(self) -> str:
        """The address of the API, without a slash at its end."""
        return server_of(self.paypal_api_url)


def server_of(url: AnyHttpUrl | None) -> str:
    """The address of the API, without a slash at its end; PayPal's own if none."""
    return LIVE if url is None else str(url).rstrip("/")


def is_live(server: str) -> bool:
    """Whether real money moves there."""
    return server == LIVE
