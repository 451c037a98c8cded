"""Writes every committed fact to the log, without what is secret or private."""

from typing import Any, Final

import structlog

from payments.commands.base import Command
from payments.domain.values.events import (
    CodesRunningOut,
    Event,
    IntegrationRecovered,
    IntegrationTroubled,
    ItemChanged,
    OrderEvent,
    PackageChanged,
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
    RoleTakenAway,
    RoleUnusable,
)
from payments.domain.values.ledger import Transfer
from payments.runner.observers.protocol import Observer

log = structlog.get_logger(__name__)

_TOLD: Final[tuple[tuple[tuple[type[Event], ...], tuple[str, ...]], ...]] = (
    ((PaymentEvent,), ("member", "payment")),
    ((PointsTransferred,), ("member", "recipient")),
    ((PointsGranted, PointsRevoked, PurchaseBanned, PurchaseBanLifted), ("member",)),
    ((OrderEvent,), ("member", "order")),
    ((ItemChanged, CodesRunningOut), ("item",)),
    ((PackageChanged,), ("package",)),
    ((RoleChanged,), ("member", "role", "wanted")),
    ((RoleTakenAway,), ("member", "role")),
    ((RoleUnusable,), ("role", "trouble")),
    ((ProviderAccessRefused,), ("provider", "reason")),
    ((IntegrationTroubled, IntegrationRecovered), ("integration", "trouble")),
    ((ProviderCallRequested, ProviderCallFailed), ("provider", "call", "object")),
    ((ProviderCallFailed,), ("reason",)),
)
"""What is written of events of each kind: whom it concerns, nothing that a person wrote."""


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
        for kinds, names in _TOLD:
            if isinstance(event, kinds):
                facts |= {name: getattr(event, name) for name in names}
        if isinstance(event, ProviderEventStuck):  # its id is no `event` of the log's own
            facts |= {"provider_event": event.event, "reason": event.reason}
        log.info(event.name, **facts)

    def on_error(self, command: Command[Any], error: Exception) -> None:
        """Write which command went wrong; the runner has written why."""
        log.error("command.error", kind=command.kind, key=command.key, error=type(error).__name__)
