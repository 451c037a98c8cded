"""Which amounts are charged and refunded (Stripe: Supported currencies).

The account is paid out in dollars.
"""

from sandbox.stripe.api.errors import invalid, refused
from sandbox.stripe.objects.common import THREE_DECIMAL, money
from sandbox.stripe.objects.currencies import HIGHEST, LEAST_PUBLISHED, WHOLE_UNITS, in_cents

_HIGHEST = 99_999_999
_LEAST_CENTS = 50


def check_amount(amount: int, currency: str, param: str) -> None:
    """Refuse what is no amount in that currency.

    Raises:
        ApiError: It is not divisible as it must be, or has too many digits.
    """
    check_step(amount, currency, param)
    if amount > HIGHEST.get(currency, _HIGHEST):
        raise invalid(
            "Amount must be no more than "
            f"{money(HIGHEST.get(currency, _HIGHEST), currency)} for this currency.",
            param,
            "amount_too_large",
        )


def check_step(amount: int, currency: str, param: str) -> None:
    """Refuse what is not divisible as amounts in that currency must be.

    Raises:
        ApiError: In the API's words.
    """
    step = 100 if currency in WHOLE_UNITS else 10 if currency in THREE_DECIMAL else 1
    if amount % step:
        raise invalid(
            f"Invalid amount: amounts in {currency} must be evenly divisible by {step}.", param
        )


def check_total(total: int, currency: str) -> None:
    """Refuse a total that is too small or too large to be charged; none at all is no charge.

    Raises:
        ApiError: In the API's words.
    """
    if total > HIGHEST.get(currency, _HIGHEST):
        raise refused(
            "The Checkout Session's total amount must be no more than "
            f"{money(HIGHEST.get(currency, _HIGHEST), currency)}.",
            "amount_too_large",
        )
    if total == 0:
        return
    least = int(LEAST_PUBLISHED.get(currency, 0))
    if total < least:
        raise refused(
            "The Checkout Session's total amount due must add up to at least "
            f"{money(least, currency)}",
            "amount_too_small",
        )
    cents = in_cents(total, currency)
    if currency != "usd" and cents < _LEAST_CENTS:
        raise refused(
            "The Checkout Session's total amount must convert to at least 50 cents. "
            f"{money(total, currency)} converts to approximately ${cents / 100:.2f}.",
            "amount_too_small",
        )
