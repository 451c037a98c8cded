"""Discord's objects, as far as they are read (Discord: Entitlement, SKU)."""

from typing import Annotated, Final

from pydantic import BaseModel, Field

from payments.domain.values.ids import MAX_SNOWFLAKE
from payments.domain.values.time import Instant
from payments.providers.reading import Lenient

Snowflake = Annotated[int, Field(ge=1, le=MAX_SNOWFLAKE)]

EPOCH_MILLISECONDS: Final = 1_420_070_400_000
"""When Discord's ids begin to count (Discord: Snowflakes)."""

AVAILABLE: Final = 1 << 2
"""The flag of a SKU that can be bought (Discord: SKU flags)."""

PURCHASE: Final = 1
DEVELOPER_GIFT: Final = 3
TEST_MODE_PURCHASE: Final = 4
FREE_PURCHASE: Final = 5
USER_GIFT: Final = 6
PREMIUM_PURCHASE: Final = 7

PAID: Final = frozenset({PURCHASE, USER_GIFT})
"""The types for which somebody has paid money; a gift counts for who got it."""

UNPAID: Final = {
    DEVELOPER_GIFT: "It is a gift of the developer's: nobody has paid for it.",
    TEST_MODE_PURCHASE: "It was bought in test mode: no money has moved, no points are credited.",
    FREE_PURCHASE: "It was free: nobody has paid for it.",
    PREMIUM_PURCHASE: "It came with Nitro: nobody has paid for it here.",
}
"""Why nothing is credited for these types."""


class Entitlement(BaseModel):
    """Something that a member has from Discord's shop."""

    id: Snowflake
    sku_id: Snowflake
    application_id: Snowflake
    type: int
    deleted: bool
    user_id: Snowflake | None = None
    guild_id: Snowflake | None = None
    consumed: bool | None = None
    """Left out of some that were never used up."""

    @property
    def is_consumed(self) -> bool:
        """Whether it was used up."""
        return bool(self.consumed)

    @property
    def bought_at(self) -> Instant:
        """When it began, by its id."""
        return instant_of_id(self.id)


class Sku(BaseModel):
    """Something that the application sells."""

    id: Snowflake
    type: int
    name: Lenient[str] = None
    flags: Lenient[int] = None

    @property
    def is_published(self) -> bool:
        """Whether it can be bought; Discord says so by a flag."""
        return self.flags is None or bool(self.flags & AVAILABLE)


class Application(BaseModel):
    """The application that the bot belongs to."""

    id: Snowflake
    verify_key: Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]
    event_webhooks_url: Lenient[str] = None
    event_webhooks_status: Lenient[int] = None
    event_webhooks_types: Lenient[list[str]] = None


def instant_of_id(snowflake: int) -> Instant:
    """When Discord made an id."""
    return Instant(((snowflake >> 22) + EPOCH_MILLISECONDS) * 1000)


def id_at(instant: Instant) -> int:
    """The smallest id that Discord could have made then; 0 for times before its first."""
    return max(0, instant // 1000 - EPOCH_MILLISECONDS) << 22
