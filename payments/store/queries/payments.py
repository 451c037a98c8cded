"""Payments, from new to old, open ones, and those that can be refunded."""

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, bindparam, func, or_, select

from payments.domain.values.answers import PurchaseAnswer
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.references import ReferenceKind
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.reader import Reader

LOOK_THROUGH = 300
"""How many of the newest payments are looked through for those that can be refunded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsCursor:
    """A place in a list of payments: those before it were begun earlier."""

    at: Instant
    id: PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentsPage:
    """Payments with their refunds and disputes, from new to old, and where older ones begin."""

    payments: tuple[Payment, ...]
    older: PaymentsCursor | None


class PaymentQueries(Reader):
    """What can be asked about payments."""

    async def payment(self, payment: PaymentId) -> Payment | None:
        """One payment with its refunds and disputes, without holds."""
        query = select(tables.payments).where(tables.payments.c.payment_id == payment)
        found = await self._whole(await self._mappings(query))
        return found[0] if found else None

    async def ways(self, payment: Payment) -> list[Payment]:
        """All payments of a payment's purchase, by id; that alone where there is one way to pay."""
        if payment.purchase is None:
            return [payment]
        columns = tables.payments.c
        query = select(tables.payments).where(columns.purchase_id == payment.purchase)
        return await self._whole(await self._mappings(query.order_by(columns.payment_id)))

    async def payments(
        self,
        guild: GuildId,
        member: MemberId | None = None,
        *,
        before: PaymentsCursor | None = None,
        limit: int = 10,
    ) -> PaymentsPage:
        """One page of a guild's payments, or of one member's, from new to old.

        All of a guild come in the order of their ids, which begin with the time; those of one
        member in the order in which they were begun. Each order is that of an index.
        """
        query = _payments_of(guild, member, before).limit(limit + 1)
        found = await self._mappings(query)
        page = tuple(await self._whole(found[:limit]))
        last = page[-1] if len(found) > limit else None
        older = None if last is None else PaymentsCursor(at=last.created_at, id=last.id)
        return PaymentsPage(payments=page, older=older)

    async def refundable(
        self, guild: GuildId, member: MemberId | None = None, *, typed: str = "", limit: int = 25
    ) -> list[Payment]:
        """The newest payments of which something can be refunded, among the last few hundred.

        Args:
            guild: Whose.
            member: Only this buyer's, if given.
            typed: Only those in whose id, package or buyer's id this stands, in any case.
            limit: Highest number of rows.
        """
        page = await self.payments(guild, member, limit=LOOK_THROUGH)
        wanted = typed.strip().casefold()
        found = [
            payment
            for payment in page.payments
            if payment.why_not_refundable is None
            and wanted in f"{payment.id} {payment.package_name} {payment.member}".casefold()
        ]
        return found[:limit]

    async def _whole(self, found: Sequence[rows.Row]) -> list[Payment]:
        """Payments of one guild with their refunds and disputes."""
        if not found:
            return []
        guild, ids = found[0]["guild_id"], [row["payment_id"] for row in found]
        refunds, disputes = [
            await self._mappings(
                select(table).where(table.c.guild_id == guild, table.c.payment_id.in_(ids))
            )
            for table in (tables.refunds, tables.disputes)
        ]
        return [
            rows.payment_from(
                row,
                refunds=tuple(
                    rows.refund_from(each)
                    for each in refunds
                    if each["payment_id"] == row["payment_id"]
                ),
                disputes=tuple(
                    rows.dispute_from(each)
                    for each in disputes
                    if each["payment_id"] == row["payment_id"]
                ),
            )
            for row in found
        ]

    async def claim_versions(self, provider: str, objects: Collection[str]) -> dict[str, int]:
        """How many answers about a provider's refunds and disputes were applied, by its ids.

        Those of which nothing is stored are left out.
        """
        found = await self._mappings(_versions_query(), provider=provider, objects=sorted(objects))
        return {row["object_id"]: row["version"] for row in found}

    async def answer(self, payment: PaymentId, now: Instant) -> PurchaseAnswer | None:
        """The answer that can still be changed, if there is one."""
        answers = tables.answers
        query = select(answers).where(answers.c.payment_id == payment, answers.c.until > now)
        found = await self._mappings(query)
        if not found:
            return None
        row = found[0]
        return PurchaseAnswer(payment=payment, encrypted=row["sealed"], until=Instant(row["until"]))


@functools.cache
def _versions_query() -> Any:  # noqa: ANN401 - a select
    """Made once: each message of a refund or dispute asks it. It has `provider` and `objects`."""
    kept, refunds, disputes = tables.provider_references, tables.refunds, tables.disputes
    version = func.coalesce(refunds.c.version, disputes.c.version)
    return (
        select(kept.c.object_id, version.label("version"))
        .select_from(
            kept.outerjoin(
                refunds, _is_named(refunds.c.provider_id, ReferenceKind.REFUND)
            ).outerjoin(disputes, _is_named(disputes.c.dispute_id, ReferenceKind.DISPUTE))
        )
        .where(
            kept.c.provider == bindparam("provider"),
            kept.c.object_id.in_(bindparam("objects", expanding=True)),
            version.is_not(None),
        )
    )


def _is_named(name: Column[str], kind: ReferenceKind) -> ColumnElement[bool]:
    """Whether a refund or dispute is the one that a reference names."""
    kept, claims = tables.provider_references, name.table
    return and_(
        kept.c.kind == kind,
        claims.c.guild_id == kept.c.guild_id,
        claims.c.payment_id == kept.c.payment_id,
        name == kept.c.object_id,
    )


def _payments_of(guild: GuildId, member: MemberId | None, before: PaymentsCursor | None) -> Any:  # noqa: ANN401 - a select
    payments = tables.payments
    query = select(payments).where(payments.c.guild_id == guild)
    if member is None:
        if before is not None:
            query = query.where(payments.c.payment_id < before.id)
        return query.order_by(payments.c.payment_id.desc())
    query = query.where(payments.c.member_id == member)
    if before is not None:
        query = query.where(
            payments.c.created_at <= before.at,
            or_(payments.c.created_at < before.at, payments.c.payment_id < before.id),
        )
    return query.order_by(payments.c.created_at.desc(), payments.c.payment_id.desc())
