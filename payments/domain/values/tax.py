"""Tax on what is sold: how a package is taxed, and what a payment's tax came to.

Points are given for the price whatever the tax; shares of tax are whole minor units that add up.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import Money

USUAL_CODE: Final = "txcd_10000000"
"""Stripe's code for electronically supplied services in general (Stripe: Product tax codes)."""

_CODE: Final = re.compile(r"txcd_[0-9]{8}")


class TaxBehavior(StrEnum):
    """How a price and its tax belong together, in the words that Stripe uses too."""

    INCLUSIVE = "inclusive"
    """The tax is in the price: the buyer pays the price."""
    EXCLUSIVE = "exclusive"
    """The tax comes on top: the buyer pays the price and the tax."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRule:
    """How something is taxed.

    Attributes:
        code: What it is for the tax office, as one of Stripe's product tax codes.
    """

    behavior: TaxBehavior
    code: str = USUAL_CODE

    @property
    def is_on_top(self) -> bool:
        """Whether the buyer pays the tax besides the price."""
        return self.behavior is TaxBehavior.EXCLUSIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTax:
    """The tax of one payment, with how it was taxed when it began.

    Attributes:
        rule: How it is taxed, as the package was then.
        asked: Minor units that we asked for; None where the provider computes the tax itself.
        taken: Minor units of what was paid that are tax; None before it is paid.
        quote: Whose calculation it is and its id there, such as `stripe:taxcalc_1`; None where the
            provider computes the tax, or where the service keeps none.
    """

    rule: TaxRule
    asked: int | None = None
    taken: int | None = None
    quote: str | None = None

    @property
    def on_top(self) -> int | None:
        """Minor units that the buyer pays besides the price; None if that is not known yet."""
        if not self.rule.is_on_top:
            return 0
        return self.taken if self.asked is None else self.asked

    def paid(self, tax: int | None) -> "PaymentTax":
        """The same once it was paid.

        Args:
            tax: What the provider says; what we asked for is known better.
        """
        return replace(self, taken=self.asked if self.asked is not None else tax)


def check_tax_code(code: str) -> str:
    """A tax code as it is stored.

    Raises:
        Refused: It does not look like one.
    """
    tidy = code.strip().casefold()
    if _CODE.fullmatch(tidy) is None:
        raise Refused(
            "{code} is not a tax code. Choose one from the list, or write it like {usual}.",
            code=code,
            usual=Code(USUAL_CODE),
        )
    return tidy


def priced(price: Money, rule: TaxRule | None) -> Money | Sentence:
    """A price as people read it: whether its tax is in it or comes on top."""
    if rule is None:
        return price
    if rule.is_on_top:
        return Sentence("{price} plus tax", price=price)
    return Sentence("{price} including tax", price=price)
