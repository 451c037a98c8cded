"""Commands made known without their descriptions in each of Discord's languages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.client import GuildbankBot


@asynccontextmanager
async def in_english(bot: GuildbankBot) -> AsyncIterator[None]:
    """Make commands known without asking for each description in each of Discord's languages.

    The tests of those languages ask; elsewhere it would be most of the time that a start takes.
    """
    translator = bot.tree.translator
    await bot.tree.set_translator(None)
    yield
    await bot.tree.set_translator(translator)
