"""Panels that a killed process has left: posted and not noted, or replaced and not deleted."""

from collections.abc import Iterator
from typing import Any, Final

import discord
import structlog

from bot.client import GuildbankBot
from payments.domain.values.panels import PanelKind
from payments.store.records.panels import Panel

log = structlog.get_logger(__name__)

LOOKED_AT: Final = 100
"""How many of a channel's last messages are looked at: as many as Discord gives at once."""

_BUTTON: Final = {PanelKind.ITEMS: "panel:item:", PanelKind.PACKAGES: "panel:package:"}
"""How the id of a button begins that stands on a panel of a kind."""


async def delete_leftovers(bot: GuildbankBot, panel: Panel, place: discord.TextChannel) -> None:
    """Delete other panels of the same kind from the channel of a new one.

    Nobody would change them any more. What Discord does not let the bot see or delete stays.

    Args:
        bot: Logged in.
        panel: The one that stays.
        place: Its channel.
    """
    try:
        async for message in place.history(limit=LOOKED_AT):
            if message.id != panel.message and _is_panel(bot, message, panel.kind):
                await message.delete()
    except discord.HTTPException as error:
        log.info("panel.leftovers_not_deleted", guild=panel.guild, code=error.code)


def _is_panel(bot: GuildbankBot, message: discord.Message, kind: PanelKind) -> bool:
    if bot.user is None or message.author.id != bot.user.id:
        return False
    parts = [part.to_dict() for part in message.components]
    return any(each.startswith(_BUTTON[kind]) for each in _custom_ids(parts))


def _custom_ids(part: Any) -> Iterator[str]:  # noqa: ANN401 - Discord's JSON
    """The ids of all that can be pressed."""
    if isinstance(part, list):
        for each in part:
            yield from _custom_ids(each)
    elif isinstance(part, dict):
        yield str(part.get("custom_id") or "")
        yield from _custom_ids([part.get("components"), part.get("accessory")])
