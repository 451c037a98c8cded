"""What the gateway tells of purchases in Discord's own shop, handed on as Discord wrote it."""

from datetime import datetime
from typing import Any

import discord
from discord.ext import commands

from payments.services.shop_front import ShopFront


class Purchases:
    """Listens for them. What is missed here is found in Discord's list.

    Args:
        front: Takes them in.
    """

    def __init__(self, front: ShopFront) -> None:
        self._front = front

    def listen(self, bot: commands.Bot) -> None:
        """Begin."""
        bot.add_listener(self.created, "on_entitlement_create")
        bot.add_listener(self.updated, "on_entitlement_update")
        bot.add_listener(self.deleted, "on_entitlement_delete")

    async def created(self, entitlement: discord.Entitlement) -> None:
        """Somebody has bought something."""
        await self._front.hear("ENTITLEMENT_CREATE", written(entitlement))

    async def updated(self, entitlement: discord.Entitlement) -> None:
        """Something of it has changed."""
        await self._front.hear("ENTITLEMENT_UPDATE", written(entitlement))

    async def deleted(self, entitlement: discord.Entitlement) -> None:
        """Discord has taken it back."""
        await self._front.hear("ENTITLEMENT_DELETE", written(entitlement))


def written(entitlement: discord.Entitlement) -> dict[str, Any]:
    """An entitlement as Discord writes it; discord.py keeps no other form of it."""
    return {
        "id": str(entitlement.id),
        "sku_id": str(entitlement.sku_id),
        "application_id": str(entitlement.application_id),
        "user_id": _id(entitlement.user_id),
        "guild_id": _id(entitlement.guild_id),
        "type": entitlement.type.value,
        "deleted": entitlement.deleted,
        "consumed": entitlement.consumed,
        "starts_at": _time(entitlement.starts_at),
        "ends_at": _time(entitlement.ends_at),
    }


def _id(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
