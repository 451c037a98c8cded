"""TaxJar, as the program finds it. What it needs is imported when it is used."""

from typing import Final

from payments.infra.asking import Questions
from payments.infra.finding import Finding
from payments.infra.settings_parts import part_of
from payments.integrations.tax.kind import TaxKind, TaxWiring
from payments.integrations.tax.protocol import TaxService
from payments.integrations.tax.taxjar.settings import TaxJarSettings


def _build(wiring: TaxWiring) -> TaxService:
    from payments.integrations.tax.taxjar.service import TaxJar  # noqa: PLC0415 - only if on

    settings = part_of(wiring.settings, TaxJarSettings)
    return TaxJar(
        token=settings.taxjar_key,
        url=settings.taxjar_server,
        outbound=wiring.outbound,
        purpose=wiring.purpose,
    )


async def _doctor(service: TaxService) -> list[Finding]:
    from payments.integrations.tax.examined import examined  # noqa: PLC0415 - as above

    return await examined(service, "Make a new token at TaxJar, Account, TaxJar API.")


def _questions(questions: Questions) -> dict[str, str]:
    return {"TAXJAR_TOKEN": questions.secret("TAXJAR_TOKEN", "Token (TaxJar, Account, TaxJar API)")}


TAXJAR: Final = TaxKind(
    name="taxjar",
    title="TaxJar",
    settings=TaxJarSettings,
    build=_build,
    doctor=_doctor,
    questions=_questions,
)
