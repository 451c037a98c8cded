"""Recomputing all books from the transfers: do they prove themselves?"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sqlalchemy import (
    Connection,
)

from payments.store.audit.check import check_archive, check_chain
from payments.store.rows import Row
from payments.store.verify.accounts import (
    wrong_balances,
    wrong_debts,
    wrong_holds,
    wrong_lots,
    wrong_sums,
)
from payments.store.verify.orders import wrong_orders, wrong_roles
from payments.store.verify.payments import wrong_payments, wrong_reach
from payments.store.verify.provider_calls import wrong_calls
from payments.store.verify.references import wrong_references
from payments.store.verify.stock import wrong_codes, wrong_stock
from payments.store.verify.ways import wrong_ways


def verify(
    connection: Connection,
    on_progress: Callable[[int, int], None] = lambda _done, _of: None,
    archived: Iterable[Row] | None = None,
) -> Iterator[str]:
    """Recompute everything; yield one sentence for each thing that is not as it should be.

    Each part makes its statements once: to make them took longer than small books to read.

    Args:
        connection: In a transaction, so that everything is of one moment.
        on_progress: Called with the number of parts done and of all.
        archived: Rows of the audit log that were archived, to be proven too.
    """
    parts: list[Callable[[Connection], Iterator[str]]] = [
        wrong_balances,
        wrong_sums,
        wrong_lots,
        wrong_debts,
        wrong_holds,
        wrong_payments,
        wrong_reach,
        wrong_ways,
        wrong_references,
        wrong_calls,
        wrong_orders,
        wrong_stock,
        wrong_codes,
        wrong_roles,
        check_chain,
    ]
    if archived is not None:
        parts.append(partial(check_archive, archived=archived))
    for done, part in enumerate(parts):
        on_progress(done, len(parts))
        yield from part(connection)
