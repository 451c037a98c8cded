"""Stripe, as the program finds it. Its SDK takes long to import: that waits until it is used."""

from pathlib import Path
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.infra.asking import Questions
from payments.infra.logs import quieten
from payments.infra.settings_parts import part_of
from payments.providers.kind import (
    Examined,
    ProviderDoctor,
    ProviderKind,
    ProviderQuestions,
    Wiring,
)
from payments.providers.protocol import PaymentProvider
from payments.providers.stripe.pending import PENDING
from payments.providers.stripe.settings import StripeSettings

SDK: Final = "stripe"
"""The logger of its SDK."""


def _build(wiring: Wiring) -> PaymentProvider:
    from payments.providers.stripe.provider import StripeProvider  # noqa: PLC0415 - imports the SDK

    quieten(SDK)  # it writes a line for each call
    settings = part_of(wiring.settings, StripeSettings)
    return StripeProvider(
        secret_key=settings.stripe_key,
        webhook_secrets=settings.stripe_signing_secrets,
        outbound=wiring.outbound,
        api_url=settings.stripe_server,
        purpose=wiring.purpose,
        refused=wiring.refused,
        conceal=wiring.conceal,
        keeps_customers=settings.stripe_customers,
    )


def _doctor(examined: Examined) -> ProviderDoctor:
    from payments.providers.stripe.doctor import StripeDoctor  # noqa: PLC0415 - as above

    return StripeDoctor(examined)


def _questions(questions: Questions, file: Path) -> ProviderQuestions:
    from payments.providers.stripe.questions import StripeQuestions  # noqa: PLC0415 - as above

    return StripeQuestions.of(questions, file)


STRIPE: Final = ProviderKind(
    name="stripe",
    title="Stripe",
    button=Sentence("Pay by card (Stripe)"),
    settings=StripeSettings,
    template="""\
# Stripe's dashboard, Developers, API keys (a restricted key is enough)
STRIPE_SECRET_KEY=
# Stripe's dashboard, Developers, Webhooks, your endpoint, Signing secret
STRIPE_WEBHOOK_SECRET=
""",
    webhook_settings=frozenset({"stripe_webhook_secret"}),
    build=_build,
    why_pending=PENDING.get,
    doctor=_doctor,
    questions=_questions,
)
