"""The Discord client: it holds the collaborators and loads the cogs, and starts nothing by itself.

Web server, runner and worker are started by the composition root; commands are made known to
Discord by an explicit act (`bot.startup.command_sync`), never here.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import discord
import structlog
from discord import ui
from discord.ext import commands

from bot.connection.login import patiently
from bot.connection.rest_limits import Traffic
from bot.connection.second_copy import Copies
from bot.features.account.history import register as register_history
from bot.features.evidence.button import register as register_evidence
from bot.features.purchase_ban.button import register as register_bar
from bot.interaction.errors import Attempts, GuildbankTree
from bot.ui.live import answer_what_is_over, custom_id_of
from payments.domain.values.ids import GuildId
from payments.domain.values.time import Clock
from payments.infra.encryption import Sealer
from payments.infra.tally import Tally
from payments.notifications.subscribers.post import Post
from payments.runner.runner import Runner
from payments.services.checkout import Buying
from payments.services.health import Health
from payments.services.refunds import Refunding
from payments.services.void_test_points import Voiding
from payments.store.queries import Queries
from payments.store.records.notices import Notices

log = structlog.get_logger(__name__)

COGS: Final = (
    "bot.features.buying.commands",
    "bot.features.account.commands",
    "bot.features.transfers.commands",
    "bot.features.grants.commands",
    "bot.features.refunds.commands",
    "bot.features.undo.commands",
    "bot.features.packages.commands",
    "bot.features.setup.commands",
    "bot.features.notices.commands",
    "bot.features.status.commands",
    "bot.features.audit.commands",
    "bot.features.stats.commands",
    "bot.features.subscribers.commands",
)

RATE_LIMIT_SLEEP_SECONDS: Final = 30.0
"""The longest that discord.py sleeps on a rate limit, its least; it raises `RateLimited` beyond.

Longer than a lease: the worker renews it meanwhile.
"""

GUILD_STREAM_SECONDS: Final = 0.5
"""How long discord.py waits for one more server after each before it says that it is ready; nothing
here waits for all of them."""

# discord.py warns on each start that it cannot speak aloud; nobody asked it to.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class GuildbankBot(commands.Bot):
    """Guildbank on Discord.

    Attributes:
        runner: Commits what people decide.
        queries: Reads.
        buying: The way of a purchase.
        refunding: The way of a refund.
        voiding: Finds test points where real money is taken.
        notices: What could not be sent, and waits for its reader.
        health: Knows how the program does.
        post: Sends to other programs.
        attempts: Counts what people tried who may not.
        sealer: Encrypts the tokens with which answers can be changed later.
        clock: Tells the time.
        new_id: Makes fresh ids.
        sells_in: Whether a guild may sell.
        copies: Notices other programs with the same token.
        tally: Logs once a minute what people may do often.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        buying: Buying,
        refunding: Refunding,
        voiding: Voiding,
        notices: Notices,
        health: Health,
        post: Post,
        traffic: Traffic,
        attempts: Attempts,
        sealer: Sealer,
        clock: Clock,
        new_id: Callable[[], str],
        sells_in: Callable[[GuildId], bool],
        **sharding: Any,  # noqa: ANN401 - discord.py's
    ) -> None:
        super().__init__(
            **sharding,
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=GuildbankTree,
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=traffic,
            guild_ready_timeout=GUILD_STREAM_SECONDS,
            max_ratelimit_timeout=RATE_LIMIT_SLEEP_SECONDS,
        )
        self.runner = runner
        self.queries = queries
        self.buying = buying
        self.refunding = refunding
        self.voiding = voiding
        self.notices = notices
        self.health = health
        self.post = post
        self.sealer = sealer
        self.attempts = attempts
        self.clock = clock
        self.new_id = new_id
        self.sells_in = sells_in
        self.copies = Copies(runner, clock)
        self.tally = Tally()
        self._lasting: list[re.Pattern[str]] = []

    @property
    def connected(self) -> bool:
        """Whether it knows its guilds, and each connection to the gateway stands."""
        return self.is_ready() and not self.is_closed() and self._stands()

    def _stands(self) -> bool:
        return self.ws.open

    def add_dynamic_items(self, *items: type[ui.DynamicItem[Any]]) -> None:
        """Listen to buttons that work for ever, also on cards sent before a restart."""
        super().add_dynamic_items(*items)
        self._lasting += [each.__discord_ui_compiled_template__ for each in items]

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Tell whoever presses something that nobody answers any more."""
        pressed = custom_id_of(interaction)
        lasts = any(template.fullmatch(pressed) for template in self._lasting)
        await answer_what_is_over(interaction, lasts=lasts)

    async def close(self) -> None:
        """Say goodbye to Discord."""
        await super().close()
        await self.copies.close()
        self.tally.tell()

    async def setup_hook(self) -> None:
        """Load the cogs, and listen to the buttons of messages sent before a restart."""
        self.copies.listen()
        for cog in COGS:
            await self.load_extension(cog)
        register_history(self)
        register_bar(self)
        register_evidence(self)


class ShardedBot(GuildbankBot, discord.AutoShardedClient):
    """The same with several connections to the gateway, each for its share of the guilds."""

    def _stands(self) -> bool:
        return not any(shard.is_closed() for shard in self.shards.values())


class RecommendedShardsBot(ShardedBot):
    """The same with as many connections as Discord recommends."""

    async def launch_shards(self) -> None:
        """Ask how many until Discord answers, then connect.

        discord.py asks once and ends if there is no answer, and passes over DISCORD_GATEWAY_URL.
        """
        await patiently(self._ask_how_many)
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
        return GuildbankBot(**collaborators)
    if not shards:
        return RecommendedShardsBot(**collaborators)
    *here, total = shards
    return ShardedBot(**collaborators, shard_ids=here, shard_count=total)
