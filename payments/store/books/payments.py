"""Payments in the database, with their refunds and disputes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Select, Table, or_, select

from payments.domain.books import ACCOUNTS, PAYMENTS, WAYS
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.store import rows, tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert, insert_or_update, update_by_key
from payments.store.statements.compiled import one_of, read
from payments.store.statements.key_filter import KeyPairs, among

PaymentKey = tuple[int, str]


@loads(PAYMENTS)
def load_payments(
    loading: Loading, wanted: AbstractSet[PaymentId]
) -> dict[PaymentId, Payment | None]:
    """Lock payments in key order. Each comes with its buyer's account; holds are added by theirs.

    The lock also guards refunds, disputes and holds.
    """
    found = read_payments(loading.connection, wanted, changing=loading.changing)
    loading.want(ACCOUNTS.all_of(payment.buyer for payment in found.values() if payment))
    loading.want(WAYS.all_of(each for each, of in found.items() if of and of.purchase == each))
    return found


@loads(WAYS, guards=PAYMENTS.all_of)
def load_ways(
    loading: Loading, wanted: AbstractSet[PaymentId]
) -> dict[PaymentId, tuple[PaymentId, ...]]:
    """The payments of purchases with several ways, under the lock of the one that began each."""
    ways: defaultdict[PaymentId, list[PaymentId]] = defaultdict(list)
    if wanted:
        for row in read(loading.connection, _ways_query, purchases=sorted(wanted)):
            ways[PaymentId(row["purchase_id"])].append(PaymentId(row["payment_id"]))
    return {each: tuple(ways[each]) for each in wanted}


def _ways_query() -> Select[Any]:
    payments = tables.payments
    return (
        select(payments.c.purchase_id, payments.c.payment_id)
        .where(one_of(payments.c.purchase_id, "purchases"))
        .order_by(payments.c.payment_id)
    )


def read_payments(
    connection: Connection, wanted: Iterable[PaymentId], *, changing: bool
) -> dict[PaymentId, Payment | None]:
    """Payments without their holds; none where there is no such payment."""
    ids = sorted(wanted)
    if not ids:
        return {}
    found = {
        row["payment_id"]: row for row in read(connection, _payments_query, changing, payments=ids)
    }
    keys = [(row["guild_id"], row["payment_id"]) for row in found.values()]
    refunds, disputes = (
        _of_payments(connection, table, keys) for table in (tables.refunds, tables.disputes)
    )
    return {
        each: rows.payment_from(
            found[each],
            refunds=tuple(rows.refund_from(row) for row in refunds[each]),
            disputes=tuple(rows.dispute_from(row) for row in disputes[each]),
        )
        if each in found
        else None
        for each in ids
    }


def _payments_query(changing: bool) -> Select[Any]:  # noqa: FBT001 - a detail of a statement
    payments = tables.payments
    query = select(payments).where(one_of(payments.c.payment_id, "payments"))
    ordered = query.order_by(payments.c.payment_id)
    return ordered.with_for_update() if changing else ordered


def _of_payments(
    connection: Connection, table: Table, keys: list[PaymentKey]
) -> defaultdict[str, list[rows.Row]]:
    grouped: defaultdict[str, list[rows.Row]] = defaultdict(list)
    if keys:
        wanted = KeyPairs("payment", keys)
        for row in read(connection, _of_payments_query, table, wanted.guilds, **wanted.values):
            grouped[row["payment_id"]].append(row)
    return grouped


def _of_payments_query(table: Table, guilds: int) -> Select[Any]:
    theirs = among("payment", guilds, table.c.guild_id, table.c.payment_id)
    return select(table).where(or_(*theirs)).order_by(*table.primary_key.columns)


@writes(PAYMENTS)
def write_payments(writing: Writing, changes: Mapping[PaymentId, Payment | None]) -> None:
    """Write payments with what is new of their refunds and disputes."""
    connection, known_payments = writing.connection, writing.loaded[PAYMENTS]
    new, changed, chosen, checked, refunds, disputes = [], [], [], [], [], []
    for payment in changes.values():
        if payment is None:
            continue
        key = {"guild_id": payment.guild, "payment_id": payment.id}
        before = known_payments.get(payment.id)
        if before is None:
            new.append(rows.new_payment_row(payment))
        else:
            changed.append(key | rows.payment_facts(payment))
            if before.provider != payment.provider:
                chosen.append(key | rows.chosen_way(payment))
            if before.check != payment.check:
                checked.append(key | rows.check_columns(payment.check))
        known = {*before.refunds, *before.disputes} if before else set()
        refunds += [rows.refund_row(payment, x) for x in payment.refunds if x not in known]
        disputes += [rows.dispute_row(payment, x) for x in payment.disputes if x not in known]
    insert(connection, tables.payments, new)
    update_by_key(connection, tables.payments, changed)
    update_by_key(connection, tables.payments, chosen)
    update_by_key(connection, tables.payments, checked)
    insert_or_update(connection, tables.refunds, refunds)
    insert_or_update(connection, tables.disputes, disputes)


def write_answers(writing: Writing) -> None:
    """Write the answers that are to be changed when a payment completes."""
    answers = [
        {"payment_id": each.payment, "sealed": each.encrypted, "until": each.until}
        for each in writing.books.changes.answers.values()
    ]
    insert(writing.connection, tables.answers, answers)
