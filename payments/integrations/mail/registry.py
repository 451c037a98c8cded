"""The services that can send mail. Another one is one more entry."""

from collections.abc import Sequence
from typing import Final

from payments.integrations.mail.kind import MailKind
from payments.integrations.mail.sendgrid import SENDGRID_KIND
from payments.integrations.mail.smtp import SMTP_KIND

MAIL_SERVICES: Final[Sequence[MailKind]] = (SMTP_KIND, SENDGRID_KIND)
"""In the order in which they are named to people."""


def mail_service(name: str | None) -> MailKind | None:
    """The service of a name; None if there is none such."""
    return next((each for each in MAIL_SERVICES if each.name == name), None)
