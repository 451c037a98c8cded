"""A price is fine if somebody who sells can charge it; whoever cannot is named."""

from collections.abc import Mapping
from typing import cast

import pytest

from payments.domain.errors import Refused
from payments.domain.values.money import Money
from payments.providers.protocol import PaymentProvider
from payments.services.sellers import Sellers
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, euros
from tests.support.picky import PICKY, picky
from tests.support.selling import sellers_of


def selling(flags: Mapping[str, str] | None = None) -> Sellers:
    both = (FakeProvider(), picky())
    return sellers_of({each.name: cast("PaymentProvider", each) for each in both}, flags)


def minor(amount: int, currency: str) -> Money:
    return Money(minor=amount, currency=currency)


async def test_a_price_that_one_of_two_can_charge_is_fine_and_the_other_is_named() -> None:
    pricing = await selling().pricing(GUILD)
    assert pricing.check_price(euros(1000)) == ()
    assert [str(each.sentence) for each in pricing.check_price(euros(999))] == [
        "Not sold by Picky. Picky wants 10.00 EUR or more."
    ]
    assert [each.title for each in pricing.check_currency("USD")] == ["Picky"]


async def test_a_price_that_nobody_can_charge_is_refused_with_each_ones_reason() -> None:
    pricing = await selling().pricing(GUILD)
    with pytest.raises(Refused) as error:
        pricing.check_price(euros(10))
    assert str(error.value) == (
        "No way to pay takes this price. "
        "Stripe: Stripe charges at least 0.50 EUR, and this is 0.10 EUR. "
        "Picky: Picky wants 10.00 EUR or more."
    )
    with pytest.raises(Refused) as error:
        pricing.check_currency("XYZ")
    assert str(error.value) == (
        "No way to pay takes this currency. "
        "Stripe: Stripe can't charge in XYZ. Choose another currency, such as EUR. "
        "Picky: Picky knows no XYZ."
    )


async def test_only_who_is_on_is_asked_and_alone_says_so_itself() -> None:
    pricing = await selling({f"integration.{FakeProvider().name}": "off"}).pricing(GUILD)
    with pytest.raises(Refused) as error:
        pricing.check_price(euros(999))
    assert str(error.value) == "Picky wants 10.00 EUR or more."


@pytest.mark.parametrize(
    ("flags", "price", "sells"),
    [
        ({}, euros(999), "stripe"),
        ({}, euros(1000), "stripe"),
        ({"checkout.provider": PICKY}, euros(1000), PICKY),
        ({"checkout.provider": PICKY}, euros(999), "stripe"),
        ({"checkout.provider": PICKY}, minor(1000, "USD"), "stripe"),
        ({"checkout.provider": PICKY}, euros(10), PICKY),
        ({"integration.stripe": "off"}, euros(999), PICKY),
    ],
    ids=["first", "both", "chosen", "only the other", "currency", "nobody", "the other is off"],
)
async def test_what_the_chosen_one_cannot_charge_is_sold_by_another(
    flags: Mapping[str, str], price: Money, sells: str
) -> None:
    """Where nobody can, the chosen one is asked, and says so itself."""
    seller = await selling(flags).of_guild(GUILD, price)
    assert seller.provider.name == sells
