"""Traces of an object of a provider: what says whose it is."""

from dataclasses import dataclass

from payments.domain.values.references import ProviderReference


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataClaim:
    """What an object's metadata says of whose it is.

    Attributes:
        payment: The id of a payment.
        installation: The id of the installation that wrote it; None if it wrote none.
    """

    payment: str
    installation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """All that says whose an object is.

    Attributes:
        references: The provider's ids of the object, and of those that it belongs to.
        claims: What metadata says, its own and that of those that it belongs to.
        elsewhere: Whether the message names another account of the provider's.
        whole: Whether looking the object up would tell no more of whose it is.
    """

    references: frozenset[ProviderReference] = frozenset()
    claims: tuple[MetadataClaim, ...] = ()
    elsewhere: bool = False
    whole: bool = True
