"""Discord's own shop on this machine: SKUs, purchases, and the messages about them.

Its API is served by `sandbox.discord_wire`; its pages, webhook events and bad luck are here.
"""

from sandbox.discord_shop.errors import Refused
from sandbox.discord_shop.line import Line
from sandbox.discord_shop.objects import Entitlement, Kind, Sku, SkuType
from sandbox.discord_shop.server import LocalShop

__all__ = ["Entitlement", "Kind", "Line", "LocalShop", "Refused", "Sku", "SkuType"]
