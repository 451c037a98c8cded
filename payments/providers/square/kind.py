"""Square, as the program finds it. What it needs is imported when it is used."""

from pathlib import Path
from typing import Final

from payments.domain.sentences.sentence import Sentence
from payments.infra.asking import Questions
from payments.infra.settings_parts import part_of
from payments.providers.kind import (
    Examined,
    ProviderDoctor,
    ProviderKind,
    ProviderQuestions,
    Wiring,
)
from payments.providers.protocol import PaymentProvider
from payments.providers.square.pending import PENDING, REFUSED
from payments.providers.square.settings import SquareSettings


def _build(wiring: Wiring) -> PaymentProvider:
    from payments.providers.square.provider import SquareProvider  # noqa: PLC0415 - only if used

    settings = part_of(wiring.settings, SquareSettings)
    return SquareProvider(
        access_token=settings.square_token,
        location=settings.square_location_id,
        currency=settings.square_currency,
        address=f"{wiring.settings.base_url}/webhooks/square",
        signature_keys=settings.square_signature_keys,
        outbound=wiring.outbound,
        api_url=settings.square_server,
        has_events=settings.square_events_api,
        purpose=wiring.purpose,
        refused=wiring.refused,
        clock=wiring.clock,
        conceal=wiring.conceal,
    )


def _doctor(examined: Examined) -> ProviderDoctor:
    from payments.providers.square.doctor import SquareDoctor  # noqa: PLC0415 - as above

    return SquareDoctor(examined)


def _questions(questions: Questions, file: Path) -> ProviderQuestions:
    from payments.providers.square.questions import SquareQuestions  # noqa: PLC0415 - as above

    return SquareQuestions.of(questions, file)


SQUARE_KIND: Final = ProviderKind(
    name="square",
    title="Square",
    button=Sentence("Pay by card (Square)"),
    settings=SquareSettings,
    template="""\
# Square's developer console, your application, Credentials
SQUARE_ACCESS_TOKEN=
# The same page, Locations: the one that sells, and its currency
SQUARE_LOCATION_ID=
SQUARE_CURRENCY=
# The console, Webhooks, the subscription with this program's address
SQUARE_WEBHOOK_SIGNATURE_KEY=
""",
    webhook_settings=frozenset({"square_webhook_signature_key"}),
    build=_build,
    why_pending=PENDING.get,
    why_refused=REFUSED.get,
    doctor=_doctor,
    questions=_questions,
)
