"""Whether an amount of a request is one that PayPal takes."""

from decimal import Decimal

from sandbox.base.common import Json
from sandbox.paypal.api.shapes import BREAKDOWN, DEDUCTED
from sandbox.paypal.errors import issue
from sandbox.paypal.objects.amount import CURRENCIES, WHOLE_UNITS, Amount, minor_units


def read_amount(money: Json, field: str, *, least: int = 1) -> Amount:
    """An amount that fits its shape, in minor units.

    Args:
        money: Value and currency, as they were sent.
        field: Where it stands, as a JSON pointer.
        least: How many minor units it must be.

    Raises:
        ApiError: PayPal does not take it.
    """
    currency, value = money["currency_code"], money["value"]
    if currency not in CURRENCIES:
        raise issue("INVALID_CURRENCY_CODE", f"{field}/currency_code", currency)
    decimals = -int(Decimal(value).as_tuple().exponent)
    if decimals > 0 and currency in WHOLE_UNITS:
        raise issue("DECIMALS_NOT_SUPPORTED", f"{field}/value", value)
    if decimals > 2:  # noqa: PLR2004 - no currency of PayPal's has more
        raise issue("DECIMAL_PRECISION", f"{field}/value", value)
    minor = minor_units(value, currency)
    if minor < least:
        raise issue("CANNOT_BE_ZERO_OR_NEGATIVE", f"{field}/value", value)
    return Amount(minor=minor, currency=currency)


def read_unit(unit: Json, field: str) -> Amount:
    """The amount of a purchase unit, whose parts must make the whole.

    Raises:
        ApiError: They do not, or PayPal does not take one of them.
    """
    whole = read_amount(unit["amount"], f"{field}/amount")
    breakdown = unit["amount"].get("breakdown")
    if breakdown is None:
        return whole
    total = 0
    for name in BREAKDOWN:
        if name in breakdown:
            part = read_amount(breakdown[name], f"{field}/amount/breakdown/{name}", least=0)
            total += -part.minor if name in DEDUCTED else part.minor
    if total != whole.minor:
        raise issue("AMOUNT_MISMATCH", f"{field}/amount/value", unit["amount"]["value"])
    return whole
