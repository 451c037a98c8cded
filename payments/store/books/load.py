"""Reading the slice of state that a batch needs: one query for each table, locks in key order."""

from typing import Any, Final

from sqlalchemy import Connection

from payments.domain.books import Needs, Slice
from payments.store.books.accounts import load_accounts
from payments.store.books.api_keys import load_api_keys
from payments.store.books.guilds import load_guilds
from payments.store.books.holds import load_holds, load_repayments
from payments.store.books.items import (
    load_codes,
    load_codes_of_orders,
    load_draws,
    load_items,
    load_shelves,
)
from payments.store.books.loader import Loader, Loading
from payments.store.books.orders import (
    load_open_orders,
    load_orders,
    load_past_orders,
    load_role_terms,
)
from payments.store.books.payments import load_payments, load_ways
from payments.store.books.provider_calls import load_calls
from payments.store.books.purchase_bans import load_purchase_bans
from payments.store.books.quotas import load_paces, load_unpaid
from payments.store.books.references import load_installation, load_references
from payments.store.books.trails import load_reaches, load_trails
from payments.store.books.transfers import load_past_transfers
from payments.store.books.troubles import load_troubles

LOADING: Final[tuple[Loader[Any, Any], ...]] = (
    load_guilds,  # locked: guilds whose settings are read
    load_api_keys,
    load_references,
    load_installation,
    load_payments,  # locked
    load_ways,
    load_calls,  # after their payments, whose locks guard them
    load_orders,  # locked
    load_trails,  # locked: the ways of points through a guild
    load_accounts,  # locked
    load_items,  # locked
    load_shelves,
    load_codes,
    load_codes_of_orders,
    load_draws,
    load_holds,
    load_repayments,
    load_past_transfers,
    load_purchase_bans,
    load_troubles,
    load_reaches,
    load_unpaid,
    load_paces,
    load_past_orders,
    load_open_orders,
    load_role_terms,
)
"""All collections in the order in which they are loaded, which is the order of locks: where several
processes write, nobody then waits in a circle. Each is locked in key order."""


def load(connection: Connection, needs: Needs, *, changing: bool = True) -> Slice:
    """Read what commands need, under locks where the database has them.

    Args:
        connection: In a transaction.
        needs: What to read.
        changing: Whether it is read to be changed: accounts that are not there yet are made.

    Raises:
        BooksBroken: Something that is needed is not loaded by anything.
    """
    loading = Loading(connection, needs, changing=changing)
    for each in reversed(LOADING):  # what guards a collection comes before it
        each.want_guards(loading)
    for each in LOADING:
        each(loading)
    loading.check()
    return loading.loaded
