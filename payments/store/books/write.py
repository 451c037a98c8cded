"""Writing what a batch changed: one statement for each table."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from payments.domain.books import (
    CODES_OF_ORDERS,
    DRAWS,
    OPEN_ORDERS,
    PAST_ORDERS,
    PAST_TRANSFERS,
    SHELVES,
    TRAILS,
    UNPAID_PURCHASES,
    WAYS,
    Books,
    Collection,
    Slice,
)
from payments.domain.errors import BooksBroken
from payments.store.books.accounts import write_accounts
from payments.store.books.api_keys import write_api_keys
from payments.store.books.commands import write_commands
from payments.store.books.events import write_events
from payments.store.books.guilds import write_guilds
from payments.store.books.holds import write_holds, write_repayments
from payments.store.books.inbox import write_incoming
from payments.store.books.items import write_codes, write_items
from payments.store.books.lots import write_lots
from payments.store.books.mail import write_addresses
from payments.store.books.orders import write_orders, write_role_terms
from payments.store.books.payments import write_answers, write_payments
from payments.store.books.provider_calls import write_calls
from payments.store.books.purchase_bans import write_purchase_bans
from payments.store.books.quotas import write_paces
from payments.store.books.references import write_references
from payments.store.books.transfers import write_transfers
from payments.store.books.troubles import write_troubles
from payments.store.books.writer import Done, Writer, Writing
from payments.store.outbox.destination import Route

WRITING: Final[tuple[Callable[[Writing], None], ...]] = (
    write_commands,
    write_guilds,
    write_api_keys,
    write_payments,
    write_answers,
    write_addresses,
    write_references,
    write_calls,
    write_troubles,
    write_accounts,
    write_paces,
    write_lots,
    write_transfers,
    write_items,
    write_orders,
    write_codes,
    write_role_terms,
    write_holds,
    write_repayments,
    write_purchase_bans,
    write_incoming,
    write_events,
)
"""All that is written, in an order that satisfies the foreign keys."""

DERIVED: Final[frozenset[Collection[Any, Any]]] = frozenset(
    {
        CODES_OF_ORDERS,
        DRAWS,
        OPEN_ORDERS,
        PAST_ORDERS,
        PAST_TRANSFERS,
        SHELVES,
        TRAILS,
        UNPAID_PURCHASES,
        WAYS,
    }
)
"""Collections that are read from what others write; their changes only count within the batch."""


def write(
    connection: Connection, loaded: Slice, books: Books, done: Sequence[Done], route: Route
) -> None:
    """Write all that the commands of a batch changed.

    Raises:
        BooksBroken: Nothing writes a collection that was changed.
    """
    written = {each.collection for each in WRITING if isinstance(each, Writer)}
    if lost := [each for each in books.changed() if each not in written and each not in DERIVED]:
        raise BooksBroken(f"changes of {lost} are not written by anything")
    writing = Writing(connection=connection, loaded=loaded, books=books, done=done, route=route)
    for each in WRITING:
        each(writing)
