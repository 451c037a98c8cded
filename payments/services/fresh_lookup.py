"""Asks a provider for the state of refunds and disputes, and applies only what is still new.

What a provider can reverse is never ordered by a clock. The stored versions are read first, then
the provider is asked, and an answer counts only if its object still has that version. Otherwise
another answer was applied meanwhile, and the provider is asked again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import ApplyClaimLookup, Superseded
from payments.domain.errors import KeyReused
from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.inbox import Found
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import (
    ClaimUpdate,
    DisputeUpdate,
    RefundUpdate,
    object_of,
)
from payments.domain.values.time import Clock
from payments.runner.runner import Runner
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

LOOKS = 3
"""How many times in a row the provider is asked when its answers come too late; then the next
reconciliation, or the message's next try, asks again."""

ClaimUpdateT = TypeVar("ClaimUpdateT", bound=ClaimUpdate)
Ask = Callable[[], Awaitable[Sequence[ClaimUpdateT]]]
"""Asks the provider for refunds or disputes of one payment."""


def stamped(found: Sequence[Found], versions: Mapping[str, int]) -> tuple[Found, ...]:
    """What was found, with the versions that were read before; 0 for what was not known then."""
    return tuple(
        replace(each, update=replace(each.update, seen=versions.get(object_of(each.update), 0)))
        if isinstance(each.update, RefundUpdate | DisputeUpdate)
        else each
        for each in found
    )


def stand_otherwise(before: Payment, after: Payment) -> bool:
    """Whether refunds or disputes of a payment have changed; being asked for is no change."""
    return _standing(before) != _standing(after)


def _standing(payment: Payment) -> tuple[set[Refund], set[Dispute]]:
    return (
        {replace(each, version=0) for each in payment.refunds},
        {replace(each, version=0) for each in payment.disputes},
    )


class FreshLook:
    """Applies the state of refunds and disputes at their provider.

    Args:
        runner: Commits.
        queries: Reads.
        clock: Tells the time.
    """

    def __init__(self, *, runner: Runner, queries: Queries, clock: Clock) -> None:
        self._runner = runner
        self._queries = queries
        self._clock = clock

    async def take(self, payment: Payment, ask: Ask[ClaimUpdateT]) -> list[ClaimUpdateT]:
        """Ask, and apply the answers; ask again while answers come too late.

        Args:
            payment: Of which refunds or disputes are asked for.
            ask: Asks for them.

        Returns:
            What the last answer was, applied or not.

        Raises:
            Refused: Something of it does not fit the payment; says what.
            ProviderUnavailable: The provider could not be asked.
            ProviderRefused: The provider says no to the question itself.
        """
        updates: list[ClaimUpdateT] = []
        for _ in range(LOOKS):
            known = await self._queries.payment(payment.id) or payment
            updates = [replace(each, payment=payment.id) for each in await ask()]
            versions = [claim.version if (claim := known.claim_of(each)) else 0 for each in updates]
            upon = [replace(each, seen=seen) for each, seen in zip(updates, versions, strict=True)]
            if all([await self.apply(payment, each) for each in upon]):
                break
        return updates

    async def apply(self, payment: Payment, update: ClaimUpdate) -> bool:
        """Apply one answer. Returns whether it still counted.

        Raises:
            Refused: It does not fit the payment; says what.
        """
        update = replace(update, payment=payment.id)
        command = ApplyClaimLookup(
            key=ApplyClaimLookup.key_of(update),
            at=self._clock(),
            actor=by_provider(payment.provider),
            guild=payment.guild,
            payment=payment.id,
            told=update,
        )
        try:
            await self._runner.run(command)
        except (Superseded, KeyReused) as error:
            log.info("claim.superseded", claim=object_of(update), why=type(error).__name__)
            return False
        return True
