"""SMTP, as the program finds it. What it needs is imported when it is used."""

from typing import Final

from payments.domain.values.time import Clock
from payments.infra.asking import Questions
from payments.infra.outbound import Outbound
from payments.infra.settings import Settings
from payments.infra.settings_parts import part_of
from payments.integrations.mail.kind import MailKind
from payments.integrations.mail.protocol import Mailer
from payments.integrations.mail.settings import MailSettings
from payments.integrations.mail.smtp.settings import SmtpSettings


def _build(settings: Settings, outbound: Outbound, clock: Clock) -> Mailer:
    del clock
    from payments.integrations.mail.smtp.mailer import SmtpMailer  # noqa: PLC0415 - only if used

    mail, smtp = part_of(settings, MailSettings), part_of(settings, SmtpSettings)
    return SmtpMailer(
        host=smtp.smtp_host or "",
        port=smtp.port,
        tls=smtp.smtp_tls,
        sender=mail.sender,
        reply_to=mail.reply_to,
        bounces_to=smtp.bounces_to,
        login=smtp.login,
        ca_file=smtp.smtp_ca_file,
        per_second=mail.mail_per_second,
        outbound=outbound,
    )


def _ask(questions: Questions) -> dict[str, str]:
    from payments.integrations.mail.smtp.questions import ask  # noqa: PLC0415 - as above

    return ask(questions)


SMTP_KIND: Final = MailKind(
    name="smtp",
    title="SMTP",
    settings=SmtpSettings,
    build=_build,
    ask=_ask,
)
