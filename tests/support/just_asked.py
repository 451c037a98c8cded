"""Messages as if the provider had been asked just now."""

from collections.abc import Callable
from dataclasses import replace

from payments.commands.base import Command, ResultT
from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeUpdate, RefundUpdate


def asked_just_now(
    command: Command[ResultT], payment: Callable[[PaymentId], Payment | None]
) -> Command[ResultT]:
    """A message as if the provider had been asked just now, so that its answer counts."""
    if not isinstance(command, RecordProviderEvent):
        return command
    found = []
    for each in command.found:
        stamped = each
        if isinstance(each.update, RefundUpdate | DisputeUpdate) and each.update.payment:
            known = payment(each.update.payment)
            claim = known.claim_of(each.update) if known else None
            update = replace(each.update, seen=claim.version if claim else 0)
            stamped = replace(each, update=update)
        found.append(stamped)
    return replace(command, found=tuple(found))  # type: ignore[return-value]  # of the same kind
