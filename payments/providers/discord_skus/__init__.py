"""Discord's own shop: what it sells there as consumable SKUs becomes payments here."""

from payments.providers.discord_skus.kind import DISCORD_SKUS_KIND

__all__ = ["DISCORD_SKUS_KIND"]
