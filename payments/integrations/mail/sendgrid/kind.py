"""SendGrid, as the program finds it. What it needs is imported when it is used."""

from typing import Final

from payments.domain.values.time import Clock
from payments.infra.asking import Questions
from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.integrations.mail.kind import MailKind
from payments.integrations.mail.protocol import Mailer, MailEvents
from payments.integrations.mail.sendgrid.settings import SendGridSettings
from payments.integrations.mail.settings import MailSettings


def _build(settings: Settings, outbound: Outbound, clock: Clock) -> Mailer:
    from payments.integrations.mail.sendgrid.mailer import (  # noqa: PLC0415 - only if used
        SendGridMailer,
    )

    mail, own = part_of(settings, MailSettings), part_of(settings, SendGridSettings)
    return SendGridMailer(
        api_key=own.sendgrid_key,
        api_url=own.sendgrid_server,
        sender=mail.sender,
        reply_to=mail.reply_to,
        per_second=mail.mail_per_second,
        outbound=outbound,
        clock=clock,
    )


def _events(settings: Settings) -> MailEvents | None:
    from payments.integrations.mail.sendgrid.events import (  # noqa: PLC0415 - as above
        SendGridEvents,
        verification_key,
    )

    own = part_of(settings, SendGridSettings)
    if own.sendgrid_webhook_key is None:
        return None
    return SendGridEvents(verification_key(own.sendgrid_webhook_key))


def _ask(questions: Questions) -> dict[str, str]:
    from payments.integrations.mail.sendgrid.questions import ask  # noqa: PLC0415 - as above

    return ask(questions)


SENDGRID_KIND: Final = MailKind(
    name="sendgrid",
    title="SendGrid",
    settings=SendGridSettings,
    build=_build,
    events=_events,
    ask=_ask,
    at_once=4,
)
