"""SendGrid's settings. Their names in the environment are these, in capitals."""

from typing import Annotated, Final

from pydantic import AnyHttpUrl, BaseModel, Field, SecretStr, field_validator

from payments.infra.settings_words import AN_API, Note

SERVER: Final = "https://api.sendgrid.com"
"""Where SendGrid is; accounts in Europe are at `https://api.eu.sendgrid.com`."""


class SendGridSettings(BaseModel):
    """What the program must know to send by SendGrid."""

    sendgrid_api_key: Annotated[SecretStr | None, Note(begins="SG.")] = Field(
        default=None, validate_default=True
    )
    """A key that may send mail, where `MAIL_SERVICE` is `sendgrid`; it needs no other right."""
    sendgrid_webhook_key: str | None = None
    """The verification key of the signed event webhook; without it addresses that bounce get mail
    again and again."""
    sendgrid_api_url: Annotated[AnyHttpUrl | None, Note(should_be=AN_API)] = None
    """Another server that speaks SendGrid's API: `https://api.eu.sendgrid.com` in Europe."""

    @field_validator("sendgrid_api_key")
    @classmethod
    def _check_sendgrid_key(cls, value: SecretStr | None) -> SecretStr:
        if value is None:
            raise ValueError("must be set, because MAIL_SERVICE is sendgrid")
        if not value.get_secret_value().startswith("SG."):
            raise ValueError("must be a key of SendGrid: it begins with SG.")
        return value

    @field_validator("sendgrid_webhook_key")
    @classmethod
    def _check_sendgrid_webhook(cls, value: str | None) -> str | None:
        if value is None:
            return None
        from payments.integrations.mail.sendgrid.events import (  # noqa: PLC0415 - only if used
            verification_key,
        )

        verification_key(value)
        return value

    @property
    def sendgrid_key(self) -> str:
        """The key in the clear."""
        return self.sendgrid_api_key.get_secret_value() if self.sendgrid_api_key else ""

    @property
    def sendgrid_server(self) -> str:
        """The address of the API, without a slash at its end."""
        return str(self.sendgrid_api_url or SERVER).rstrip("/")
