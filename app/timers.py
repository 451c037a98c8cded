"""What comes to its end by itself, wired together."""

import functools
import time
from collections.abc import Iterable

from payments.domain.values.time import Clock
from payments.infra.trusted_clock import TrustedClock, first_of
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.timers import Timers
from payments.store.engine.database import Database
from payments.store.engine.server_time import server_time
from payments.store.records.shop_timers import EndingOrders, EndingRoles, RemindedOrders
from payments.store.records.timers import (
    EndingChecks,
    EndingLots,
    RefusedTimers,
    UnlevelPayments,
    UnopenedPayments,
)


def build_timers(
    runner: Runner, database: Database, clock: Clock, providers: Iterable[PaymentProvider]
) -> Timers:
    """All timers of a process.

    Args:
        runner: Carries the commands out.
        database: Knows what is due.
        clock: Tells the time.
        providers: Their clocks are the second ones where the database has none of its own.
    """
    return Timers(
        runner=runner,
        sources=[
            UnlevelPayments(database),
            EndingLots(database),
            UnopenedPayments(database),
            EndingChecks(database),
            EndingOrders(database),
            RemindedOrders(database),
            EndingRoles(database),
        ],
        refusals=RefusedTimers(database),
        clock=clock,
        trusted=TrustedClock(
            clock,
            steady=time.monotonic,
            second=first_of(
                functools.partial(server_time, database.reader),
                *(each.access.time for each in providers),
            ),
        ),
    )
