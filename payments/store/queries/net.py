"""What a payment's points cost without tax, as an expression of SQL."""

from typing import Final

from sqlalchemy import ColumnElement, func

from payments.store.tables import payments

NET: Final[ColumnElement[int]] = func.coalesce(
    payments.c.paid - payments.c.tax, payments.c.price_minor
)
"""What was paid less its tax; where nobody told the tax, the price, upon which it came."""
