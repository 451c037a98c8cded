"""A buyer's e-mail address as the books know it: encrypted, and with an end."""

from collections.abc import Callable
from dataclasses import dataclass

from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerAddress:
    """Where a buyer gets mail. Nothing here can be read without the keys in the settings.

    Attributes:
        encrypted: The address.
        fingerprint: Tells the same address again, keyed: nobody can try addresses without the key.
        noted_at: When it was read.
        ends_at: When it is deleted.
    """

    encrypted: str
    fingerprint: str
    noted_at: Instant
    ends_at: Instant


Conceal = Callable[[str], BuyerAddress | None]
"""Encrypts an address as soon as it is read; None for one that gets no mail."""


def take_no_address(address: str) -> None:
    """Take none: where mail is off, nothing is read of an address."""
    del address
