"""What a tax service can do. None is needed: without one, no tax is taken."""

from dataclasses import dataclass
from typing import Protocol

from payments.domain.values.money import Money
from payments.domain.values.tax_quotes import TaxQuestion
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What a service has computed.

    Attributes:
        tax: Minor units of the price's currency.
        calculation: Its id of the computation, from which a sale can be recorded; None if it
            keeps none, or records sales without.
    """

    tax: int
    calculation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedSale:
    """A sale that is to be reported to the service.

    Attributes:
        reference: Ours, unique among all that is reported.
        calculation: The service's id of the computation by which it was taxed.
        total: What was paid, tax included.
        tax: Minor units of tax in it.
        at: When it was paid.
    """

    reference: str
    calculation: str
    total: Money
    tax: int
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedReturn:
    """Money of a sale that went back.

    Attributes:
        reference: Ours, unique among all that is reported.
        sale: The service's id of the recorded sale.
        total: What went back, tax included.
        tax: Minor units of tax in it.
        is_whole: Whether all of the sale went back by this one.
        at: When it was reported as gone.
    """

    reference: str
    sale: str
    total: Money
    tax: int
    is_whole: bool
    at: Instant


class TaxRecords(Protocol):
    """Reporting what was sold and given back, for the service's tax reports.

    All raise `TaxUnavailable` and `TaxRefused`. A reference that was reported before is found
    again, and reported once.
    """

    async def record(self, sale: TaxedSale) -> str:
        """Report a sale; returns the service's id of the record."""
        ...

    async def reverse(self, gone: TaxedReturn) -> str:
        """Report that money of a recorded sale went back; returns the id of that record."""
        ...


class TaxService(Protocol):
    """Computes taxes."""

    @property
    def name(self) -> str:
        """Short name, as in the database and in `TAX_SERVICES`."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def integration(self) -> str:
        """What it is called among all that the program calls: names its breaker and metrics."""
        ...

    @property
    def livemode(self) -> bool:
        """Whether what it records is for real."""
        ...

    @property
    def records(self) -> TaxRecords | None:
        """Reports sales; None if it keeps no record of them."""
        ...

    async def compute(self, question: TaxQuestion) -> Computed:
        """How much tax there is.

        Raises:
            TaxUnavailable: Not reached, or no answer of use.
            TaxRefused: It said no.
        """
        ...

    async def ping(self) -> None:
        """Ask for something small, to see whether it answers and takes the key. Raises as above."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...
