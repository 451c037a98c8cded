"""The tax services that can be used. Another one is one more entry."""

from collections.abc import Sequence
from typing import Final

from payments.integrations.tax.kind import TaxKind, TaxWiring
from payments.integrations.tax.protocol import TaxService
from payments.integrations.tax.stripe_tax import STRIPE_TAX
from payments.integrations.tax.taxjar import TAXJAR

TAX_KINDS: Final[Sequence[TaxKind]] = (STRIPE_TAX, TAXJAR)
"""All of them; none is on unless it is named."""


def named_taxes(names: Sequence[str], kinds: Sequence[TaxKind] = TAX_KINDS) -> tuple[TaxKind, ...]:
    """Services by their names, in that order; one that no service has is left out."""
    by_name = {each.name: each for each in kinds}
    return tuple(by_name[each] for each in names if each in by_name)


def build_taxes(
    names: Sequence[str], wiring: TaxWiring, kinds: Sequence[TaxKind] = TAX_KINDS
) -> dict[str, TaxService]:
    """The services that are named, by name, in that order."""
    return {each.name: each.build(wiring) for each in named_taxes(names, kinds)}
