"""All parts of one process, wired together: the only place that knows them all."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self

import aiohttp
import structlog

from app.background import Background
from app.core import Services
from app.discord_bot import bot_of
from app.roles import EVERYTHING, ProcessRole
from app.work import begin_work
from bot.connection.login import connect, log_in, log_in_once, point_discord_at, with_pauses
from bot.delivery.channels import build_channels
from bot.delivery.panels import PanelKeeper, PanelRefresh
from bot.errors import StartFailed
from bot.fulfilment.comparison import RoleComparison
from bot.fulfilment.role_channel import RoleChannel
from bot.startup.command_sync import explained, learn_ids, sync_and_learn
from migrations import SCRIPTS
from payments.domain.values.ids import GuildId
from payments.domain.values.inbox import InboxEvent
from payments.domain.values.time import Clock, Instant
from payments.infra.clock import system_clock
from payments.infra.ids import new_id
from payments.infra.private_files import too_open, written_beside
from payments.infra.settings import Settings
from payments.notifications.routing import DISCORD_QUEUE, FULFILMENT_QUEUE, ROLE
from payments.notifications.worker import Worker
from payments.providers.kind import ProviderKind
from payments.providers.registry import PROVIDERS
from payments.services.health import Check, Health
from payments.services.provider_access import leave_to_others
from payments.services.reconciliation import ReconciliationReport
from payments.store.engine.database import SqliteDatabase
from payments.store.engine.migrate import Migrations
from webhooks.app import create_app, create_metrics_app, load_templates
from webhooks.keys import Parts, webhooks_of
from webhooks.metrics import METRICS_CONNECTIONS, WebMetrics
from webhooks.server.server import WebServer

log = structlog.get_logger(__name__)


class Guildbank:
    """One process: web server, queue worker and gateway on one loop, or some of them.

    Args:
        settings: The settings.
        clock: Tells the time.
        roles: What it does.
        shards: The gateway's shards here and their total; see `parse_shards`.
        kinds: The payment providers that can be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        roles: frozenset[ProcessRole] = EVERYTHING,
        shards: tuple[int, ...] | None = None,
        kinds: Sequence[ProviderKind] = PROVIDERS,
    ) -> None:
        self.settings, self._roles = settings, roles
        self.services = Services(
            settings,
            clock=clock,
            new_id=new_id,
            migrations=Migrations(SCRIPTS),
            wake=self._wake_soon,
            kinds=kinds,
        )
        self.database = self.services.database
        self.queries = self.services.queries
        self.runner = self.services.runner
        self.registry = self.services.registry
        checks = self.services.checks()
        if ProcessRole.BOT in roles:
            checks["gateway"] = Check(look=self._check_gateway)
        self.health = Health(checks, integrations=self.services.watching.health.standings)
        self.bot = bot_of(self.services, settings, self.health, shards)
        self.discord_workers = self._create_workers()
        self.comparison = RoleComparison(self.bot, queries=self.queries)
        keeper = PanelKeeper(self.bot, panels=self.services.panels)
        self.panels = PanelRefresh(keeper, panels=self.services.panels)
        self.bot.add_listener(self.comparison.joined, "on_member_join")
        self.web = self._create_web()
        self.metrics_web = WebServer(
            create_metrics_app(self.registry, self.health),
            host=settings.metrics_host,
            port=settings.metrics_port,
            most=METRICS_CONNECTIONS,
        )
        self.background = Background()
        self._loop: asyncio.AbstractEventLoop | None = None

    def _create_workers(self) -> dict[str, Worker]:
        """Those that need Discord, by queue."""
        core = self.services
        channels = build_channels(
            self.bot,
            queries=core.queries,
            answers=core.answers,
            mod_cards=core.mod_cards,
            encryptor=core.encryptor,
            clock=core.clock,
        )
        roles = {ROLE: RoleChannel(self.bot, queries=core.queries)}
        return {
            queue: Worker(
                deliveries=core.deliveries,
                queue=queue,
                channels=served,
                clock=core.clock,
                ends=core.metrics,
            )
            for queue, served in ((DISCORD_QUEUE, channels), (FULFILMENT_QUEUE, roles))
        }

    def _create_web(self) -> WebServer:
        core = self.services
        parts = Parts(
            webhooks=webhooks_of(core.providers.values()),
            inbox=core.inbox,
            program_orders=core.program_orders,
            queries=core.queries,
            outbound=core.outbound,
            health=self.health,
            clock=core.clock,
            metrics=WebMetrics(core.registry),
            trusted_proxies=self.settings.trusted_proxies,
            templates=load_templates(),
            ways=core.ways,
            came_back=core.returning.came_back,
            mail=core.mail,
        )
        return WebServer(
            create_app(parts),
            host=self.settings.http_host,
            port=self.settings.http_port,
            trusted=self.settings.trusted_proxies,
        )

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Start all but Discord: database, runner, inbox and web servers.

        Raises:
            DatabaseUnusable: The database cannot be used.
            StartFailed: A port is taken.
        """
        self._loop = asyncio.get_running_loop()
        before = await self.services.migrations.apply(self.database)
        log.info("database.ready", before=before, version=self.services.migrations.head)
        file = self.database.file if isinstance(self.database, SqliteDatabase) else None
        for path in await asyncio.to_thread(lambda: too_open(written_beside(file))):
            log.warning("file.open_to_others", file=str(path), remedy=f"chmod 600 {path}")
        await self.services.begin()
        await self.services.voiding.warn()
        servers = [self.metrics_web, *([self.web] if ProcessRole.WEBHOOKS in self._roles else [])]
        for server in servers:
            try:
                await server.start()
            except OSError as error:
                raise StartFailed(
                    f"Cannot listen on {server.host}:{server.port}: {error.strerror}. "
                    "Stop what is there, or set HTTP_PORT or METRICS_PORT to another port."
                ) from error
            log.info("web.ready", host=server.host, port=server.port)
        self.background.begin(self.bot.tally.run(), "refused attempts")
        looks = self.database.alone if ProcessRole.WORKER in self._roles else leave_to_others
        self.background.begin(self.services.access.run(looks), "access")
        self.background.begin(self.services.integration_watch.run(), "integrations")
        if ProcessRole.WORKER in self._roles:
            begin_work(self.background, self.services, self._wake)

    async def _check_gateway(self) -> str:
        return "ok" if self.bot.connected else "away"

    def _wake_soon(self) -> None:
        """Wake the worker, from the thread of an observer."""
        if self._loop is None:
            return
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        """Something may be due."""
        for worker in (*self.discord_workers.values(), *self.services.workers.values()):
            worker.wake()

    def start_worker(self) -> None:
        """Start to deliver; the bot must be logged in."""
        for queue, worker in self.discord_workers.items():
            self.background.begin(worker.run(), f"worker of {queue}")

    async def run(self) -> None:
        """Do what the roles say, forever: look for what was missed, deliver, stay connected.

        Raises:
            StartFailed: Discord refuses the token.
        """
        if ProcessRole.WORKER in self._roles:
            self.background.begin(
                self.services.reconciliation.run(self.database.alone), "reconciliation"
            )
        if self._roles & {ProcessRole.WORKER, ProcessRole.BOT}:
            point_discord_at(self.settings)
            await log_in(self.bot, self.settings)
            learn = partial(learn_ids, self.bot, self._command_places)
            self.background.begin(with_pauses(learn), "ids of commands")
        if ProcessRole.WORKER in self._roles:
            self.start_worker()
            self.background.begin(self.comparison.run(self.database.alone), "roles")
            self.background.begin(self.panels.run(self.database.alone), "panels")
        await (connect(self.bot) if ProcessRole.BOT in self._roles else asyncio.Event().wait())

    async def reconcile(
        self, since: Instant | None, *, on_progress: Callable[[int, int], None]
    ) -> ReconciliationReport:
        """Find what was missed, carry it out, and stop. Raises as `start`.

        Args:
            since: From when on; since the last complete list if none.
            on_progress: Called with the number of payments looked up and of all.
        """
        await self.services.migrations.apply(self.database)
        await self.services.begin()
        report = await self.services.reconciliation.reconcile(
            since, thorough=True, on_progress=on_progress
        )
        await self.services.inbox.retry_due()
        return report

    async def void(self, guild: GuildId | None) -> int:
        """Remove what is left of test payments, there or everywhere, and stop.

        Raises:
            Refused: A test key is in use.
        """
        await self.services.begin()
        return await self.services.voiding.void(guild)

    async def replay(self, inbox_event: InboxEvent) -> None:
        """Try one provider event again, on books that are up to date, and stop."""
        await self.services.begin()
        await self.services.inbox.retry(inbox_event)

    async def sync_commands(self) -> int:
        """Make the bot's commands known to Discord. Returns how many there are.

        Raises:
            StartFailed: Discord refuses the token, or the commands.
        """
        point_discord_at(self.settings)
        with explained():
            await log_in_once(self.bot, self.settings)
            return await self.tell_commands(self._command_places)

    @property
    def _command_places(self) -> Sequence[GuildId] | None:
        """The guilds in which Discord knows the commands; none if that is everywhere."""
        return None if self.settings.guild_ids == "*" else sorted(self.settings.guild_ids)

    async def tell_commands(self, guilds: Sequence[GuildId] | None) -> int:
        """Make the commands known to Discord, and learn their ids; the bot must be logged in."""
        return await sync_and_learn(self.bot, guilds)

    async def close(self) -> None:
        """Stop taking in, finish what is begun, let go of everything."""
        await self.web.close()
        await self.background.end()
        with contextlib.suppress(aiohttp.ClientError):
            await self.bot.close()
        await self.metrics_web.close()
        await self.services.close()
