"""SKUs and entitlements (Discord: SKU Resource, Entitlement Resource)."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from pydantic import BaseModel, ConfigDict

from payments.domain.values.time import SECOND, Instant
from sandbox.base.common import Json

AVAILABLE = 1 << 2
GUILD_SUBSCRIPTION = 1 << 7
USER_SUBSCRIPTION = 1 << 8


class SkuType(IntEnum):
    """What a SKU is."""

    DURABLE = 2
    CONSUMABLE = 3
    SUBSCRIPTION = 5
    SUBSCRIPTION_GROUP = 6


class Kind(IntEnum):
    """How somebody came by an entitlement. Discord knows more; the shop makes these."""

    PURCHASE = 1
    DEVELOPER_GIFT = 3
    TEST_MODE_PURCHASE = 4
    USER_GIFT = 6
    APPLICATION_SUBSCRIPTION = 8


class Sku(BaseModel):
    """Something that the application sells.

    Attributes:
        flags: `AVAILABLE`, or whose the subscription is.
        cents: The price in cents of a US dollar; buyers see it, the API never tells it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: int
    name: str
    type: SkuType = SkuType.CONSUMABLE
    flags: int = AVAILABLE
    cents: int = 499

    @property
    def for_sale(self) -> bool:
        """Whether it can be bought once."""
        return self.type in {SkuType.DURABLE, SkuType.CONSUMABLE} and bool(self.flags & AVAILABLE)

    def render(self, application: int) -> Json:
        """As the API shows it: the page's fields, and those that only its example has."""
        return {
            "id": str(self.id),
            "type": int(self.type),
            "dependent_sku_id": None,
            "application_id": str(application),
            "manifest_labels": None,
            "access_type": 1,
            "name": self.name,
            "features": [],
            "release_date": None,
            "premium": False,
            "slug": re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-"),
            "flags": self.flags,
            "show_age_gate": False,
        }


@dataclass(slots=True, kw_only=True)
class Entitlement:
    """What somebody has.

    Attributes:
        user: Whose it is; the user who created it, for a guild's test entitlement.
        guild: Whose it is, if it is a guild's; a consumable is always a user's.
        consumed: Whether it was consumed; None where the SKU is no consumable.
        gifter: Who gave it to them.
        made_by_api: Whether it is a test entitlement.
        ends: When it ends; consumables do not.
    """

    id: int
    application: int
    sku: int
    kind: Kind
    user: int
    guild: int | None = None
    deleted: bool = False
    consumed: bool | None = None
    gifter: int | None = None
    made_by_api: bool = False
    ends: Instant | None = None

    @property
    def held(self) -> bool:
        """Whether it keeps its owner from buying the same once more."""
        return not self.deleted and not self.consumed

    def ended(self, now: Instant) -> bool:
        """Whether its time is over."""
        return self.ends is not None and self.ends <= now

    def render(self) -> Json:
        """As the API and the gateway show it."""
        return self.told() | {"starts_at": None, "ends_at": moment(self.ends)}

    def told(self) -> Json:
        """As webhook events show it: without times where there are none (page "Webhook Events")."""
        shown: Json = {
            "id": str(self.id),
            "sku_id": str(self.sku),
            "application_id": str(self.application),
            "user_id": str(self.user),
            "promotion_id": None,
            "type": int(self.kind),
            "deleted": self.deleted,
            "gift_code_flags": 0,
        }
        if self.consumed is not None:
            shown["consumed"] = self.consumed
        if self.guild is not None:
            shown["guild_id"] = str(self.guild)
        if self.gifter is not None:
            shown["gifter_user_id"] = str(self.gifter)
        return shown if self.ends is None else shown | {"ends_at": moment(self.ends)}


def moment(at: Instant | None) -> str | None:
    """A time as the API writes it, with its zone."""
    return None if at is None else datetime.fromtimestamp(at / SECOND, UTC).isoformat()
