"""What has become of points that were put on hold."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, not_, or_, select, text

from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.time import Instant
from payments.store import rows, tables


class HoldOutcome(StrEnum):
    """What has become of points that a refund or a dispute put on hold."""

    REFUNDING = "refunding"
    """They are on hold: a refund is on its way."""
    DISPUTED = "disputed"
    """They are on hold: a dispute is open."""
    REFUNDED = "refunded"
    """They are gone: the refund has arrived."""
    CHARGED_BACK = "charged_back"
    """They are gone: the dispute was lost."""
    RELEASED = "released"
    """Their owner has them again."""


class OneHold(NamedTuple):
    """Points of one member that a payment's reversals took at one moment.

    Attributes:
        payment: Whose reversals.
        at: When.
        is_debt: Whether they were gone already, so that the member owes them.
    """

    payment: str | None
    at: Instant
    is_debt: bool


def outcomes_query(guild: GuildId, member: MemberId, payments: Iterable[PaymentId]) -> Any:  # noqa: ANN401 - a select
    """A member's holds of some payments, those of one moment together, debt by itself."""
    holds, refunds, disputes = tables.holds, tables.refunds, tables.disputes
    of_dispute = _named(disputes, disputes.c.dispute_id == holds.c.cause)
    of_refund = _named(
        refunds, or_(refunds.c.refund_id == holds.c.cause, refunds.c.provider_id == holds.c.cause)
    )
    is_disputed = or_(of_dispute, and_(not_(of_refund), _named(disputes)))
    one = (holds.c.payment_id, holds.c.taken_at, holds.c.source == text("'debt'"))
    return (
        select(
            *one[:2],
            one[2].label("is_debt"),
            func.sum(holds.c.points - holds.c.released).label("standing"),
            func.sum(holds.c.burned).label("burned"),
            func.max(case((is_disputed, 1), else_=0)).label("disputed"),
        )
        .where(
            holds.c.guild_id == guild,
            holds.c.member_id == member,
            holds.c.source != text("'lapsed'"),
            holds.c.payment_id.in_(sorted(payments)),
        )
        .group_by(*one)
    )


def _named(claims: Any, *where: Any) -> Any:  # noqa: ANN401 - a table and conditions
    """Whether the payment of a hold has such a refund or dispute."""
    holds = tables.holds
    return (
        select(claims.c.payment_id)
        .where(
            claims.c.guild_id == holds.c.guild_id,
            claims.c.payment_id == holds.c.payment_id,
            *where,
        )
        .correlate(holds)
        .exists()
    )


def outcome_of(row: rows.Row) -> tuple[OneHold, HoldOutcome]:
    """Which hold a row is about, and what has become of its points."""
    of = OneHold(row["payment_id"], Instant(row["taken_at"]), is_debt=bool(row["is_debt"]))
    disputed = bool(row["disputed"])
    if not row["standing"]:
        return of, HoldOutcome.RELEASED
    if row["burned"]:
        return of, HoldOutcome.CHARGED_BACK if disputed else HoldOutcome.REFUNDED
    return of, HoldOutcome.DISPUTED if disputed else HoldOutcome.REFUNDING
