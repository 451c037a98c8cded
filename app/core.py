"""All services of the core, wired together; it does not know the faces (Discord, web)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry

from app import mail
from app.customers import customers_of
from app.queues import Queues
from app.stored import Stored
from app.taxes import open_recording, open_taxes
from app.timers import build_timers
from app.watching import Watching
from payments.domain.values.flags import parse_flags
from payments.domain.values.ids import GuildId
from payments.domain.values.time import Clock
from payments.infra.outbound import Purpose
from payments.infra.settings import Settings
from payments.integrations.flags import Flags
from payments.notifications.provider_calls import ProviderCallChannel
from payments.notifications.routing import HTTP, HTTP_QUEUE, PROVIDER_CALL, PROVIDER_QUEUE
from payments.notifications.subscribers.channel import SubscriberChannel
from payments.notifications.subscribers.post import Post
from payments.providers.kind import ProviderKind
from payments.providers.known import KnownProviders
from payments.providers.protocol import PaymentProvider
from payments.providers.registry import PROVIDERS, build_providers
from payments.runner.observers.log import Log
from payments.runner.observers.metrics import Metrics, QueueGauge
from payments.runner.observers.wake_up import Waking
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.health import Check, integrations_check, runner_checks, usual_checks
from payments.services.inbox import Inbox
from payments.services.maintenance import Maintenance
from payments.services.money_service import MoneyServiceT
from payments.services.own_shop import own_shops_of
from payments.services.polling import Polling
from payments.services.program_orders import ProgramOrders
from payments.services.provider_access import AccessRefusals, ProviderAccess
from payments.services.provider_guide import ProviderGuide
from payments.services.purchase_checks import PurchaseChecks
from payments.services.reconciliation import Reconciliation
from payments.services.refunds import RefundService
from payments.services.returning import Returning
from payments.services.sellers import Sellers
from payments.services.shop_front import shop_front_of
from payments.services.surplus import SurplusRefunds
from payments.services.void_test_points import Voiding
from payments.services.ways import Ways
from payments.store.audit.log import AuditLog
from payments.store.engine.migrate import Migrations
from payments.store.records.subscribers import SubscriberFailures

T = TypeVar("T")


class Services(Stored):
    """What a process is made of, without its faces. Starts nothing.

    Args:
        settings: The settings.
        clock: Tells the time.
        new_id: Makes ids that cannot be guessed.
        migrations: Bring the database up to date.
        wake: Called, in some thread, when something may be due.
        kinds: The payment providers that can be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        new_id: Callable[[], str],
        migrations: Migrations,
        wake: Callable[[], None],
        kinds: Sequence[ProviderKind] = PROVIDERS,
    ) -> None:
        super().__init__(settings)
        self._kinds = kinds
        self._known = KnownProviders(kinds=kinds)
        self.settings = settings
        self.clock = clock
        self.new_id = new_id
        self.migrations = migrations
        self.registry = CollectorRegistry()
        self.metrics = Metrics(self.registry)
        self.encryptor = settings.encryptor()
        self.watching = Watching(clock, self.metrics)
        self.outbound = self.watching.outbound
        self._refusals = AccessRefusals(clock)
        self._open_books(wake)
        self.mail = mail.desk(settings, self.encryptor, self.outbound, self.database, clock)
        self.providers = self._build_providers(Purpose.MEMBERS)
        self._background_providers = self._build_providers(Purpose.BACKGROUND)
        self._sell()
        self._serve_members()
        self._look_after()

    def _build_providers(self, purpose: Purpose) -> dict[str, PaymentProvider]:
        return build_providers(
            self.settings,
            outbound=self.outbound,
            purpose=purpose,
            refused=self._refusals.note,
            kinds=self._kinds,
            clock=self.clock,
            conceal=mail.conceal_of(self.mail),
        )

    def _open_books(self, wake: Callable[[], None]) -> None:
        """The one place that changes the books, and who is told of it."""
        observers = [self.metrics, Log(), Waking(wake)]
        self.runner = Runner(self.database, route=mail.route_of(self.settings), observers=observers)

    def _sell(self) -> None:
        """Buying, and choosing how to pay."""
        self.flags = Flags(parse_flags(self.settings.flags), self._flags_of)
        customers = customers_of(self.providers, self.database, self.queries, self.clock)
        sellers = Sellers(self.providers, self.flags, self._known, customers)
        self.taxes = open_taxes(self.settings, self.watching, self.database, self.flags, self.clock)
        self.buying = CheckoutService(
            runner=self.runner,
            queries=self.queries,
            sellers=sellers,
            clock=self.clock,
            new_id=self.new_id,
            public_url=self.settings.base_url,
            sells_in=self.settings.sells_in,
            opened=self.metrics.checkout_opened,
            default_currency=self.settings.default_currency,
            taxes=self.taxes,
            admitted=self.admissions.holds if self.settings.guild_ids == "*" else None,
        )
        self.ways = Ways(
            runner=self.runner,
            queries=self.queries,
            sellers=sellers,
            clock=self.clock,
            new_id=self.new_id,
            public_url=self.settings.base_url,
            is_away=self.outbound.is_away,
            check_sells_in=self.buying.check_sells_in,
            taxes=self.taxes,
        )

    def _serve_members(self) -> None:
        """Refunding, and hearing what became of what was bought."""
        self.guide = ProviderGuide(self.providers, self._known)
        self.refunding = self._of_money(RefundService, self.providers)
        self.purchase_checks = self._of_money(PurchaseChecks, self.providers)
        others, choices = self._background_providers, self.sku_choices
        self.inbox = Inbox(
            **self._common,
            providers=others,
            home=self.settings.only_guild,
            metrics=self.metrics,
            own_shops=own_shops_of(others, self.queries, choices, self.new_id),
        )
        self.shop_front = shop_front_of(self.providers, self.inbox, choices, self.flags, self.clock)
        self.voiding = self._of_money(Voiding, self.providers)
        self.returning = self._looking(Returning, self.providers)
        self.polling = self._looking(Polling, others)
        self.reconciliation = Reconciliation(
            **self._common,
            states=self.provider_states,
            inbox=self.inbox,
            refunding=self._of_money(RefundService, self._background_providers),
            surplus=self._of_money(SurplusRefunds, self._background_providers),
            providers=others,
        )

    async def _flags_of(self, guild: GuildId) -> Mapping[str, str]:
        return parse_flags((await self.queries.settings(guild)).flags)

    def _looking(self, kind: Callable[..., T], providers: Mapping[str, PaymentProvider]) -> T:
        """A service that looks things up at these providers."""
        refunding = self._of_money(RefundService, providers)
        return kind(refunding=refunding, providers=providers, **self._common)

    @property
    def _common(self) -> dict[str, Any]:
        return {"runner": self.runner, "queries": self.queries, "clock": self.clock}

    def _of_money(
        self, service: type[MoneyServiceT], providers: Mapping[str, PaymentProvider]
    ) -> MoneyServiceT:
        """A service that works on payments of these providers."""
        common = {**self._common, "new_id": self.new_id, "known": self._known}
        return service(providers=providers, **common)

    def _look_after(self) -> None:
        """Other programs, maintenance, and provider access."""
        self.access = ProviderAccess(
            providers=self._background_providers,
            refusals=self._refusals,
            states=self.provider_states,
            queries=self.queries,
            runner=self.runner,
            guilds=self.settings.named_guilds,
            clock=self.clock,
            shown=self.metrics,
            mended=self.reconciliation.go_on,
        )
        self.integration_watch = self.watching.watch(
            self.providers, self.runner, self.settings.named_guilds
        )
        self.program_orders = ProgramOrders(
            runner=self.runner, queries=self.queries, clock=self.clock, new_id=self.new_id
        )
        self.post = Post(
            encryptor=self.encryptor,
            clock=self.clock,
            private_allowed=self.settings.subscribers_in_private_networks,
        )
        queues = Queues(deliveries=self.deliveries, clock=self.clock, ends=self.metrics)
        self.workers = {
            HTTP_QUEUE: queues.worker(HTTP_QUEUE, {HTTP: self._subscribers()}),
            PROVIDER_QUEUE: queues.worker(PROVIDER_QUEUE, {PROVIDER_CALL: self._calls()}),
        }
        self.workers |= mail.workers(self.mail, queues, self.queries, self.flags, self._known)
        self.maintenance = Maintenance(
            timers=build_timers(
                self.runner, self.database, self.clock, self._background_providers.values()
            ),
            database=self.database,
            answers=self.answers,
            audit=AuditLog(self.database),
            deliveries=self.deliveries,
            queries=self.queries,
            gauge=QueueGauge(self.registry),
            clock=self.clock,
            keep_days=self.settings.keep_days,
            taxes=open_recording(self.taxes, self.database, self.clock),
            tax_quotes=self.taxes.quotes,
        )

    def _subscribers(self) -> SubscriberChannel:
        return SubscriberChannel(
            post=self.post,
            runner=self.runner,
            queries=self.queries,
            orders=self.program_orders,
            failures=SubscriberFailures(self.database),
            clock=self.clock,
        )

    def _calls(self) -> ProviderCallChannel:
        return ProviderCallChannel(
            providers=self._background_providers,
            refunder=self._of_money(SurplusRefunds, self._background_providers),
            known=self._known,
            **self._common,
        )

    async def begin(self) -> None:
        """Get ready to change the books, which are at their version."""
        self.runner.start()
        await mail.begin(self.mail)

    def checks(self) -> dict[str, Check]:
        """The checks of health that concern the core."""
        usual = usual_checks(
            queries=self.queries,
            migrations=self.migrations,
            providers=self.providers,
            outbound=self.outbound,
            clock=self.clock,
        )
        watched = {"integrations": integrations_check(self.watching.health)}
        return {**usual, **runner_checks(self.runner), **watched, **mail.checks(self.mail)}

    async def close(self) -> None:
        """Finish what is begun, let go of everything."""
        self.flags.close()
        await self.returning.close()
        await self.runner.close()
        await self.post.close()
        await mail.end(self.mail)
        for provider in (*self.providers.values(), *self._background_providers.values()):
            await provider.close()
        await self.taxes.close()
        await self.database.close()
