"""The names of things: ids that cannot be swapped for one another."""

from enum import IntEnum
from typing import Final, NamedTuple, NewType

GuildId = NewType("GuildId", int)
"""A Discord server's id (snowflake)."""

MemberId = NewType("MemberId", int)
"""A Discord user's id (snowflake)."""

MAX_SNOWFLAKE: Final = 2**63 - 1
"""The largest id that Discord makes, and that a database keeps."""

PaymentId = NewType("PaymentId", str)
"""UUIDv7 made here; goes to the provider as metadata and stands in pay links."""

PackageId = NewType("PackageId", str)
"""UUIDv7 made here."""

SubscriberId = NewType("SubscriberId", str)
"""UUIDv7 made here."""

ApiKeyId = NewType("ApiKeyId", str)
"""UUIDv7 made here, of one key of another program."""

ItemId = NewType("ItemId", str)
"""UUIDv7 made here."""

OrderId = NewType("OrderId", str)
"""UUIDv7 made here; other programs know an order by it."""

CodeId = NewType("CodeId", str)
"""UUIDv7 made here, of one code of an item."""

CommandKey = NewType("CommandKey", str)
"""Idempotency key of one command: the same key has its effect once."""

ActionId = NewType("ActionId", str)
"""Derived id of whatever a command makes: transfers, holds, events."""

LotId = NewType("LotId", str)
"""Derived from a lot's account and terms: equal lots are one."""


class House(IntEnum):
    """The guild's own accounts. Small numbers, so that they never meet a member's snowflake."""

    ISSUED = 1
    """The mint: purchases come from it, refunds and burns go back."""
    REDEEMED = 2
    """What was spent."""
    HELD = 3
    """What is set aside while a refund or dispute is open."""
    EXPIRED = 4
    """What has lapsed."""
    ADJUSTED = 5
    """Grants come from it, revocations go to it."""
    RESERVED = 6
    """What is set aside for orders that are not fulfilled yet."""


class AccountKey(NamedTuple):
    """One account in one guild's books: a member's, or one of the guild's own."""

    guild: GuildId
    owner: MemberId | House

    @property
    def is_member(self) -> bool:
        """Whether a member owns it; only such accounts store a balance and lots."""
        return not isinstance(self.owner, House)

    def __str__(self) -> str:
        owner = self.owner.name.lower() if isinstance(self.owner, House) else f"member {self.owner}"
        return f"{owner} of guild {self.guild}"


def house_or_member(owner: int) -> House | MemberId:
    """Read an account's owner back from the number that stands for it in the database."""
    return House(owner) if owner <= max(House) else MemberId(owner)


def is_snowflake(text: str) -> bool:
    """Whether a text is written as an id of Discord's."""
    return len(text) < 20 and text.isascii() and text.isdecimal() and int(text) <= MAX_SNOWFLAKE  # noqa: PLR2004 - digits of 64 bits
