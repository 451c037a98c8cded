"""What the services are built from that work on payments which were made."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from payments.domain.values.time import Clock
from payments.providers.known import KNOWN, KnownProviders
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.store.queries import Queries


class MoneyService:
    """Works on payments of whichever provider took their money.

    Args:
        runner: Commits.
        queries: Reads.
        providers: By name.
        clock: Tells the time.
        new_id: Makes fresh ids.
        known: What people read of providers.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
        new_id: Callable[[], str],
        known: KnownProviders = KNOWN,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._providers = providers
        self._clock = clock
        self._new_id = new_id
        self._known = known


MoneyServiceT = TypeVar("MoneyServiceT", bound=MoneyService)
