"""Square's settings. Their names in the environment are these, in capitals."""

from typing import Annotated, Any, Final, TypeAlias

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from payments.infra.settings import AddressSettings, check_api, split_secrets
from payments.infra.settings_words import AN_API, Note

LIVE: Final = "https://connect.squareup.com"
SANDBOX: Final = "https://connect.squareupsandbox.com"
"""Where no real money moves; accounts and tokens there are others."""


def _check(url: AnyHttpUrl) -> AnyHttpUrl:
    return check_api(
        url, owners=("squareup.com", "squareupsandbox.com"), live=LIVE, sandbox=SANDBOX
    )


Api: TypeAlias = Annotated[AnyHttpUrl, AfterValidator(_check)]
"""The address of the API: Square's own two, or another server's."""


class SquareAddresses(AddressSettings):
    """The server in the place of Square's own."""

    square_api_url: Api | None = None


class SquareSettings(BaseModel):
    """What the program must know to sell by Square."""

    square_access_token: SecretStr = Field(min_length=1)
    """The access token of the application."""
    square_location_id: Annotated[
        str, Note(should_be="must be the id of a location, such as L88917AVBK2S5")
    ] = Field(pattern=r"^[A-Za-z0-9_-]{1,50}$")
    """The location that sells."""
    square_currency: Annotated[
        str, Note(should_be="must be the location's currency, in three capitals, such as USD")
    ] = Field(pattern=r"^[A-Z]{3}$")
    """The currency of that location; Square takes no other there."""
    square_webhook_signature_key: Annotated[tuple[SecretStr, ...], NoDecode] = Field(min_length=1)
    """One or more signature keys of the webhook subscription, separated by commas (rotation)."""
    square_events_api: Annotated[bool, Note(should_be="must be true or false")] = False
    """Whether missed messages are asked for by the Events API, which is switched on for that."""
    square_api_url: Annotated[Api | None, Note(should_be=AN_API)] = None
    """Square's sandbox, or another server that speaks its API; live if none."""

    @field_validator("square_webhook_signature_key", mode="before")
    @classmethod
    def _split_square_keys(cls, value: Any) -> Any:  # noqa: ANN401 - as `split_secrets`
        return split_secrets(value)

    @property
    def square_token(self) -> str:
        """The token in the clear."""
        return self.square_access_token.get_secret_value()

    @property
    def square_signature_keys(self) -> tuple[str, ...]:
        """The signature keys in the clear, newest first."""
        return tuple(each.get_secret_value() for each in self.square_webhook_signature_key)

    @property
    def square_server(self) -> str:
        """The address of the API, without a slash at its end."""
        return server_of(self.square_api_url)


def server_of(url: AnyHttpUrl | None) -> str:
    """The address of the API, without a slash at its end; Square's own if none."""
    return LIVE if url is None else str(url).rstrip("/")


def is_live(server: str) -> bool:
    """Whether real money moves there."""
    return server == LIVE
