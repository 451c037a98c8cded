"""Makes the bot with all its features, and with its shards."""

from importlib import import_module
from typing import Any, Final

import discord
import structlog

from bot.client import GuildbankBot
from bot.connection.login import with_pauses
from bot.interaction.errors import GuildbankTree
from bot.startup.command_translator import CommandTranslator
from bot.ui.live import answer_what_is_over, custom_id_of
from payments.infra import translations

log = structlog.get_logger(__name__)

FEATURES: Final = (
    "bot.features.buying.commands",
    "bot.features.account.commands",
    "bot.features.transfers.commands",
    "bot.features.shop.commands",
    "bot.features.grants.commands",
    "bot.features.payments.commands",
    "bot.features.refunds.commands",
    "bot.features.undo.commands",
    "bot.features.packages.commands",
    "bot.features.items.commands",
    "bot.features.setup.commands",
    "bot.features.notices.commands",
    "bot.features.help.commands",
    "bot.features.status.commands",
    "bot.features.audit.commands",
    "bot.features.stats.commands",
    "bot.features.subscribers.commands",
    "bot.features.staff.commands",
    "bot.features.staff.desk",
    "bot.features.evidence.button",
    "bot.features.purchase_ban.button",
    "bot.features.checks.views",
)
"""Modules with a `setup`, in the order in which they are loaded."""


async def load_features(bot: GuildbankBot) -> None:
    """Load all features, unless they are.

    Each file is imported once for all bots of a process; as an extension of discord.py it would be
    carried out again for each of them. Where nothing is translated, nobody is asked for each
    description in each of Discord's languages: that are some 10,000 questions at each sync.
    """
    if not bot.cogs:
        for feature in FEATURES:
            await import_module(feature).setup(bot)
        if translations.languages():
            await bot.tree.set_translator(CommandTranslator())


class FeatureBot(GuildbankBot):
    """The bot with all its features."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - the client's collaborators, and what discord.py takes
        super().__init__(**options, tree_cls=GuildbankTree)

    async def setup_hook(self) -> None:
        """Load the features; their buttons also work on messages sent before a restart."""
        await super().setup_hook()
        await load_features(self)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a press on something that nobody handles any longer."""
        pressed = custom_id_of(interaction)
        lasts = any(template.fullmatch(pressed) for template in self.lasting)
        await answer_what_is_over(interaction, lasts=lasts)


class ShardedBot(FeatureBot, discord.AutoShardedClient):
    """The same with several connections to the gateway, each for its share of the guilds."""

    def _stands(self) -> bool:
        return not any(shard.is_closed() for shard in self.shards.values())


class RecommendedShardsBot(ShardedBot):
    """The same with as many connections as Discord recommends."""

    async def launch_shards(self) -> None:
        """Ask how many until Discord answers, then connect.

        discord.py asks once and ends if there is no answer, and passes over DISCORD_GATEWAY_URL.
        """
        await with_pauses(self._ask_how_many)
        await super().launch_shards()

    async def _ask_how_many(self) -> None:
        self.shard_count, _, _ = await self.http.get_bot_gateway()
        log.info("discord.shards", count=self.shard_count)


def create_bot(shards: tuple[int, ...] | None, **collaborators: Any) -> GuildbankBot:  # noqa: ANN401 - those of the bot
    """The bot with its shards.

    Args:
        shards: Which ones are here, and their total at the end; empty for as many as Discord
            recommends, all here; none for one connection.
        collaborators: The bot's.
    """
    if shards is None:
        return FeatureBot(**collaborators)
    if not shards:
        return RecommendedShardsBot(**collaborators)
    *here, total = shards
    return ShardedBot(**collaborators, shard_ids=here, shard_count=total)
