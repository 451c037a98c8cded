"""The Discord client: it holds the collaborators, and knows nothing of what is built on it.

Its features come to it where it is made (`bot.startup.create`). Web server, runner and worker are
started by the composition root; commands are made known to Discord by an explicit act
(`bot.startup.command_sync`), never here.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import discord
from discord import ui
from discord.ext import commands

from bot.connection.command_ids import CommandIds
from bot.connection.guild_names import SeenNames
from bot.connection.people import People
from bot.connection.purchases import Purchases
from bot.connection.rest_limits import RestLimits
from bot.connection.second_copy import Copies
from payments.domain.values.ids import GuildId
from payments.domain.values.time import Clock
from payments.infra.encryption import Encryptor
from payments.infra.tally import Tally
from payments.notifications.subscribers.post import Post
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.health import Health
from payments.services.provider_guide import ProviderGuide
from payments.services.purchase_checks import PurchaseChecks
from payments.services.refunds import RefundService
from payments.services.shop_front import ShopFront
from payments.services.void_test_points import Voiding
from payments.store.queries import Queries
from payments.store.records.guild_names import GuildNames
from payments.store.records.notices import Notices
from payments.store.records.panels import Panels

RATE_LIMIT_SLEEP_SECONDS: Final = 30.0
"""The longest that discord.py sleeps on a rate limit, its least; it raises `RateLimited` beyond.

Longer than a lease: the worker renews it meanwhile.
"""

GUILD_STREAM_SECONDS: Final = 0.5
"""How long discord.py waits for one more server after each before it says that it is ready; nothing
here waits for all of them."""

_MEASURES: Final[Mapping[str, Any]] = {
    "max_messages": None,
    "chunk_guilds_at_startup": False,
    "guild_ready_timeout": GUILD_STREAM_SECONDS,
    "max_ratelimit_timeout": RATE_LIMIT_SLEEP_SECONDS,
}

# discord.py warns on each start that it cannot speak aloud; nobody asked it to.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False


class Attempts(Protocol):
    """Counts what people tried who may not."""

    def attempt_refused(self, kind: str) -> None:
        """Count one, by the kind of interaction."""


class GuildbankBot(commands.Bot):
    """Guildbank on Discord.

    Attributes:
        runner: Commits what people decide.
        queries: Reads.
        buying: The way of a purchase.
        refunding: The way of a refund.
        purchase_checks: Decisions about purchases whose money is only set aside.
        guide: What people read of providers.
        voiding: Finds test points where real money is taken.
        notices: What could not be sent, and waits for its reader.
        panels: Where panels stand.
        health: Knows how the program does.
        post: Sends to other programs.
        attempts: Counts what people tried who may not.
        encryptor: Encrypts the tokens with which answers can be changed later.
        clock: Tells the time.
        new_id: Makes fresh ids.
        sells_in: Whether a guild may sell.
        shop_front: Discord's own shop, where that is switched on.
        copies: Notices other programs with the same token.
        command_ids: Under which ids Discord knows its commands.
        names: Keeps what guilds are called.
        people: Knows what members are called.
        lasting: Templates of buttons that work forever.
        tally: Logs once a minute what people may do often.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        buying: CheckoutService,
        refunding: RefundService,
        purchase_checks: PurchaseChecks,
        guide: ProviderGuide,
        voiding: Voiding,
        notices: Notices,
        guild_names: GuildNames,
        panels: Panels,
        health: Health,
        post: Post,
        rest_limits: RestLimits,
        attempts: Attempts,
        encryptor: Encryptor,
        clock: Clock,
        new_id: Callable[[], str],
        sells_in: Callable[[GuildId], bool],
        sees_members: bool = False,
        shop_front: ShopFront | None = None,
        **options: Any,  # noqa: ANN401 - discord.py's
    ) -> None:
        super().__init__(
            **options,
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True, members=sees_members),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=discord.app_commands.AppCommandContext(guild=True),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=rest_limits,
            **_MEASURES,
        )
        self.runner, self.queries = runner, queries
        self.buying, self.refunding, self.guide = buying, refunding, guide
        self.voiding, self.purchase_checks = voiding, purchase_checks
        self.notices, self.panels = notices, panels
        self.health, self.post = health, post
        self.encryptor = encryptor
        self.attempts, self.clock, self.new_id = attempts, clock, new_id
        self.sells_in, self.shop_front = sells_in, shop_front
        self.copies, self.command_ids = Copies(runner, clock), CommandIds()
        self.names = SeenNames(guild_names)
        self.people, self.tally = People(clock), Tally()
        self.lasting: list[re.Pattern[str]] = []

    @property
    def connected(self) -> bool:
        """Whether it knows its guilds, and each connection to the gateway stands."""
        return self.is_ready() and not self.is_closed() and self._stands()

    def _stands(self) -> bool:
        return self.ws.open

    def add_dynamic_items(self, *items: type[ui.DynamicItem[Any]]) -> None:
        """Listen to buttons that work forever, also on cards sent before a restart."""
        super().add_dynamic_items(*items)
        self.lasting += [each.__discord_ui_compiled_template__ for each in items]

    async def close(self) -> None:
        """Say goodbye to Discord."""
        await super().close()
        await self.copies.close()
        await self.names.close()
        self.tally.tell()

    async def setup_hook(self) -> None:
        """Begin to listen; the features are loaded after this."""
        self.copies.listen()
        self.names.listen(self)
        if self.shop_front is not None:
            Purchases(self.shop_front).listen(self)
