"""What must be paid for a package: its price with the tax in it, or its price and the tax."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from payments.commands.payments.apply_update import find_mismatch
from payments.domain.rules.payment_tax import tax_of_refund, tax_paid
from payments.domain.values.claims import Refund
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import MoneyStatus, RefundStatus
from payments.domain.values.share import Share
from payments.domain.values.tax import PaymentTax, TaxBehavior, TaxRule
from tests.support.make import checkout_update, package
from tests.support.paid import paid_payment

BEHAVIORS = st.sampled_from(TaxBehavior)
CURRENCIES = st.sampled_from(("EUR", "USD", "JPY", "HUF", "TWD", "KWD"))


def taxed(
    behavior: TaxBehavior, price: int, currency: str = "EUR", asked: int | None = None
) -> tuple[PaymentTax, Money]:
    return PaymentTax(rule=TaxRule(behavior=behavior), asked=asked), Money(
        minor=price, currency=currency
    )


def why(behavior: TaxBehavior, price: int, currency: str, **said: Any) -> str | None:
    """What is found of a payment of this price whose provider says this of its amounts."""
    asked = said.pop("asked", None)
    tax, cost = taxed(behavior, price, currency, asked)
    of = package(minor=price, currency=currency)
    payment = paid_payment(
        money=MoneyStatus.UNPAID, paid=None, credited_at=None, tax=tax, price=cost, package=of.id
    )
    return find_mismatch(payment, replace(checkout_update("p1", of=of), **said))


@given(BEHAVIORS, CURRENCIES, st.integers(1, 10**9), st.integers(0, 10**9), st.integers(-3, 3))
def test_only_the_exact_total_is_taken(
    behavior: TaxBehavior, currency: str, price: int, tax: int, off: int
) -> None:
    """Whether the provider computed the tax, or was asked for it: a cent more or less is no fit."""
    tax = min(tax, price)
    total = price if behavior is TaxBehavior.INCLUSIVE else price + tax
    computed = why(behavior, price, currency, subtotal=price, total=total + off, tax=tax)
    asked = why(behavior, price, currency, subtotal=total + off, total=total + off, asked=tax)
    assert (computed is None, asked is None) == (off == 0, off == 0)


@given(BEHAVIORS, st.integers(1, 10**6), st.integers(0, 10**6))
def test_a_tax_that_is_not_told_fits_nothing(behavior: TaxBehavior, price: int, tax: int) -> None:
    """Also where the total is the price: how much of it is tax is owed to somebody."""
    total = price if behavior is TaxBehavior.INCLUSIVE else price + tax
    said = why(behavior, price, "EUR", subtotal=price, total=total, tax=None)
    assert said == "The checkout does not say how much of it is tax."


def test_before_it_is_paid_the_tax_may_be_unknown_but_the_price_is_not() -> None:
    unpaid: dict[str, Any] = {"money": MoneyStatus.UNPAID, "total": 499, "tax": 0}
    for behavior in TaxBehavior:
        assert why(behavior, 499, "EUR", subtotal=499, **unpaid) is None
        assert why(behavior, 499, "EUR", subtotal=498, **unpaid) is not None
        changed = unpaid | {"asked": 95, "total": 500}
        assert why(behavior, 499, "EUR", subtotal=499, **changed) is not None


def test_more_tax_than_was_paid_is_no_tax() -> None:
    assert why(TaxBehavior.INCLUSIVE, 499, "EUR", subtotal=499, total=499, tax=500) is not None


@given(
    BEHAVIORS,
    st.integers(1, 10**7),
    st.integers(0, 10**7),
    st.lists(st.integers(1, 10**6), max_size=8),
)
def test_the_tax_of_all_parts_that_go_back_adds_up_to_the_tax(
    behavior: TaxBehavior, price: int, tax: int, parts: list[int]
) -> None:
    """To the last cent, in whatever parts; no part holds more tax than it is."""
    tax = min(tax, price)
    rule, cost = taxed(behavior, price)
    paid = price if behavior is TaxBehavior.INCLUSIVE else price + tax
    payment = paid_payment(price=cost, paid=paid, tax=replace(rule, taken=tax))
    assert tax_paid(payment) == tax
    shares, left = [], paid
    for number, wanted in enumerate([*parts, paid]):
        amount = min(wanted, left)
        share = tax_of_refund(payment, amount)
        assert 0 <= share <= amount
        shares.append(share)
        left -= amount
        refund = Refund(
            id=f"re_{number}",
            status=(RefundStatus.SUCCEEDED, RefundStatus.PENDING)[number % 2],
            amount=Money(minor=amount, currency="EUR"),
            share=Share(part=amount),
        )
        payment = payment.with_one(refund)
    assert sum(shares) == tax


def test_without_tax_a_payment_still_tells_what_came_on_top() -> None:
    assert tax_paid(paid_payment(paid=594)) == 95
    assert tax_paid(paid_payment(money=MoneyStatus.UNPAID, paid=None)) == 0
