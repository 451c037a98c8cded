"""Settings of TaxJar. Their names in the environment are these, in capitals."""

from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, AnyHttpUrl, BaseModel, Field, SecretStr

from payments.infra.errors import SettingsWrong
from payments.infra.settings import check_api
from payments.infra.settings_words import AN_API, Note

LIVE: Final = "https://api.taxjar.com"
SANDBOX: Final = "https://api.sandbox.taxjar.com"
"""Where nothing is reported; only on some of TaxJar's plans."""


def _check(url: AnyHttpUrl) -> AnyHttpUrl:
    return check_api(url, owners=("taxjar.com",), live=LIVE, sandbox=SANDBOX)


Api: TypeAlias = Annotated[AnyHttpUrl, AfterValidator(_check)]
"""The address of the API: TaxJar's own two, or another server's."""


class TaxJarSettings(BaseModel):
    """What the program must know to have TaxJar compute taxes."""

    taxjar_token: SecretStr | None = Field(default=None, min_length=1)
    """TaxJar's token: Account, TaxJar API. It must be set where TaxJar computes taxes."""
    taxjar_api_url: Annotated[Api | None, Note(should_be=AN_API)] = None
    """TaxJar's sandbox, or another server that speaks its API; live if none."""

    @property
    def taxjar_key(self) -> str:
        """The token in the clear. Raises SettingsWrong if there is none."""
        if self.taxjar_token is None:
            raise SettingsWrong("TAXJAR_TOKEN is not set, and TAX_SERVICES names taxjar.")
        return self.taxjar_token.get_secret_value()

    @property
    def taxjar_server(self) -> str:
        """The address of the API, without a slash at its end."""
        return LIVE if self.taxjar_api_url is None else str(self.taxjar_api_url).rstrip("/")
