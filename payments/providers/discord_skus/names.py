"""What Discord's shop is called here, and what it calls its things."""

from typing import Final

DISCORD_SKUS: Final = "discord_skus"
"""As in the database, in `/webhooks/discord_skus` and in `PAYMENT_PROVIDERS`."""

CONSUMABLE: Final = 3
"""The type of a SKU that is bought again once it was used up (Discord: SKU types)."""

CREATED: Final = "ENTITLEMENT_CREATE"
UPDATED: Final = "ENTITLEMENT_UPDATE"
DELETED: Final = "ENTITLEMENT_DELETE"
KINDS: Final = frozenset({CREATED, UPDATED, DELETED})
"""What is told of entitlements, by the gateway and by webhook events alike."""
