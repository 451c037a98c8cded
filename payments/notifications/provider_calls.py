"""The channel `provider`: what a provider is asked for once something is committed.

A delivery may be made again after a crash at any point, so the same call may be sent again: under
its stored key, the provider does it once. A new key is used only after a look-up has found that the
one before has led to nothing.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.provider_calls import CompleteCall, EndCall, RetryCall
from payments.domain.values.events import ProviderCallRequested
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import (
    GIVE_BACK,
    CallKey,
    CallKind,
    CallStatus,
    ProviderCall,
)
from payments.domain.values.time import Clock
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.notifications.provider_callers import Caller, Made, caller_of
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.known import KNOWN, KnownProviders
from payments.providers.protocol import PaymentProvider
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

MENDED_SECONDS: Final = 600.0
"""How long to wait for a person to mend our own settings."""


class Refunder(Protocol):
    """Gives back what was paid twice."""

    async def give_back(self, payment: PaymentId) -> None:
        """Refund what is left of a payment that brought no points, once.

        Raises:
            ProviderUnavailable: Not now.
            BooksUnavailable: The database is away.
        """
        ...


class ProviderCallChannel:
    """The channel `provider`.

    Args:
        providers: By name.
        runner: Commits what became of a call.
        queries: Reads calls.
        refunder: Gives back what was paid twice.
        clock: Tells the time.
        known: What people read of providers.
    """

    name = "provider"

    def __init__(
        self,
        *,
        providers: Mapping[str, PaymentProvider],
        runner: Runner,
        queries: Queries,
        refunder: Refunder,
        clock: Clock,
        known: KnownProviders = KNOWN,
    ) -> None:
        self._known = known
        self._providers = providers
        self._runner = runner
        self._queries = queries
        self._refunder = refunder
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Make the call, unless it was made already.

        Raises:
            Postpone: Not now; for as long as the call is of any use.
            GiveUp: The provider said no, or the time of the call is over.
        """
        event = delivery.event
        if not isinstance(event, ProviderCallRequested):
            raise TypeError(f"no call: {event.name}")
        try:
            await self._deliver(event)
        except ProviderUnavailable as error:
            raise Postpone(str(error), lasting=True) from error
        except BooksUnavailable as error:
            raise Postpone(str(error), lasting=True) from error

    async def _deliver(self, event: ProviderCallRequested) -> None:
        if event.call == GIVE_BACK:
            await self._refunder.give_back(event.payment)
            return
        key = CallKey(event.provider, CallKind(event.call), event.object)
        call = await self._queries.provider_call(key)
        payment = await self._queries.payment(event.payment)
        if call is None or payment is None or call.status is not CallStatus.WAITING:
            return  # an earlier delivery has done it
        await self._carry_out(call, payment)

    async def _carry_out(self, call: ProviderCall, payment: Payment) -> None:
        caller = caller_of(self._providers.get(call.key.provider), call, payment)
        if call.until is not None and self._clock() >= call.until:
            await self._lapse(caller, call)
        if caller is None:
            title = self._known.title(call.key.provider)
            why = f"{title} cannot be asked for this with the settings as they are."
            raise Postpone(why, seconds=MENDED_SECONDS, lasting=True)
        if call.attempt > 1 and await self._was_made(caller, call):
            return
        try:
            made = await caller.make(call)
        except ProviderRefused as error:
            if not await self._was_made(caller, call):
                await self._end(call, CallStatus.REFUSED, str(error))
            return
        except ProviderUnavailable as error:
            if error.key_spent and not await self._was_made(caller, call):
                await self._runner.run(RetryCall(**self._of(call, RetryCall)))
            raise
        await self._complete(call, made)

    async def _lapse(self, caller: Caller | None, call: ProviderCall) -> None:
        """End a call whose time is over; what was made of it nevertheless is taken in.

        Raises:
            GiveUp: Always.
        """
        try:
            made = caller is not None and await self._was_made(caller, call)
        except ProviderUnavailable as error:
            log.warning("provider_call.not_looked_up", call=str(call.key), error=str(error))
            made = False
        if not made:
            await self._end(call, CallStatus.LAPSED, "It could not be done in time.")
        raise GiveUp("its time is over")

    async def _was_made(self, caller: Caller, call: ProviderCall) -> bool:
        """Whether the provider has done it; if so, that is committed.

        Raises:
            ProviderUnavailable: It could not be asked.
        """
        try:
            made = await caller.look_up(call)
        except ProviderRefused:  # it knows no such object any more
            return False
        if made is None:
            return False
        await self._complete(call, made)
        return True

    async def _complete(self, call: ProviderCall, made: Made) -> None:
        command = CompleteCall(**self._of(call, CompleteCall), update=made.update)
        await self._runner.run(command)
        log.info("provider_call.made", call=str(call.key), attempt=call.attempt)

    async def _end(self, call: ProviderCall, status: CallStatus, reason: str) -> None:
        log.warning("provider_call.ended", call=str(call.key), status=status, reason=reason)
        await self._runner.run(EndCall(**self._of(call, EndCall), status=status, reason=reason))

    def _of(
        self, call: ProviderCall, kind: type[CompleteCall | RetryCall | EndCall]
    ) -> dict[str, Any]:
        """What the commands about an attempt of a call have in common."""
        return {
            "key": kind.key_of(call),
            "at": self._clock(),
            "actor": by_provider(call.key.provider),
            "guild": call.guild,
            "call": call.key,
            "payment": call.payment,
            "attempt": call.attempt,
        }
