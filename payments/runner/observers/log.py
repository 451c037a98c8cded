"""Writes every committed fact to the log, without what is secret or private."""

from typing import Any, Final

import structlog

from payments.commands.base import Command
from payments.domain.values.events import (
    CodesRunningOut,
    Event,
    ItemChanged,
    OrderEvent,
    PaymentEvent,
    PointsGranted,
    PointsRevoked,
    PointsTransferred,
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderCallRequested,
    ProviderEventStuck,
    PurchaseBanLifted,
    PurchaseBanned,
    RoleChanged,
)
from payments.domain.values.ledger import Transfer
from payments.runner.observers.protocol import Observer

log = structlog.get_logger(__name__)

_OF_ONE: Final = (PointsGranted, PointsRevoked, PurchaseBanned, PurchaseBanLifted)
"""Events of one member that are about no payment."""


class Log(Observer):
    """One line for each transfer and each event."""

    def on_transaction_created(self, transfer: Transfer) -> None:
        """Write where its points went."""
        log.info(
            "points.moved",
            kind=transfer.kind,
            guild=transfer.source.guild,
            source=int(transfer.source.owner),
            destination=int(transfer.destination.owner),
            points=transfer.points,
            payment=transfer.payment,
            order=transfer.order,
        )

    def on_event(self, event: Event) -> None:
        """Write what happened to whom."""
        facts: dict[str, object] = {"guild": event.guild}
        if isinstance(event, PaymentEvent):
            facts |= {"member": event.member, "payment": event.payment}
        if isinstance(event, PointsTransferred):
            facts |= {"member": event.member, "recipient": event.recipient}
        if isinstance(event, _OF_ONE):
            facts |= {"member": event.member}
        if isinstance(event, OrderEvent):
            facts |= {"member": event.member, "order": event.order}
        if isinstance(event, ItemChanged | CodesRunningOut):
            facts |= {"item": event.item}
        if isinstance(event, RoleChanged):
            facts |= {"member": event.member, "role": event.role, "wanted": event.wanted}
        if isinstance(event, ProviderEventStuck):
            facts |= {"provider_event": event.event, "reason": event.reason}
        if isinstance(event, ProviderAccessRefused):
            facts |= {"provider": event.provider, "reason": event.reason}
        if isinstance(event, ProviderCallRequested | ProviderCallFailed):
            facts |= {"provider": event.provider, "call": event.call, "object": event.object}
        if isinstance(event, ProviderCallFailed):
            facts |= {"reason": event.reason}
        log.info(event.name, **facts)

    def on_error(self, command: Command[Any], error: Exception) -> None:
        """Write which command went wrong; the runner has written why."""
        log.error("command.error", kind=command.kind, key=command.key, error=type(error).__name__)
