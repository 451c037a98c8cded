"""Money as whole minor units of a currency, as the books count them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Part

# Never changed, because amounts are stored in these units. Most are ISO 4217's; ISK and UGX are in
# hundredths here. A provider that counts otherwise converts at its border.
_ZERO_DECIMAL = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905 - reads better
)
_THREE_DECIMAL = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
FIRST_CURRENCY: Final = "EUR"
"""What is sold first, where nobody has chosen a currency."""

_CURRENCY = re.compile(r"[A-Z]{3}")
UNKNOWN_CURRENCY = "XXX"
"""ISO 4217's code for no currency: that of an amount whose currency nobody noted."""


def minor_digits(currency: str) -> int:
    """How many decimal digits the books count in a currency (ISO 4217 code in capitals)."""
    if currency in _ZERO_DECIMAL:
        return 0
    return 3 if currency in _THREE_DECIMAL else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Money(Part):
    """An amount of money.

    Attributes:
        minor: The amount in minor units (cents; whole yen), never negative.
        currency: ISO 4217 code in capitals.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.minor < 0 or not _CURRENCY.fullmatch(self.currency):
            raise ValueError(f"not an amount of money: {self.minor} {self.currency!r}")

    @property
    def major(self) -> Decimal:
        """The amount in the currency's own unit (dollars), exact."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    @property
    def has_currency(self) -> bool:
        """Whether its currency is known; without one it can be compared with nothing."""
        return self.currency != UNKNOWN_CURRENCY

    def covers(self, amount: "Money") -> bool:
        """Whether the amount is at most this; never if it is of another currency."""
        return self.currency == amount.currency and amount.minor <= self.minor

    def __str__(self) -> str:
        return f"{self.major} {self.currency}"


NO_AMOUNT: Final = Money(minor=0, currency=UNKNOWN_CURRENCY)
"""What a payment cost whose provider does not tell, and neither does the owner."""

AMOUNT_LENGTH = 32
"""The most characters of an amount as it is typed, with its currency."""


def check_currency(code: str) -> None:
    """Refuse what is no code of a currency.

    Raises:
        Refused: It is not three capital letters.
    """
    if not _CURRENCY.fullmatch(code):
        raise Refused("{code} is not a currency. Write its three letters, such as EUR.", code=code)
