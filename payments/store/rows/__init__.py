"""Rows of the tables, as values and back."""

from payments.store.rows.checks import check_columns, check_from
from payments.store.rows.ledger import (
    hold_from,
    hold_row,
    lot_from,
    lot_row,
    transfer_from,
    transfer_row,
)
from payments.store.rows.payments import (
    chosen_way,
    dispute_from,
    dispute_row,
    new_payment_row,
    payment_facts,
    payment_from,
    refund_from,
    refund_row,
)
from payments.store.rows.provider_calls import call_from, call_row
from payments.store.rows.row import Row

__all__ = [
    "Row",
    "call_from",
    "call_row",
    "check_columns",
    "check_from",
    "chosen_way",
    "dispute_from",
    "dispute_row",
    "hold_from",
    "hold_row",
    "lot_from",
    "lot_row",
    "new_payment_row",
    "payment_facts",
    "payment_from",
    "refund_from",
    "refund_row",
    "transfer_from",
    "transfer_row",
]
