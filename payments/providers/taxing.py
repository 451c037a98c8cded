"""What a provider does with the tax of what it sells."""

from typing import Protocol


class Taxing(Protocol):
    """Whether a provider's own page computes taxes, or is given them."""

    @property
    def computes_tax(self) -> bool:
        """Whether its own page computes the tax; else it is asked for as an amount."""
        ...

    def tax_step(self, code: str) -> int:
        """Minor units of a currency by which an amount of tax must be divisible there."""
        ...
