"""Rows of the tables, as values and back."""

from payments.store.rows.payments import (
    Row,
    dispute_from,
    dispute_row,
    hold_from,
    hold_row,
    lot_from,
    lot_row,
    new_payment_row,
    payment_facts,
    payment_from,
    refund_from,
    refund_row,
    transfer_from,
    transfer_row,
)

__all__ = [
    "Row",
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
