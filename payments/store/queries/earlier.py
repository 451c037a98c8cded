"""What else a buyer has bought, for whoever decides about a purchase."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select

from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.store import tables
from payments.store.queries.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """Other purchases of a member on the same server.

    Attributes:
        paid: How many were paid.
        refunded: Of how many money went back, or is on its way.
        disputed: How many their bank disputed, however that ended.
    """

    paid: int
    refunded: int
    disputed: int


class EarlierQueries(Reader):
    """What can be asked about a buyer's other purchases."""

    async def earlier(self, payment: Payment) -> Earlier:
        """How many others the buyer of a payment has paid for, and what became of them."""
        payments, refunds, disputes = tables.payments, tables.refunds, tables.disputes
        theirs = (
            payments.c.guild_id == payment.guild,
            payments.c.member_id == payment.member,
            payments.c.payment_id != payment.id,
        )
        paid = select(func.count()).where(*theirs, payments.c.credited_at.is_not(None))
        gone = refunds.c.status.in_([RefundStatus.SUCCEEDED, RefundStatus.PENDING])
        argued = disputes.c.status != DisputeStatus.INQUIRY
        query = select(
            paid.scalar_subquery().label("paid"),
            _with(refunds, gone, theirs).label("refunded"),
            _with(disputes, argued, theirs).label("disputed"),
        )
        row = (await self._mappings(query))[0]
        return Earlier(paid=row["paid"], refunded=row["refunded"], disputed=row["disputed"])


def _with(claims: Table, counts: ColumnElement[bool], theirs: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a part of a statement
    """How many paid payments have such a claim."""
    payments = tables.payments
    joined = payments.join(
        claims,
        (claims.c.guild_id == payments.c.guild_id) & (claims.c.payment_id == payments.c.payment_id),
    )
    return (
        select(func.count(payments.c.payment_id.distinct()))
        .select_from(joined)
        .where(*theirs, payments.c.credited_at.is_not(None), counts)
        .scalar_subquery()
    )
