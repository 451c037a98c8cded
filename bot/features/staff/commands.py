"""What staff do with orders that wait for a person."""

from bot.client import GuildbankBot
from bot.features.staff.views import BUTTONS


async def setup(bot: GuildbankBot) -> None:
    """Listen to the buttons, also on cards sent before a restart."""
    bot.add_dynamic_items(*BUTTONS)
