"""Everything that the demo needs, started together: SimCord, who takes the money, and the bot.

The bot is the unchanged one, wired by its own composition root, which is passed in.
SimCord asks for some care:

- One environment for an event loop, and one open Preview, which shows one channel to one person.
  `Screen` closes it and opens another when someone looks elsewhere.
- Its clock starts on 2026-01-01 and stands still: `Screen` moves it along with the real one.
- Work that waits forever must not belong to the bot. So runner, web server and worker are started
  here, after SimCord, and outside of `setup_hook`; else it says that the bot did not settle.
- A command is over when all that it began has ended, timers included. A kept-alive connection of
  aiohttp has a timer of 15 seconds; so the local APIs are reached through the page's server, which
  closes each connection. Where commands may wait for real calls, that is the limit below.
- Operations must not overlap: whatever acts on SimCord holds `Screen.turn`.
- Its pages forbid frames, so the page's server passes them on without that header.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import simcord
from discord.ext import commands

from payments.domain.values.ids import GuildId
from payments.infra.clock import system_clock
from payments.infra.encryption import new_key
from payments.infra.settings import Settings
from payments.providers.settings import load_settings
from payments.runner.runner import Runner
from payments.store.queries import Queries
from sandbox.demo.premium import on_buttons
from sandbox.demo.screen import Screen
from sandbox.demo.shell import Shell
from sandbox.demo.takers import BOT_TOKEN, Takers
from sandbox.demo.world import GUILD, World, create_world, stock
from sandbox.mail.server import LocalMail

SETTLE_SECONDS = 10.0
"""How long a command may take, its calls to who takes the money included."""


class Served(Protocol):
    """A web server."""

    @property
    def port(self) -> int:
        """Where it listens."""


class Program(Protocol):
    """The whole bot, in as far as the demo needs it."""

    @property
    def bot(self) -> commands.Bot:
        """The Discord client."""

    @property
    def web(self) -> Served:
        """Where webhooks and buyers arrive."""

    @property
    def runner(self) -> Runner:
        """Commits."""

    @property
    def queries(self) -> Queries:
        """Reads."""

    async def start(self) -> None:
        """Start all but Discord and the worker."""

    async def tell_commands(self, guilds: Sequence[GuildId] | None) -> int:
        """Make the commands known to Discord in these guilds, and learn their ids."""

    def start_worker(self) -> None:
        """Start to deliver."""

    async def close(self) -> None:
        """Stop everything."""


MakeProgram = Callable[[Settings], Program]


class Stage:
    """The demo's parts, as an async context manager.

    Args:
        make_program: Makes the bot with all its parts from settings; it starts nothing yet.
        port: Where the page is; 0 takes a free port.
        ways: The providers that are offered, in their order.

    Attributes:
        shell: The page's server.
        mail: The mail server.
        takers: Those providers.
        stripe: The local Stripe, which is one of them.
        guildbank: The bot with all its parts.
        world: The guild and its people.
        env: SimCord's environment.
        screen: What of it is shown.
    """

    def __init__(
        self, make_program: MakeProgram, *, port: int = 0, ways: Sequence[str] = ("stripe",)
    ) -> None:
        self._make_program = make_program
        self.mail = LocalMail()
        self.shell = Shell(port=port, mailbox=self.mail.mailbox)
        self.takers = Takers(ways)
        self.stripe = self.takers.stripe
        self.guildbank: Program
        self.env: simcord.Env
        self.world: World
        self.screen: Screen
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            folder = exits.enter_context(tempfile.TemporaryDirectory(prefix="guildbank-demo-"))
            await self.mail.start()
            exits.push_async_callback(self.mail.close)
            await self.shell.start()
            exits.push_async_callback(self.shell.close)
            await self.takers.start(exits)
            self.shell.connect(self.takers.addresses(), self.takers.pages())
            await self._start_bot(exits, Path(folder))
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exits.aclose()

    async def _start_bot(self, exits: AsyncExitStack, folder: Path) -> None:
        settings = self._settings(folder)
        self.guildbank = self._make_program(settings)
        bot = self.guildbank.bot
        self.env = simcord.Env(bot, settle_timeout=SETTLE_SECONDS)
        await self.env.start()
        exits.push_async_callback(self.env.shutdown)
        self.env.backend.bot_user.name = "Guildbank"
        await self.env.advance_time((datetime.now(UTC) - self.env.now()).total_seconds())
        exits.push_async_callback(self.guildbank.close)
        await self.guildbank.start()
        web = f"http://127.0.0.1:{self.guildbank.web.port}"
        self.takers.tell_stripe(web)
        self.world = await create_world(self.env)
        await stock(self.world, self.guildbank.runner, settings.encryptor(), system_clock)
        await self.guildbank.tell_commands([GUILD])
        self.screen = Screen(self.env, self.world, on_buttons())
        exits.push_async_callback(self.screen.close)
        self.guildbank.start_worker()
        self.shell.show(screen=self.screen, web=web)
        await self.takers.open(self.screen, self.world, self.shell.url, self.guildbank.runner)

    def _settings(self, folder: Path) -> Settings:
        return load_settings(
            (),
            _env_file=None,
            discord_token=BOT_TOKEN,
            discord_gateway_url=None,
            **{"discord_api_url": None, **self.takers.settings(self.shell.url)},
            mail_service="smtp",
            mail_from="Harbour Guild <receipts@guild.example>",
            mail_per_second=100,
            smtp_host="127.0.0.1",
            smtp_port=self.mail.port,
            smtp_tls="off",
            database_url=f"sqlite:///{folder}/guildbank.db",
            public_url=self.shell.url,
            http_host="127.0.0.1",
            http_port=0,
            metrics_host="127.0.0.1",
            metrics_port=0,
            guild_ids=str(GUILD),
            encryption_keys=new_key(),
            trusted_proxies="",
            log_level="WARNING",
            log_format="text",
        )
