"""Stripe Tax: calculations before a sale, transactions after it (Stripe: Tax API).

Plain HTTP: the SDK would cost more memory than all of this where Stripe sells nothing.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, Field, StrictInt, ValidationError

from payments.domain.values.tax import TaxBehavior
from payments.domain.values.tax_quotes import TaxQuestion
from payments.infra.outbound import Outbound, Purpose
from payments.integrations.tax.calls import Calls, Service
from payments.integrations.tax.errors import TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import Computed, TaxedReturn, TaxedSale

API_VERSION: Final = "2026-10-28.endive"

CALCULATIONS: Final = "/v1/tax/calculations"
RECORD: Final = "/v1/tax/transactions/create_from_calculation"
REVERSE: Final = "/v1/tax/transactions/create_reversal"

CALLS_A_SECOND: Final = 20.0
"""Below the 25 of a test key (Stripe: Rate limits)."""

LINE: Final = "points"
"""Names the only line of a calculation."""

_LIVE: Final = ("sk_live_", "rk_live_")
_PLACE: Final = frozenset(
    {
        "customer_tax_location_invalid",
        "incorrect_postal_code",
        "invalid_tax_location",
        "postal_code_invalid",
    }
)
_ALREADY: Final = frozenset({"resource_already_exists"})


Amount = Annotated[StrictInt, Field(ge=0, lt=2**53)]


class Calculation(BaseModel):
    """The part of a calculation that matters (Stripe: The Tax Calculation object)."""

    id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]
    amount_total: Amount
    currency: str
    tax_amount_exclusive: Amount
    tax_amount_inclusive: Amount


class Recorded(BaseModel):
    """The part of a transaction that matters (Stripe: The Tax Transaction object)."""

    id: Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]


class StripeTax:
    """Computes by Stripe, and records there what was sold elsewhere.

    Args:
        secret_key: Secret or restricted.
        url: The address of the API, without a slash at its end.
        outbound: The policy.
        purpose: What calls are made for.
    """

    name = "stripe"
    title = "Stripe Tax"
    integration = "stripe_tax"

    def __init__(self, *, secret_key: str, url: str, outbound: Outbound, purpose: Purpose) -> None:
        self.livemode = secret_key.startswith(_LIVE)
        self._calls = Calls(
            Service(
                name=self.integration,
                title=self.title,
                url=url,
                headers={
                    "Authorization": f"Bearer {secret_key}",
                    "Stripe-Version": API_VERSION,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
                setting="the key for it",
                refusal=_refusal,
                busy=frozenset({HTTPStatus.CONFLICT}),
            ),
            outbound,
            purpose,
        )
        outbound.keep_pace(self.integration, CALLS_A_SECOND)
        self.records = self

    async def compute(self, question: TaxQuestion) -> Computed:
        """Make a calculation. Raises as the protocol says."""
        found = await self._calls.make("POST", CALCULATIONS, body=_form(_asked(question)))
        return _computed(question, found)

    async def record(self, sale: TaxedSale) -> str:
        """Make a transaction of a calculation; its reference is ours, so it is made once.

        Raises as the protocol says.
        """
        body = {"calculation": sale.calculation, "reference": sale.reference}
        return await self._recorded(RECORD, body, sale.reference)

    async def reverse(self, gone: TaxedReturn) -> str:
        """Reverse a transaction, all of it or as much as went back. Raises as the protocol says."""
        body: dict[str, Any] = {
            "mode": "full" if gone.is_whole else "partial",
            "original_transaction": gone.sale,
            "reference": gone.reference,
        }
        if not gone.is_whole:
            body["flat_amount"] = -gone.total.minor
        return await self._recorded(REVERSE, body, gone.reference)

    async def ping(self) -> None:
        """Have nothing computed for a place that is well known: it records nothing."""
        question = {
            "currency": "eur",
            "customer_details": {
                "address": {"country": "DE", "postal_code": "10115"},
                "address_source": "billing",
            },
            "line_items": [{"amount": 100, "reference": LINE, "tax_behavior": "exclusive"}],
        }
        await self._calls.make("POST", CALCULATIONS, body=_form(question), health=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    async def _recorded(self, path: str, body: Mapping[str, Any], reference: str) -> str:
        headers = {"Idempotency-Key": f"tax:{reference}"}
        found = await self._calls.make("POST", path, body=_form(body), headers=headers)
        try:
            return Recorded.model_validate(found).id
        except ValidationError as error:
            raise TaxUnavailable("Stripe Tax: its transaction makes no sense.") from error


def _asked(question: TaxQuestion) -> dict[str, Any]:
    address = {"country": question.place.country}
    if question.place.postal_code:
        address["postal_code"] = question.place.postal_code
    return {
        "currency": question.price.currency.lower(),
        "customer_details": {"address": address, "address_source": "billing"},
        "line_items": [
            {
                "amount": question.price.minor,
                "reference": LINE,
                "tax_behavior": question.rule.behavior,
                "tax_code": question.rule.code,
            }
        ],
    }


def _computed(question: TaxQuestion, found: Mapping[str, Any]) -> Computed:
    """What a calculation says. Raises TaxUnavailable if it is not of what was asked."""
    try:
        read = Calculation.model_validate(found)
    except ValidationError as error:
        raise TaxUnavailable("Stripe Tax: its calculation makes no sense.") from error
    on_top = question.rule.behavior is TaxBehavior.EXCLUSIVE
    tax, other = read.tax_amount_exclusive, read.tax_amount_inclusive
    if not on_top:
        tax, other = other, tax
    total = question.price.minor + (tax if on_top else 0)
    fits = read.amount_total == total and not other
    if not fits or read.currency.upper() != question.price.currency or question.wrong(tax):
        raise TaxUnavailable("Stripe Tax: its calculation is not of what was asked.")
    return Computed(tax=tax, calculation=read.id)


def _refusal(status: int, said: Mapping[str, Any]) -> TaxRefused:
    """What a no means; Stripe's message is not passed on, as it may quote what was sent."""
    error = said.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    known = code if isinstance(code, str) and code.isidentifier() else "none"
    return TaxRefused(
        f"Stripe Tax: status {status}, code {known}.",
        about_place=known in _PLACE,
        already=known in _ALREADY,
    )


def _form(body: Mapping[str, Any]) -> bytes:
    """Nested parameters, as Stripe reads them."""
    return urlencode(list(_pairs(body, ""))).encode()


def _pairs(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a tree
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _pairs(each, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _pairs(each, f"{name}[{number}]")
    else:
        yield name, str(value)
