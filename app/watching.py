"""Who watches the calls to the outside: put together here for all processes."""

from collections.abc import Mapping, Sequence

from payments.domain.values.ids import GuildId
from payments.domain.values.time import Clock
from payments.infra.integration_health import IntegrationHealth
from payments.infra.outbound import Outbound
from payments.providers.protocol import PaymentProvider
from payments.runner.observers.metrics import Metrics
from payments.runner.runner import Runner
from payments.services.integration_watch import IntegrationWatch


class Watching:
    """The calls to the outside, how they do, and who tells people.

    Args:
        clock: Tells the time.
        metrics: Count.
    """

    def __init__(self, clock: Clock, metrics: Metrics) -> None:
        self._clock = clock
        self._metrics = metrics
        self.health = IntegrationHealth(clock, counts=metrics)
        self.outbound = Outbound(ends=self.health, breaker_changed=self.health.breaker_changed)

    def watch(
        self, providers: Mapping[str, PaymentProvider], runner: Runner, guilds: Sequence[GuildId]
    ) -> IntegrationWatch:
        """Who tells people.

        Args:
            providers: Those that members wait for.
            runner: Commits.
            guilds: Those whose moderators are told.
        """
        return IntegrationWatch(
            health=self.health,
            providers=providers,
            runner=runner,
            guilds=guilds,
            clock=self._clock,
            shown=self._metrics,
        )
