"""Stripe Tax, as the program finds it. What it needs is imported when it is used."""

from typing import Final

from payments.infra.asking import Questions
from payments.infra.finding import Finding
from payments.integrations.tax.kind import TaxKind, TaxWiring
from payments.integrations.tax.protocol import TaxService
from payments.integrations.tax.stripe_tax.settings import StripeTaxSettings, key_of, server_of


def _build(wiring: TaxWiring) -> TaxService:
    from payments.integrations.tax.stripe_tax.service import StripeTax  # noqa: PLC0415 - only if on

    return StripeTax(
        secret_key=key_of(wiring.settings),
        url=server_of(wiring.settings),
        outbound=wiring.outbound,
        purpose=wiring.purpose,
    )


async def _doctor(service: TaxService) -> list[Finding]:
    from payments.integrations.tax.examined import examined  # noqa: PLC0415 - as above

    return await examined(
        service,
        "Open Tax in Stripe's dashboard: it needs a head office and registrations. A restricted "
        "key needs Tax calculations and transactions (write).",
    )


def _questions(questions: Questions) -> dict[str, str]:
    if "STRIPE_SECRET_KEY" in questions.present:
        questions.asker.tell("Stripe Tax uses STRIPE_SECRET_KEY.")
        return {}
    key = questions.secret(
        "STRIPE_TAX_SECRET_KEY", "Key for Stripe Tax (Stripe's dashboard, Developers, API keys)"
    )
    return {"STRIPE_TAX_SECRET_KEY": key}


STRIPE_TAX: Final = TaxKind(
    name="stripe",
    title="Stripe Tax",
    settings=StripeTaxSettings,
    build=_build,
    doctor=_doctor,
    questions=_questions,
)
