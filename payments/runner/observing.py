"""How an observer is shown what a batch did."""

from typing import Any

from payments.commands.base import Command
from payments.domain.values.events import Event
from payments.domain.values.ledger import Transfer
from payments.runner.observers.protocol import Observer


def see_transfer(observer: Observer, transfer: Transfer) -> None:
    """Points moved."""
    observer.on_transaction_created(transfer)


def see_event(observer: Observer, event: Event) -> None:
    """An event was committed."""
    observer.on_event(event)


def see_error(observer: Observer, command: Command[Any], error: Exception) -> None:
    """A command failed, and was not merely refused."""
    observer.on_error(command, error)
