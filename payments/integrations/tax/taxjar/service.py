"""TaxJar's API, version 2: plain HTTP, since its SDK is synchronous and makes floats of amounts.

A tax is computed for a place; in the United States and Canada its state is needed too, which TaxJar
itself tells of a postal code. What is sold and given back is reported under ids of ours.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from http import HTTPStatus
from typing import Annotated, Any, Final, Self
from urllib.parse import quote, urlencode

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.money import Money, minor_digits
from payments.domain.values.places import NEED_POSTAL_CODE, Place
from payments.domain.values.tax_quotes import TaxQuestion
from payments.domain.values.time import Instant, to_seconds
from payments.infra.outbound import Outbound, Purpose
from payments.integrations.tax.calls import Calls, Service
from payments.integrations.tax.errors import TaxRefused, TaxUnavailable
from payments.integrations.tax.protocol import Computed, TaxedReturn, TaxedSale
from payments.integrations.tax.taxjar.settings import LIVE

TAXES: Final = "/v2/taxes"
RATES: Final = "/v2/rates"
ORDERS: Final = "/v2/transactions/orders"
REFUNDS: Final = "/v2/transactions/refunds"
CATEGORIES: Final = "/v2/categories"

CALLS_A_SECOND: Final = 160.0
"""TaxJar takes 10,000 a minute (TaxJar: Rate limiting)."""

VERSION: Final = "2022-01-24"
"""Of the API: since then an unknown code of a product is an error (TaxJar: Changelog)."""

CODES: Final[Mapping[str, str]] = {
    "txcd_10000000": "31000",
    "txcd_10201000": "31000",
    "txcd_10502000": "14111803A0001",
    "txcd_00000000": "99999",
}
"""TaxJar's own codes: digital goods, gift cards, exempt; what is not here is fully taxable."""

Positive = Annotated[Decimal, Field(ge=0, lt=2**53)]


class Tax(BaseModel):
    """The part of a computed tax that matters (TaxJar: Taxes)."""

    amount_to_collect: Positive
    rate: Annotated[Decimal, Field(ge=0, le=1)]
    taxable_amount: Positive


class Rate(BaseModel):
    """The part of a place's rate that matters (TaxJar: Rates)."""

    state: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place as TaxJar wants it.

    Attributes:
        state: Two letters; empty where there is none.
    """

    place: Place
    state: str = ""

    def __str__(self) -> str:
        """As payments keep it, since what is reported must name it again."""
        return f"{self.place.country}/{self.state}/{self.place.postal_code}"

    @classmethod
    def parse(cls, written: str) -> Self:
        """What `str` has written."""
        country, state, postal_code = written.split("/", 2)
        return cls(place=Place(country=country, postal_code=postal_code), state=state)

    @property
    def fields(self) -> dict[str, str]:
        """As fields of a request."""
        found = {
            "to_country": self.place.country,
            "to_zip": self.place.postal_code,
            "to_state": self.state,
        }
        return {name: value for name, value in found.items() if value}


class TaxJar:
    """Computes by TaxJar, and reports there what was sold.

    Args:
        token: The account's.
        url: The address of the API, without a slash at its end.
        outbound: The policy.
        purpose: What calls are made for.
    """

    name = "taxjar"
    title = "TaxJar"
    integration = "taxjar"

    def __init__(self, *, token: str, url: str, outbound: Outbound, purpose: Purpose) -> None:
        self.livemode = url == LIVE
        self._calls = Calls(
            Service(
                name=self.integration,
                title=self.title,
                url=url,
                headers={
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                    "x-api-version": VERSION,
                },
                setting="TAXJAR_TOKEN",
                refusal=_refusal,
            ),
            outbound,
            purpose,
        )
        outbound.keep_pace(self.integration, CALLS_A_SECOND)
        self.records = self

    async def compute(self, question: TaxQuestion) -> Computed:
        """Compute a tax. Raises as the protocol says."""
        where = await self._where(question.place)
        line: dict[str, Any] = {"id": "1", "quantity": 1, "unit_price": _major(question.price)}
        if code := CODES.get(question.rule.code):
            line["product_tax_code"] = code
        asked = {**where.fields, "shipping": 0, "line_items": [line]}
        tax = _of(Tax, await self._post(TAXES, asked), "tax")
        found = _minor(tax.amount_to_collect, question.price.currency)
        if not question.rule.is_on_top:
            found = _within(question.price.minor, question.price.major, tax)
        if question.wrong(found):
            raise TaxUnavailable("TaxJar: its tax is not of what was asked.")
        return Computed(tax=found, calculation=str(where))

    async def record(self, sale: TaxedSale) -> str:
        """Report an order. Raises as the protocol says."""
        net = Money(minor=sale.total.minor - sale.tax, currency=sale.total.currency)
        order = {
            "transaction_id": sale.reference,
            **self._amounts(sale.calculation, net, sale.tax, sale.at),
        }
        return await self._reported(ORDERS, order, sale.reference, sale.calculation)

    async def reverse(self, gone: TaxedReturn) -> str:
        """Report a refund: its amounts are negative. Raises as the protocol says."""
        order, _, where = gone.sale.partition("@")
        net = Money(minor=gone.total.minor - gone.tax, currency=gone.total.currency)
        amounts = self._amounts(where, net, gone.tax, gone.at)
        refund = {
            "transaction_id": gone.reference,
            "transaction_reference_id": order,
            **amounts,
            "amount": f"-{amounts['amount']}",
            "sales_tax": f"-{amounts['sales_tax']}",
        }
        return await self._reported(REFUNDS, refund, gone.reference, where)

    async def ping(self) -> None:
        """Ask for the categories: whoever has a token may. Raises as the protocol says."""
        await self._calls.make("GET", CATEGORIES, health=True)

    async def close(self) -> None:
        """Close the connections."""
        await self._calls.close()

    async def _where(self, place: Place) -> Where:
        """The place with its state, which TaxJar knows by the postal code."""
        if place.country not in NEED_POSTAL_CODE:
            return Where(place=place)
        query = urlencode({"country": place.country})
        found = await self._calls.make("GET", f"{RATES}/{quote(place.postal_code)}?{query}")
        return Where(place=place, state=_of(Rate, found, "rate").state)

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._calls.make("POST", path, body=json.dumps(body).encode())

    @staticmethod
    def _amounts(where: str, net: Money, tax: int, at: Instant) -> dict[str, Any]:
        when = datetime.fromtimestamp(to_seconds(at), UTC)
        return {
            "transaction_date": when.isoformat(),
            **Where.parse(where).fields,
            "amount": _major(net),
            "shipping": "0",
            "sales_tax": _major(Money(minor=tax, currency=net.currency)),
        }

    async def _reported(
        self, path: str, body: Mapping[str, Any], reference: str, where: str
    ) -> str:
        """Report it once: what is there under its id already was reported by an earlier try."""
        try:
            await self._post(path, body)
        except TaxRefused as error:
            if not error.already:
                raise
        return f"{reference}@{where}"


def _major(money: Money) -> str:
    """An amount in the currency's own unit, exact; TaxJar reads decimals as texts too."""
    return f"{money.major:f}"


def _minor(amount: Decimal, currency: str) -> int:
    scaled = amount.scaleb(minor_digits(currency))
    return int(scaled.to_integral_value(ROUND_HALF_UP))


def _within(price: int, amount: Decimal, tax: Tax) -> int:
    """The tax in a price that has it in it: TaxJar computes only what comes on top."""
    if not tax.amount_to_collect:
        return 0
    part = min(Decimal(1), tax.taxable_amount / amount)
    net = Decimal(price) / (1 + tax.rate * part)
    return price - int(net.to_integral_value(ROUND_HALF_UP))


def _of(kind: type[Any], found: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - that kind
    try:
        return kind.model_validate(found.get(name))
    except ValidationError as error:
        raise TaxUnavailable("TaxJar: its answer makes no sense.") from error


def _refusal(status: int, said: Mapping[str, Any]) -> TaxRefused:
    """What a no means; TaxJar's words are read, and not passed on (TaxJar: Errors)."""
    detail = str(said.get("detail", "")).casefold()
    return TaxRefused(
        f"TaxJar: status {status}.",
        about_place=any(each in detail for each in ("to_zip", "zip", "postal", "to_country"))
        or status == HTTPStatus.NOT_FOUND,
        already=status == HTTPStatus.UNPROCESSABLE_ENTITY and "already" in detail,
    )
