"""`/v1/tax/…` and `/v1/tax_codes` (Stripe: Tax API, Tax Codes)."""

from typing import Final

from sandbox.base.common import Json
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing, refused
from sandbox.stripe.api.forms import Params
from sandbox.stripe.api.tax_checks import check_head_office, known_code
from sandbox.stripe.objects.currencies import PER_DOLLAR
from sandbox.stripe.objects.tax import LIFETIME_SECONDS, Calculation, TaxLine, Transaction
from sandbox.stripe.objects.tax_rates import CODES, USUAL, Rate, rate_at, tax_on

_LONGEST_REFERENCE: Final = 500
_SOURCES: Final = ("billing", "shipping")
_BEHAVIORS: Final = ("exclusive", "inclusive")
_NEED_POSTAL_CODE: Final = frozenset({"US", "CA"})
_LETTERS: Final = 2


def calculate(call: Call) -> Json:
    """`POST /v1/tax/calculations`: for a country and postal code, without shipping."""
    params, state = call.params, call.state
    params.supports("currency", "customer_details", "expand", "line_items")
    check_head_office(state)
    currency = params.needed("currency").lower()
    if currency not in PER_DOLLAR:
        raise invalid(f"Invalid currency: {currency}", "currency")
    country, postal_code, source = _place(params)
    given = params.array("line_items")
    if not given:
        raise invalid("Missing required param: line_items.", "line_items", "parameter_missing")
    lines, rates = [], []
    for number, each in enumerate(given):
        line, rate = _line(call, each, number, country, postal_code or "")
        lines.append(line)
        rates.append(rate)
    made = Calculation(
        id=state.ids.new("taxcalc"),
        created=state.now(),
        currency=currency,
        country=country,
        postal_code=postal_code,
        source=source,
        lines=tuple(lines),
        rates=tuple(rates),
    )
    state.calculations[made.id] = made
    return made.render()


def record(call: Call) -> Json:
    """`POST /v1/tax/transactions/create_from_calculation`."""
    params, state = call.params, call.state
    params.supports("calculation", "expand", "metadata", "reference")
    wanted, reference = params.needed("calculation"), _reference(call)
    found = state.calculations.get(wanted)
    if found is None:
        raise missing("tax.calculation", wanted, "calculation")
    if state.now() >= found.created + LIFETIME_SECONDS:
        raise refused("The calculation has expired.", param="calculation")
    made = Transaction(
        id=state.ids.new("tax"),
        created=state.now(),
        calculation=found,
        reference=reference,
        amount=found.total - found.on_top - found.within,
        tax=found.on_top + found.within,
        metadata=params.metadata(),
    )
    state.tax_transactions[made.id] = made
    return made.render()


def reverse(call: Call) -> Json:
    """`POST /v1/tax/transactions/create_reversal`: all of it, or a flat amount, tax included."""
    params, state = call.params, call.state
    params.supports(
        "expand", "flat_amount", "metadata", "mode", "original_transaction", "reference"
    )
    wanted, reference = params.needed("original_transaction"), _reference(call)
    original = state.tax_transactions.get(wanted)
    if original is None or original.original is not None:
        raise missing("tax.transaction", wanted, "original_transaction")
    amount = _reversed(params, original)
    original.reversed += amount
    tax = original.tax * amount // original.total if original.total else 0
    made = Transaction(
        id=state.ids.new("tax"),
        created=state.now(),
        calculation=original.calculation,
        reference=reference,
        amount=tax - amount,
        tax=-tax,
        metadata=params.metadata(),
        original=original.id,
    )
    state.tax_transactions[made.id] = made
    return made.render()


def retrieve_transaction(call: Call) -> Json:
    """`GET /v1/tax/transactions/{id}`."""
    found = call.state.tax_transactions.get(call.ids["id"])
    if found is None:
        raise missing("tax.transaction", call.ids["id"])
    return found.render()


def retrieve_code(call: Call) -> Json:
    """`GET /v1/tax_codes/{id}`."""
    name = CODES.get(call.ids["id"])
    if name is None:
        raise missing("tax_code", call.ids["id"])
    return {
        "id": call.ids["id"],
        "object": "tax_code",
        "description": f"{name}.",
        "name": name,
        "requirements": None,
    }


def _place(params: Params) -> tuple[str, str | None, str]:
    customer = params.hash("customer_details")
    if customer is None:
        raise invalid(
            "You must provide either `customer` or `customer_details`.",
            "customer_details",
            "parameter_missing",
        )
    customer.supports("address", "address_source")
    address = customer.hash("address")
    source = customer.choice("address_source", _SOURCES)
    if address is None or source is None:
        where = customer.where("address" if address is None else "address_source")
        raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    address.supports("country", "postal_code")
    country, postal_code = address.needed("country"), address.text("postal_code")
    if len(country) != _LETTERS or not country.isascii() or not country.isupper():
        raise invalid(f"Country '{country}' is unknown.", address.where("country"))
    if country in _NEED_POSTAL_CODE and postal_code is None:
        raise refused(
            "We could not determine the customer's tax location based on the provided customer "
            "address.",
            "customer_tax_location_invalid",
        )
    return country, postal_code, source


def _line(
    call: Call, given: Params, number: int, country: str, postal_code: str
) -> tuple[TaxLine, Rate]:
    given.supports("amount", "quantity", "reference", "tax_behavior", "tax_code")
    amount = given.integer("amount", least=0)
    if amount is None:
        where = given.where("amount")
        raise invalid(f"Missing required param: {where}.", where, "parameter_missing")
    code = known_code(given.text("tax_code"), given.where("tax_code")) or USUAL
    behavior = given.choice("tax_behavior", _BEHAVIORS) or "exclusive"
    rate = rate_at(country, postal_code, code)
    line = TaxLine(
        id=call.state.ids.new("tax_li"),
        amount=amount,
        amount_tax=tax_on(amount, behavior, rate),
        quantity=given.integer("quantity", least=1) or 1,
        reference=given.text("reference", longest=_LONGEST_REFERENCE) or f"L{number + 1}",
        behavior=behavior,
        code=code,
    )
    return line, rate


def _reference(call: Call) -> str:
    """Ours, which must be unique among all transactions, also reversals."""
    reference = call.params.needed("reference", longest=_LONGEST_REFERENCE)
    if any(each.reference == reference for each in call.state.tax_transactions.values()):
        raise refused(
            f"A tax transaction with reference '{reference}' already exists.",
            "resource_already_exists",
            "reference",
        )
    return reference


def _reversed(params: Params, original: Transaction) -> int:
    """Minor units, tax included, that are taken off."""
    mode, flat = params.choice("mode", ("full", "partial")), params.integer("flat_amount")
    left = original.total - original.reversed
    if mode == "full":
        if flat is not None or original.reversed:
            raise invalid("A full reversal takes all of a transaction.", "mode")
        return left
    if flat is None or flat >= 0:
        raise invalid("A partial reversal needs a negative flat_amount here.", "flat_amount")
    if -flat > left:
        raise refused("You cannot reverse more than the transaction.", param="flat_amount")
    return -flat
