"""SMTP's settings. Their names in the environment are these, in capitals."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator

from payments.infra.settings import is_private
from payments.infra.settings_words import Note
from payments.integrations.mail.settings import sender_of

if TYPE_CHECKING:
    from payments.integrations.mail.message import Sender

Tls = Literal["starttls", "tls", "off"]

_PORTS: Final = {"starttls": 587, "tls": 465, "off": 25}


class SmtpSettings(BaseModel):
    """What the program must know to hand mail to a server."""

    smtp_host: str | None = Field(default=None, validate_default=True)
    """The mail server's name, where `MAIL_SERVICE` is `smtp`."""
    smtp_port: Annotated[
        int | None, Field(ge=1, le=65535), Note(should_be="must be the number of a port")
    ] = None
    """Its port: 587, or 465 with `SMTP_TLS=tls`, unless set."""
    smtp_tls: Annotated[Tls, Note(should_be="must be starttls, tls or off")] = "starttls"
    """`starttls`, `tls` for encryption from the first byte, or `off` for a server in your own
    network. It never falls back to less."""
    smtp_username: str | None = None
    """With which name to log in, if the server wants that."""
    smtp_password: SecretStr | None = Field(default=None, validate_default=True)
    """The password for it."""
    smtp_bounces_to: str | None = None
    """The address to which undeliverable mail comes back, if not `MAIL_FROM`."""
    smtp_ca_file: Path | None = None
    """A file with the certificates of your own authority, if the server's is from one."""

    @field_validator("smtp_host")
    @classmethod
    def _check_host(cls, value: str | None) -> str | None:
        if value is None:
            raise ValueError("must be set, because MAIL_SERVICE is smtp")
        if not re.fullmatch(r"[!-~]+", value):
            raise ValueError("must be a server's name, such as smtp.example.org")
        return value

    @field_validator("smtp_bounces_to")
    @classmethod
    def _check_bounces(cls, value: str | None) -> str | None:
        if value is not None:
            sender_of(value)
        return value

    @field_validator("smtp_tls")
    @classmethod
    def _check_encryption(cls, value: Tls, info: ValidationInfo) -> Tls:
        host = str(info.data.get("smtp_host") or "")
        if value == "off" and "." in host and not is_private(host):
            raise ValueError("can be off only for a server in your own network")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _check_login(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if (value is None) != (info.data.get("smtp_username") is None):
            raise ValueError("goes together with SMTP_USERNAME")
        return value

    @property
    def port(self) -> int:
        """The port that is used."""
        return self.smtp_port or _PORTS[self.smtp_tls]

    @property
    def login(self) -> tuple[str, str] | None:
        """Name and password in the clear, if the server wants them."""
        if self.smtp_username is None or self.smtp_password is None:
            return None
        return self.smtp_username, self.smtp_password.get_secret_value()

    @property
    def bounces_to(self) -> "Sender | None":
        """Where undeliverable mail comes back, if that is another address."""
        return None if self.smtp_bounces_to is None else sender_of(self.smtp_bounces_to)
