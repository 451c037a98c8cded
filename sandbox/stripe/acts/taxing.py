"""Stripe Tax on the hosted page: once it knows where the buyer is, it adds the tax."""

from dataclasses import replace
from typing import Final

from sandbox.stripe.objects.session import Session
from sandbox.stripe.objects.tax_rates import USUAL, rate_at, tax_on

NEW_YORK: Final = ("US", "10001")
"""Where a buyer is who does not say."""


def locate(session: Session, place: tuple[str, str] | None) -> None:
    """Compute the tax of a session, where that was asked for; discounts come off before it."""
    if not session.automatic_tax:
        return
    session.place = place or NEW_YORK
    session.line_items = tuple(
        replace(
            item,
            tax=tax_on(
                item.subtotal, item.tax_behavior, rate_at(*session.place, item.tax_code or USUAL)
            ),
        )
        for item in session.line_items
    )
