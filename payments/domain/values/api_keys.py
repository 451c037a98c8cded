"""Keys with which other programs ask for something."""

from dataclasses import dataclass, field
from enum import StrEnum

from payments.domain.values.ids import ApiKeyId, GuildId


class Scope(StrEnum):
    """What a key may be used for."""

    FULFIL_ORDERS = "orders:fulfil"
    """Fulfilling and denying orders of items that a program gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key of another program, for the books of one guild.

    Attributes:
        name: What its owner calls it, unique among the guild's keys that can be used.
        scopes: What it may be used for.
        hashed: The hash by which it is known: the key itself is not kept. Empty once it is revoked.
        active: Whether it can be used.
    """

    id: ApiKeyId
    guild: GuildId
    name: str
    scopes: tuple[Scope, ...]
    hashed: str = field(repr=False)
    active: bool = True
