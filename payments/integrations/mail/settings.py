"""Settings of mail. Their names in the environment are these, in capitals."""

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from payments.infra.settings_words import Note

if TYPE_CHECKING:
    from payments.integrations.mail.message import Sender

_DAYS: Final = "must be a number of days, 1 or more"


class MailSettings(BaseModel):
    """What all services need."""

    mail_from: str | None = Field(default=None, validate_default=True)
    """Who mails are from, where `MAIL_SERVICE` is set: `Name <receipts@example.org>`."""
    mail_reply_to: str | None = None
    """Where answers go, if not to `MAIL_FROM`."""
    mail_keep_days: Annotated[int, Field(ge=1), Note(should_be=_DAYS)] = 400
    """After how many days a buyer's address is deleted."""
    mail_language: Annotated[str, Note(should_be="must be a language, such as en or pt-BR")] = "en"
    """The language of mails, in which money and dates are written too."""
    mail_per_second: Annotated[
        float, Field(gt=0, le=1000), Note(should_be="must be a number above 0, up to 1000")
    ] = 5
    """How many mails are sent in a second at most."""

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _check_sender(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None:
            sender_of(value)
        elif info.field_name == "mail_from":
            raise ValueError("must be set, because MAIL_SERVICE is")
        return value

    @field_validator("mail_language")
    @classmethod
    def _check_language(cls, value: str) -> str:
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only where mail is on

        try:
            Locale.parse(value, sep="-")
        except (ValueError, UnknownLocaleError):
            raise ValueError("must be a language, such as en or pt-BR") from None
        return value

    @property
    def sender(self) -> "Sender":
        """Who mails are from."""
        return sender_of(self.mail_from or "")

    @property
    def reply_to(self) -> "Sender | None":
        """Where answers go."""
        return None if self.mail_reply_to is None else sender_of(self.mail_reply_to)


def is_sender(written: str) -> bool:
    """Whether somebody can be written to as this, and it can stand in the file of settings."""
    try:
        sender_of(written)
    except ValueError:
        return False
    return " " not in written


def sender_of(written: str) -> "Sender":
    """An address of ours, read. Raises ValueError."""
    from payments.integrations.mail.message import Sender  # noqa: PLC0415 - only where mail is on

    return Sender(written)
