"""A second provider that charges only from an amount on."""

from dataclasses import dataclass
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.values.money import Money
from tests.support.fakes import FakeCheckouts, FakeProvider

PICKY: Final = "picky"


@dataclass(frozen=True, slots=True)
class PickyCheckouts(FakeCheckouts):
    """Pages on which little is not worth the effort."""

    least: int = 1000

    def check_currency(self, code: str) -> None:
        if code != "EUR":
            raise Refused("Picky knows no {code}.", code=Verbatim(code))

    def check_price(self, price: Money) -> None:
        self.check_currency(price.currency)
        if price.minor < self.least:
            wanted = Money(minor=self.least, currency=price.currency)
            raise Refused("Picky wants {wanted} or more.", wanted=wanted)


class Picky(FakeProvider):
    """It takes euros alone, from ten on."""

    @property
    def checkouts(self) -> PickyCheckouts:
        return PickyCheckouts(self)


def picky() -> Picky:
    """It, as it is called."""
    found = Picky(name=PICKY)
    found.title = "Picky"
    return found
