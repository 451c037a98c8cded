"""Checks of purchases, which stand in their payments' rows; and amounts of several currencies."""

import json
from collections.abc import Iterable
from typing import Any

from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.purchase_check import CheckReason, CheckStatus, PurchaseCheck
from payments.store.rows.row import Row


def check_from(row: Row) -> PurchaseCheck | None:
    """The check in a row of `payments`; None if it needs none."""
    if row["check_status"] is None:
        return None
    reasons = filter(None, row["check_reasons"].split(","))
    return PurchaseCheck(
        reasons=tuple(CheckReason(each) for each in reasons),
        life=row["check_life"],
        status=CheckStatus(row["check_status"]),
        authorization=row["authorization"],
        authorized_at=row["authorized_at"],
        held_until=row["held_until"],
        ends_at=row["check_ends_at"],
        decided_by=None if row["checked_by"] is None else MemberId(row["checked_by"]),
        decided_at=row["checked_at"],
    )


def check_columns(check: PurchaseCheck | None) -> dict[str, Any]:
    """The columns of `payments` that hold a check."""
    return {
        "check_reasons": ",".join(check.reasons) if check else None,
        "check_life": check.life if check else None,
        "check_status": check.status if check else None,
        "authorization": check.authorization if check else None,
        "authorized_at": check.authorized_at if check else None,
        "held_until": check.held_until if check else None,
        "check_ends_at": check.ends_at if check else None,
        "checked_by": check.decided_by if check else None,
        "checked_at": check.decided_at if check else None,
    }


def amounts_text(amounts: Iterable[Money]) -> str:
    """Amounts as a column keeps them: pairs of currency and minor units, as JSON."""
    return json.dumps([[each.currency, each.minor] for each in amounts])


def amounts_from(text: str) -> tuple[Money, ...]:
    """Amounts from such a column."""
    return tuple(Money(minor=minor, currency=currency) for currency, minor in json.loads(text))
