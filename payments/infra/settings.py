"""Settings, from the environment or `.env`; what is behind a registry brings parts of its own."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AnyHttpUrl,
    AnyUrl,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from payments.domain.errors import Refused
from payments.domain.values.flags import parse_flags
from payments.domain.values.ids import GuildId, is_snowflake
from payments.domain.values.money import FIRST_CURRENCY
from payments.infra.database_url import parse_database_url
from payments.infra.encryption import Encryptor
from payments.infra.errors import DatabaseUnusable, SettingsWrong
from payments.infra.public_url import PublicUrl
from payments.infra.settings_sources import SecretFiles
from payments.infra.settings_words import all_that_is_wrong

ENV_FILE: Final = Path(".env")
"""Where settings come from that are not in the environment."""

SYSTEM_ENV_FILE: Final = Path("/etc/guildbank.env")
"""What the units of systemd read into the environment; it holds the same secrets."""

Network = IPv4Network | IPv6Network


AddressesT = TypeVar("AddressesT", bound="AddressSettings")


def split(value: Any) -> Any:  # noqa: ANN401 - whatever was written, checked afterwards
    """What a setting with several values lists, separated by commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def split_secrets(value: Any) -> Any:  # noqa: ANN401 - as `split`
    """The same of secrets, of which each must be there. Raises ValueError."""
    parts = split(value)
    if isinstance(parts, list) and not all(parts):
        raise ValueError("must not be empty, nor have an empty part")
    return parts


def check_api(url: AnyHttpUrl, *, owners: tuple[str, ...], live: str, sandbox: str) -> AnyHttpUrl:
    """Refuse another address at the owner of an API than its two; any other server's passes.

    What is neither counts as a server for tests, while real money might move there.

    Args:
        url: The address.
        owners: The domains whose hosts are the owner's.
        live: The address at which real money moves.
        sandbox: The one at which none moves.

    Raises:
        ValueError: It is the owner's, and neither of the two.
    """
    host = (url.host or "").rstrip(".")
    is_owners = any(host == each or host.endswith(f".{each}") for each in owners)
    if is_owners and str(url).rstrip("/") not in {live, sandbox}:
        raise ValueError(f"must be {live}, or {sandbox} for the sandbox")
    return url


def split_names(value: str) -> tuple[str, ...]:
    """Short names that are separated by commas, each once."""
    return tuple(
        dict.fromkeys(each.casefold() for each in map(str.strip, value.split(",")) if each)
    )


class AddressSettings(BaseSettings):
    """Only the addresses of servers in the place of somebody's own, also from a file half done."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)


class Addresses(AddressSettings):
    """The servers in the place of Discord's own."""

    discord_api_url: AnyHttpUrl | None = None
    discord_gateway_url: AnyUrl | None = None


class ProviderChoice(BaseSettings):
    """Which providers take money: what is to be known before all other settings are read."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", hide_input_in_errors=True)

    payment_providers: Annotated[tuple[str, ...], NoDecode] = ()
    """The providers that take money, separated by commas, in the order in which they are used."""

    @field_validator("payment_providers", mode="before")
    @classmethod
    def _split_providers(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        return split_names(value) if isinstance(value, str) else value


class Settings(ProviderChoice):
    """The settings that every installation has; `composed` adds those of its providers.

    Their names in the environment are these, in capitals.
    """

    discord_token: SecretStr = Field(min_length=1)
    """The bot's token."""
    discord_api_url: AnyHttpUrl | None = None
    """Another server that speaks Discord's REST API, such as `http://127.0.0.1:9000/api/v10`."""
    discord_gateway_url: AnyUrl | None = None
    """The gateway of that server, such as `ws://127.0.0.1:9000/gateway`."""
    database_url: str = "sqlite:///guildbank.db"
    """Where the books are kept."""
    public_url: PublicUrl = AnyHttpUrl("http://localhost:8080")
    """Where members' browsers and payment providers reach the web server."""
    http_host: str = "0.0.0.0"  # noqa: S104 - the public server listens to the public
    """The public web server's address."""
    http_port: int = Field(default=8080, ge=0, le=65535)
    """The public web server's port; 0 takes any free one."""
    metrics_host: str = "127.0.0.1"
    """The address of `/metrics`."""
    metrics_port: int = Field(default=9090, ge=0, le=65535)
    """The port of `/metrics`, never the public one."""
    guild_ids: Annotated[frozenset[GuildId] | Literal["*"], NoDecode]
    """The guilds that may sell, separated by commas; `*` for any."""
    default_currency: str = Field(default=FIRST_CURRENCY, pattern="^[A-Z]{3}$")
    """The currency of a server's first package, such as USD, unless its owner chooses one."""
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(min_length=1)
    """Fernet keys, separated by commas; the first one encrypts (rotation)."""
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = ()
    """Addresses or networks whose forwarded addresses are believed, separated by commas."""
    discord_requests_per_second: int = Field(default=40, ge=1, le=50)
    """How many requests the queue makes to Discord at most; Discord takes 50 from a bot."""
    discord_members_intent: bool = False
    """Whether the Server Members intent is on in the developer portal: who comes back to a server
    then has ordered roles again at once, and else within the hour."""
    keep_days: int = Field(default=400, ge=30)
    """For how many days the messages that were delivered are remembered."""
    subscribers_in_private_networks: bool = False
    """Whether subscribers may live at addresses that are not public, without https."""
    flags: Annotated[tuple[str, ...], NoDecode] = ()
    """What is switched off, or chosen, on all servers: `integration.stripe=off`, by commas."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least important messages that are logged."""
    log_format: Literal["text", "json"] = "text"
    """How they are written."""
    _absent: frozenset[str] = PrivateAttr(default=frozenset())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Add files with one secret each; they overrule `.env`."""
        del file_secret_settings
        files = SecretFiles(settings_cls, dotenv_settings)
        return init_settings, env_settings, files, dotenv_settings

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_secrets(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        return split_secrets(value)

    @field_validator("encryption_keys")
    @classmethod
    def _check_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        try:
            Encryptor([key.get_secret_value() for key in value])
        except ValueError:
            raise ValueError(
                "must be Fernet keys: 32 bytes in URL-safe base64; `guildbank init` makes one"
            ) from None
        return value

    @field_validator("guild_ids", mode="before")
    @classmethod
    def _split_guilds(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        parts = split(value)
        if parts == ["*"]:
            return "*"
        if isinstance(parts, list) and not all(is_snowflake(str(part)) for part in parts):
            raise ValueError("must be ids of servers (digits), separated by commas, or *")
        return parts

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        parts = split(value)
        if not isinstance(parts, list):
            return parts
        try:
            return [ip_network(part) for part in parts if part]
        except ValueError:
            raise ValueError("must be addresses or networks, separated by commas") from None

    @field_validator("flags", mode="before")
    @classmethod
    def _split_flags(cls, value: Any) -> Any:  # noqa: ANN401 - as `split`
        parts = split(value)
        if not isinstance(parts, list):
            return parts
        try:
            parse_flags(named := [part for part in parts if part])
        except Refused:
            raise ValueError("must be flags such as integration.NAME=off") from None
        return named

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        try:
            parse_database_url(value)
        except DatabaseUnusable as error:
            raise ValueError(str(error)) from None
        return value

    @property
    def absent(self) -> frozenset[str]:
        """Names of the settings that are not set, and for which something random stands."""
        return self._absent

    @property
    def base_url(self) -> str:
        """`public_url` without a slash at its end."""
        return str(self.public_url).rstrip("/")

    def sells_in(self, guild: GuildId) -> bool:
        """Whether a guild may sell."""
        return self.guild_ids == "*" or guild in self.guild_ids

    @property
    def named_guilds(self) -> tuple[GuildId, ...]:
        """The guilds that may sell, as far as they are named: none if all may."""
        return () if self.guild_ids == "*" else tuple(sorted(self.guild_ids))

    @property
    def only_guild(self) -> GuildId | None:
        """The guild that may sell, if it is just one."""
        if self.guild_ids == "*" or len(self.guild_ids) != 1:
            return None
        return next(iter(self.guild_ids))

    def encryptor(self) -> Encryptor:
        """What encrypts with these keys."""
        return Encryptor([key.get_secret_value() for key in self.encryption_keys])


def is_private(host: str) -> bool:
    """Whether nobody outside can reach a host of this name."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return False


def load_addresses(model: type[AddressesT], file: Path) -> AddressesT:
    """Read only addresses, from the environment or a file. Raises as `read_settings`."""
    try:
        return model(_env_file=file)
    except ValidationError as error:
        raise SettingsWrong(*all_that_is_wrong(error, model.model_fields)) from None
