"""What is open at providers, page by page: checkouts, refunds on their way, disputes."""

from collections.abc import Collection
from typing import NamedTuple, TypeAlias

from sqlalchemy import and_, func, or_, select, text, tuple_

from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.time import Instant
from payments.store.queries.reader import Reader
from payments.store.tables import disputes, payments, refunds

OpenCursor: TypeAlias = tuple[int | str, ...]
"""A place in a list of what is open: the next page begins after it."""


class Open(NamedTuple):
    """Something that is open at a provider.

    Attributes:
        payment: Whose it is.
        cursor: Its place in its list.
        dispute: The dispute's id, if it is one.
    """

    payment: PaymentId
    cursor: OpenCursor
    dispute: str = ""


_COMING = (MoneyStatus.UNPAID, MoneyStatus.PROCESSING, MoneyStatus.AUTHORIZED)


class OpenQueries(Reader):
    """What can be asked about what is open at providers."""

    async def open_checkouts(
        self,
        since: Instant,
        before: Instant,
        after: OpenCursor | None = None,
        limit: int = 100,
        providers: Collection[str] | None = None,
    ) -> list[Open]:
        """Payments begun between two times whose money has not come and may still come.

        Args:
            since: The first of these times.
            before: The second.
            after: Where the page before ended.
            limit: How many are listed at most.
            providers: Only theirs, by name; of all if none are given.
        """
        place = (payments.c.created_at, payments.c.payment_id)
        query = (
            select(*place)
            .where(
                payments.c.money.in_(_COMING),
                payments.c.checkout.in_([CheckoutStatus.OPEN, CheckoutStatus.COMPLETE]),
                payments.c.credited_at.is_(None),
                payments.c.created_at.between(since, before),
            )
            .order_by(*place)
            .limit(limit)
        )
        if providers is not None:
            query = query.where(payments.c.provider.in_(sorted(providers)))
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*after))
        return [
            Open(PaymentId(row["payment_id"]), (row["created_at"], row["payment_id"]))
            for row in await self._mappings(query)
        ]

    async def pending_refunds(
        self, before: Instant, after: OpenCursor | None = None, limit: int = 100
    ) -> list[Open]:
        """Payments with refunds on their way, but for those that were asked for since `before`.

        A refund of another checkout with our metadata may be among them.
        """
        place = (refunds.c.guild_id, refunds.c.payment_id)
        query = (
            select(*place)
            .where(
                refunds.c.status == text("'pending'"),
                or_(refunds.c.asked_at.is_(None), refunds.c.asked_at <= before),
            )
            .distinct()
            .order_by(*place)
            .limit(limit)
        )
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*after))
        return [
            Open(PaymentId(row["payment_id"]), (row["guild_id"], row["payment_id"]))
            for row in await self._mappings(query)
        ]

    async def surplus_left(
        self, before: Instant, after: OpenCursor | None = None, limit: int = 100
    ) -> list[Open]:
        """Payments whose money came twice before that, and of which some has not gone back."""
        place = (payments.c.surplus_at, payments.c.payment_id)
        gone = (
            select(func.coalesce(func.sum(refunds.c.amount), 0))
            .where(
                refunds.c.guild_id == payments.c.guild_id,
                refunds.c.payment_id == payments.c.payment_id,
                refunds.c.status.in_([RefundStatus.SUCCEEDED, RefundStatus.PENDING]),
            )
            .scalar_subquery()
        )
        query = (
            select(*place)
            .where(
                payments.c.surplus_at.is_not(None),
                payments.c.surplus_at <= before,
                payments.c.paid > gone,
            )
            .order_by(*place)
            .limit(limit)
        )
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*after))
        return [
            Open(PaymentId(row["payment_id"]), (row["surplus_at"], row["payment_id"]))
            for row in await self._mappings(query)
        ]

    async def open_disputes(
        self, inquiries_since: Instant, after: OpenCursor | None = None, limit: int = 100
    ) -> list[Open]:
        """Disputes that are open, and inquiries about payments that were begun since then."""
        place = (disputes.c.guild_id, disputes.c.payment_id, disputes.c.dispute_id)
        is_inquiry = and_(
            disputes.c.status == DisputeStatus.INQUIRY, payments.c.created_at >= inquiries_since
        )
        query = (
            select(*place)
            .join_from(disputes, payments)
            .where(or_(disputes.c.status == DisputeStatus.OPEN, is_inquiry))
            .order_by(*place)
            .limit(limit)
        )
        if after is not None:
            query = query.where(tuple_(*place) > tuple_(*after))
        return [
            Open(
                PaymentId(row["payment_id"]),
                (row["guild_id"], row["payment_id"], row["dispute_id"]),
                row["dispute_id"],
            )
            for row in await self._mappings(query)
        ]
