"""Check of mail, where it is on: is it taken, and as whose."""

from app.mail_desk import MailDesk
from payments.infra.finding import Finding, error, ok, warning
from payments.integrations.mail.errors import (
    FormRefused,
    MailAccessRefused,
    MailError,
    MailRefused,
)

CHECK = "Mail"

_REFUSED = (MailAccessRefused, FormRefused, MailRefused)


async def check_mail(desk: MailDesk) -> list[Finding]:
    """Connect and log in, or let the service check a mail; none is sent."""
    try:
        await desk.mailer.look()
    except _REFUSED as refused:
        return [error(CHECK, str(refused), _mend(desk))]
    except MailError as away:
        remedy = "See that the service can be reached from here, and run this again."
        return [error(CHECK, str(away), remedy)]
    return [ok(CHECK, _well(desk)), *_events(desk)]


def _mend(desk: MailDesk) -> str:
    names = "SENDGRID_API_KEY and MAIL_FROM" if desk.kind.name == "sendgrid" else "SMTP_*"
    return f"Mend {names} in .env; `guildbank mail test ADDRESS` then sends a mail."


def _well(desk: MailDesk) -> str:
    domain = desk.sender.domain
    return (
        f"{desk.kind.title} takes mail from {desk.sender.address}. Mailboxes want SPF, DKIM and "
        f"DMARC for {domain}: `dig +short TXT {domain}` and `dig +short TXT _dmarc.{domain}` show "
        "the first and the last."
    )


def _events(desk: MailDesk) -> list[Finding]:
    """Whether we hear of addresses that take no mail."""
    if desk.kind.name != "sendgrid" or desk.events is not None:
        return []
    words = "SENDGRID_WEBHOOK_KEY is not set, so addresses that bounce get mail again and again."
    remedy = (
        "At SendGrid, Settings, Mail Settings, Event Webhook: send bounced, dropped and spam "
        "reports to /webhooks/sendgrid, signed, and put the verification key into .env."
    )
    return [warning(CHECK, words, remedy)]
