"""Asking providers for what is open: checkouts, refunds on their way, disputes.

Each is asked for by itself: what goes wrong with one stops no other. A run in the background asks
for a limited number of each kind, and the next one continues where it stopped.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import ACCEPTED, ApplyCheckoutLookup
from payments.domain.errors import Refused
from payments.domain.values.payment import Payment
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.time import DAY, HOUR, MINUTE, Clock, Instant, later
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Missing, PaymentProvider
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.fresh_lookup import FreshLook, stand_otherwise
from payments.services.refund_sending import RefundSending
from payments.services.surplus import SurplusRefunds
from payments.store.queries import Queries
from payments.store.queries.open_objects import Open, OpenCursor

log = structlog.get_logger(__name__)

CHECKOUT_LONGEST: Final = 365 * DAY
"""How old an open checkout may be. Each ends within days, but nobody may have listened meanwhile:
what was paid then is found here alone. Microseconds."""

INQUIRY_LONGEST: Final = 180 * DAY
"""How old a payment may be of which an inquiry is looked up: closed ones stay as they are."""

POLLED: Final = CHECKOUT_LIFE + HOUR
"""How old a checkout may be that is polled; older ones have ended. Microseconds."""

SETTLING: Final = 5 * MINUTE
"""What is younger than this is left alone: its webhook may still come. Microseconds."""

PAGE: Final = 100
AT_ONCE: Final = 500
"""How many of each kind one run in the background asks for."""

OnProgress: TypeAlias = Callable[[int, int], None]


def _nobody_waits(_done: int, _of: int) -> None:
    """Progress is shown to nobody."""


@dataclass(slots=True, kw_only=True)
class Looked:
    """What look-ups of one kind came to.

    Attributes:
        asked: How many payments were asked for.
        changed: Of how many more was found than was known.
        failed: What could not be asked for, in sentences.
    """

    asked: int = 0
    changed: int = 0
    failed: list[str] = field(default_factory=list)


class _Page(Protocol):
    def __call__(self, after: OpenCursor | None, limit: int) -> Awaitable[Sequence[Open]]: ...


_LookUp: TypeAlias = Callable[[Payment, Open], Awaitable[bool]]
"""Asks for one; returns whether more was found than was known."""


class LookUps:
    """Looks up what is open at the providers.

    Args:
        runner: Commits.
        queries: Reads.
        refunding: Looks refunds up.
        providers: By name.
        clock: Tells the time.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        refunding: RefundSending,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._refunding = refunding
        self._providers = providers
        self._clock = clock
        self._fresh = FreshLook(runner=runner, queries=queries, clock=clock)
        self._stopped_at: dict[str, OpenCursor | None] = {}

    async def checkouts(
        self, since: Instant, *, all_of_them: bool, on_progress: OnProgress
    ) -> Looked:
        """Look up every open checkout that was begun since then."""
        now = self._clock()
        oldest, before = min(since, later(now, -CHECKOUT_LONGEST)), later(now, -SETTLING)

        async def page(after: OpenCursor | None, limit: int) -> Sequence[Open]:
            return await self._queries.open_checkouts(oldest, before, after, limit)

        return await self._each("Payment", page, self._checkout, all_of_them, on_progress)

    async def fresh_checkouts(self) -> Looked:
        """Look up the open checkouts of these providers that can still be paid, however young."""
        now = self._clock()
        since, names = later(now, -POLLED), sorted(self._providers)

        async def page(after: OpenCursor | None, limit: int) -> Sequence[Open]:
            return await self._queries.open_checkouts(since, now, after, limit, names)

        return await self._each("Payment", page, self._checkout, False, _nobody_waits)

    async def one_checkout(self, payment: Payment) -> Looked:
        """Look up one payment's open checkout, however young."""
        looked, open_ = Looked(), Open(payment.id, cursor=())
        await self._one("Payment", open_, self._checkout, looked, set())
        return looked

    async def refunds(
        self,
        *,
        all_of_them: bool,
        on_progress: OnProgress = _nobody_waits,
        at_once: bool = False,
    ) -> Looked:
        """Look up every refund that is on its way, if it is `at_once` also the youngest."""
        before = later(self._clock(), 0 if at_once else -SETTLING)

        async def page(after: OpenCursor | None, limit: int) -> Sequence[Open]:
            return await self._queries.pending_refunds(before, after, limit)

        return await self._each("Refunds of payment", page, self._refund, all_of_them, on_progress)

    async def surplus(
        self, refunds: SurplusRefunds, *, all_of_them: bool, on_progress: OnProgress
    ) -> Looked:
        """Give back what came twice and is still here, though its call was made or is lost.

        Args:
            refunds: Give it back.
            all_of_them: Rather than as many as one run asks for.
            on_progress: Called with the number of payments looked up and of all.
        """
        before = later(self._clock(), -SETTLING)

        async def page(after: OpenCursor | None, limit: int) -> Sequence[Open]:
            return await self._queries.surplus_left(before, after, limit)

        async def look_up(payment: Payment, _open: Open) -> bool:
            if not payment.goes_back:
                return False
            await refunds.give_back(payment.id)
            after = await self._queries.payment(payment.id)
            return after is not None and stand_otherwise(payment, after)

        return await self._each(
            "What was paid twice by payment", page, lambda _: look_up, all_of_them, on_progress
        )

    async def disputes(self, *, all_of_them: bool, on_progress: OnProgress) -> Looked:
        """Look up every open dispute: its end may have been told while nobody listened."""
        oldest = later(self._clock(), -INQUIRY_LONGEST)

        async def page(after: OpenCursor | None, limit: int) -> Sequence[Open]:
            return await self._queries.open_disputes(oldest, after, limit)

        return await self._each("Dispute of payment", page, self._dispute, all_of_them, on_progress)

    async def _each(  # the parts of one loop
        self,
        what: str,
        page: _Page,
        by: Callable[[PaymentProvider], _LookUp | None],
        all_of_them: bool,  # noqa: FBT001 - not for callers
        on_progress: OnProgress,
    ) -> Looked:
        looked, shut = Looked(), set[str]()
        after = None if all_of_them else self._stopped_at.get(what)
        while all_of_them or looked.asked < AT_ONCE:
            found = await page(after, PAGE)
            for each in found:
                after = each.cursor
                await self._one(what, each, by, looked, shut)
                on_progress(looked.asked, looked.asked + len(found))
            if len(found) < PAGE:
                after = None
                break
        self._stopped_at[what] = after
        return looked

    async def _one(
        self,
        what: str,
        open_: Open,
        by: Callable[[PaymentProvider], _LookUp | None],
        looked: Looked,
        shut: set[str],
    ) -> None:
        payment = await self._queries.payment(open_.payment)
        provider = None if payment is None else self._providers.get(payment.provider)
        if payment is None or provider is None or provider.livemode != payment.livemode:
            return  # a test key finds no real payment
        look_up = by(provider)
        if look_up is None or provider.name in shut:
            return
        looked.asked += 1
        try:
            looked.changed += await look_up(payment, open_)
        except AccessRefused as error:  # the others would be refused, too
            shut.add(provider.name)
            looked.failed.append(f"{what} {payment.id} and others at {provider.name}: {error}")
        except BooksUnavailable:
            raise
        except (ProviderUnavailable, ProviderRefused, Refused) as error:
            looked.failed.append(f"{what} {payment.id}: {error}")
        except Exception as error:  # one that fails stops no other, and is named
            log.exception("reconciliation.look_up_failed", payment=payment.id)
            looked.failed.append(f"{what} {payment.id}: {type(error).__name__}.")

    def _refund(self, provider: PaymentProvider) -> _LookUp | None:
        if isinstance(provider.refunds, Missing):
            return None

        async def look_up(payment: Payment, _open: Open) -> bool:
            return payment.is_refunding and await self._refunding.look_up(payment)

        return look_up

    def _dispute(self, provider: PaymentProvider) -> _LookUp | None:
        disputes = provider.disputes
        if disputes is None:
            return None

        async def look_up(payment: Payment, open_: Open) -> bool:
            async def ask() -> list[Any]:
                return [await disputes.retrieve(open_.dispute)]

            await self._fresh.take(payment, ask)
            after = await self._queries.payment(payment.id)
            return after is not None and stand_otherwise(payment, after)

        return look_up

    def _checkout(self, provider: PaymentProvider) -> _LookUp | None:
        checkouts = provider.checkouts
        if isinstance(checkouts, Missing):
            return None

        async def look_up(payment: Payment, _open: Open) -> bool:
            update = (await checkouts.retrieve(payment.session or "")).update
            is_known = (update.status, update.money) == (payment.checkout, payment.money)
            if is_known and update.call is None:
                return False
            now = self._clock()
            result = await self._runner.run(
                ApplyCheckoutLookup(
                    key=ApplyCheckoutLookup.key_of(payment.id, update, now),
                    at=now,
                    actor=by_provider(provider.name),
                    guild=payment.guild,
                    payment=payment.id,
                    update=update,
                )
            )
            return result == ACCEPTED

        return look_up
