"""PayPal, as the program finds it. What it needs is imported when it is used."""

from pathlib import Path
from typing import Final

from payments.infra.asking import Questions
from payments.infra.settings_parts import part_of
from payments.providers.kind import (
    Examined,
    ProviderDoctor,
    ProviderKind,
    ProviderQuestions,
    Wiring,
)
from payments.providers.paypal.pending import PENDING, REFUSED
from payments.providers.paypal.settings import PayPalSettings
from payments.providers.protocol import PaymentProvider


def _build(wiring: Wiring) -> PaymentProvider:
    from payments.providers.paypal.provider import PayPalProvider  # noqa: PLC0415 - only if used

    settings = part_of(wiring.settings, PayPalSettings)
    return PayPalProvider(
        client_id=settings.paypal_client_id,
        client_secret=settings.paypal_secret,
        webhooks=settings.paypal_webhook_id,
        outbound=wiring.outbound,
        api_url=settings.paypal_server,
        purpose=wiring.purpose,
        refused=wiring.refused,
        clock=wiring.clock,
        conceal=wiring.conceal,
    )


def _doctor(examined: Examined) -> ProviderDoctor:
    from payments.providers.paypal.doctor import PayPalDoctor  # noqa: PLC0415 - as above

    return PayPalDoctor(examined)


def _questions(questions: Questions, file: Path) -> ProviderQuestions:
    from payments.providers.paypal.questions import PayPalQuestions  # noqa: PLC0415 - as above

    return PayPalQuestions.of(questions, file)


PAYPAL_KIND: Final = ProviderKind(
    name="paypal",
    title="PayPal",
    settings=PayPalSettings,
    template="""\
# PayPal's developer dashboard, Apps & Credentials, your app
PAYPAL_CLIENT_ID=
PAYPAL_CLIENT_SECRET=
# The same page, Webhooks, the id of the one with this program's address
PAYPAL_WEBHOOK_ID=
""",
    webhook_settings=frozenset({"paypal_webhook_id"}),
    build=_build,
    why_pending=PENDING.get,
    why_refused=REFUSED.get,
    doctor=_doctor,
    questions=_questions,
)
