"""Points that are pending for a member, and those on hold."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.purchase_check import CheckStatus
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.queries.reader import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A payment whose money is on its way, as with a bank debit.

    Attributes:
        package: What was bought.
        name: Its name then, unescaped.
        points: How many come with the money.
        price: What it costs before tax.
        since: When the purchase was begun.
        is_checked: Whether a moderator checks it before the money is taken.
    """

    package: PackageId
    name: str
    points: int
    price: Money
    since: Instant
    is_checked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A member's points that a payment's refunds and disputes hold until they have ended.

    Attributes:
        name: The package that was bought, unescaped.
        points: How many of this member's.
        own: Whether the payment is the member's own; else its points were passed on to them.
        refunded: Whether a refund of it is on its way.
        disputed: Whether the buyer's bank disputes it.
    """

    name: str
    points: int
    own: bool
    refunded: bool
    disputed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBack:
    """What of a purchase was not for its buyer, when its points came.

    Attributes:
        debt: How many paid debt of theirs.
        others: How many went back to members from whom they had been taken in the buyer's stead.
    """

    debt: int = 0
    others: int = 0


class UnderWayQueries(Reader):
    """What can be asked about points that a member has not got yet, or not now."""

    async def coming(self, guild: GuildId, member: MemberId) -> list[Coming]:
        """Payments of a member whose money is on its way, the oldest first."""
        payments = tables.payments
        query = (
            select(payments)
            .where(
                payments.c.guild_id == guild,
                payments.c.member_id == member,
                payments.c.money.in_([MoneyStatus.PROCESSING, MoneyStatus.AUTHORIZED]),
                payments.c.check_status.is_distinct_from(CheckStatus.REFUSED),
                payments.c.check_status.is_distinct_from(CheckStatus.LAPSED),
                payments.c.credited_at.is_(None),
                payments.c.paid_instead.is_(None),
            )
            .order_by(payments.c.created_at, payments.c.payment_id)
        )
        return [
            Coming(
                package=PackageId(row["package_id"]),
                name=row["package_name"],
                points=row["points"],
                price=Money(minor=row["price_minor"], currency=row["currency"]),
                since=Instant(row["created_at"]),
                is_checked=row["money"] == MoneyStatus.AUTHORIZED,
            )
            for row in await self._mappings(query)
        ]

    async def paid_back(self, payment: Payment) -> PaidBack:
        """What of a purchase was not for its buyer, when its points came."""
        others = await self._given_back(payment)
        debt = await self._repaid(payment.guild, payment.id)
        return PaidBack(debt=min(debt, payment.points - others), others=others)

    async def _given_back(self, payment: Payment) -> int:
        """How many more points the buyer's other reversals have kept of the buyer since then."""
        purchase = tables.transfers.alias("purchase")
        moved = tables.transfers.alias("moved")
        sides = [
            select(func.coalesce(func.sum(moved.c.points), 0))
            .select_from(
                purchase.join(
                    moved,
                    (moved.c.guild_id == purchase.c.guild_id)
                    & (moved.c.at == purchase.c.at)
                    & (moved.c.command_key == purchase.c.command_key),
                )
            )
            .where(
                purchase.c.guild_id == payment.guild,
                purchase.c.payment_id == payment.id,
                purchase.c.kind == text(f"'{TransferKind.PURCHASE}'"),
                side == payment.member,
                side > text(str(tables.LAST_HOUSE)),
                moved.c.kind == kind,
                moved.c.payment_id != payment.id,
            )
            .scalar_subquery()
            for side, kind in (
                (moved.c.source, TransferKind.HOLD),
                (moved.c.destination, TransferKind.RELEASE),
            )
        ]
        found = await self._mappings(select((sides[0] - sides[1]).label("points")))
        return max(0, int(found[0]["points"]))

    async def _repaid(self, guild: GuildId, payment: PaymentId) -> int:
        """How many of a payment's points paid debt of its buyer when they came."""
        transfers, entries = tables.transfers, tables.lot_entries
        query = (
            select(func.coalesce(func.sum(-entries.c.points), 0).label("points"))
            .select_from(
                transfers.join(
                    entries,
                    (entries.c.guild_id == transfers.c.guild_id)
                    & (entries.c.transfer_id == transfers.c.transfer_id),
                )
            )
            .where(
                transfers.c.guild_id == guild,
                transfers.c.payment_id == payment,
                transfers.c.kind == text(f"'{TransferKind.PURCHASE}'"),
                entries.c.debt.is_not(None),
            )
        )
        return int((await self._mappings(query))[0]["points"])

    async def kept_from(
        self, guild: GuildId, payment: PaymentId, member: MemberId
    ) -> tuple[int, int]:
        """How many points of a member a payment's reversals keep, and how many are gone."""
        holds = tables.holds
        kept, gone = holds.c.points - holds.c.released, holds.c.burned
        query = select(
            func.coalesce(func.sum(kept), 0).label("kept"),
            func.coalesce(func.sum(gone), 0).label("gone"),
        ).where(
            holds.c.guild_id == guild,
            holds.c.payment_id == payment,
            holds.c.member_id == member,
        )
        row = (await self._mappings(query))[0]
        return int(row["kept"]), int(row["gone"])

    async def held(self, guild: GuildId, member: MemberId) -> list[Held]:
        """Points of a member that are on hold, by payment, those longest on hold first."""
        holds, payments = tables.holds, tables.payments
        pending = _claimed(guild, tables.refunds, "'pending'")
        disputed = _claimed(guild, tables.disputes, "'open'")
        left = holds.c.points - holds.c.released - holds.c.burned
        alike = (
            payments.c.payment_id,
            payments.c.package_name,
            payments.c.member_id,
            payments.c.payment_id.in_(pending).label("refunded"),
            payments.c.payment_id.in_(disputed).label("disputed"),
        )
        query = (
            select(*alike, func.sum(left).label("points"), func.min(holds.c.taken_at).label("at"))
            .select_from(
                holds.join(
                    payments,
                    (payments.c.guild_id == holds.c.guild_id)
                    & (payments.c.payment_id == holds.c.payment_id),
                )
            )
            .where(
                holds.c.guild_id == guild,
                holds.c.member_id == member,
                holds.c.source == text("'lot'"),
                left > text("0"),
                holds.c.payment_id.in_(pending.union(disputed)),
            )
            .group_by(*alike[:3])
            .order_by(text("at"), payments.c.payment_id)
        )
        return [
            Held(
                name=row["package_name"],
                points=int(row["points"]),
                own=row["member_id"] == member,
                refunded=bool(row["refunded"]),
                disputed=bool(row["disputed"]),
            )
            for row in await self._mappings(query)
        ]


def _claimed(guild: GuildId, claims: Any, status: str) -> Any:  # noqa: ANN401 - a table, a select
    """Payments of which a refund or dispute is in that state."""
    return select(claims.c.payment_id).where(
        claims.c.guild_id == guild, claims.c.status == text(status)
    )
