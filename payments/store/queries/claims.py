"""When money went back to buyers: refunds that succeeded, and disputes that were lost.

Their rows keep their state, not since when. The time is that of the event that reported it
(`payment.refunded`, `payment.charged_back`). Events are forgotten after `KEEP_DAYS`; from then on
it is the time at which points were first set aside for it, which is kept for good: the same moment
where the provider reported something done, the moment of asking for what then took it days.
Where no points were set aside, because the amount was too small for one or others were set aside
before, it is the time at which a moderator asked for it, or else that of the sale.

What a provider takes back later (a refund that fails after all, a dispute that is won late) is no
claim any more, of whatever time it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from payments.domain.values.claims import left_of
from payments.domain.values.events import PaymentChargedBack, PaymentRefunded
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.report import ClaimKind, Period, ReportClaim, tax_within
from payments.domain.values.share import Share
from payments.domain.values.time import Instant
from payments.store import rows
from payments.store.queries.net import NET
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode_event
from payments.store.tables import disputes, events, holds, payments, refunds

_Key: TypeAlias = tuple[ClaimKind, PaymentId, str]


class _Found(NamedTuple):
    """A claim, and what was paid and how much of that is tax."""

    claim: ReportClaim
    paid: int
    tax: int
    paid_in: str


class ClaimQueries(Reader):
    """What can be asked about money that went back."""

    async def claims(self, period: Period) -> list[ReportClaim]:
        """What went back in a period of whatever was ever sold, the oldest first.

        Reads all refunds and lost disputes of the guild, and the events since the period began;
        older events only where something has none that is younger.
        """
        rows_of = {
            ClaimKind.REFUND: await self._mappings(_refunds(period)),
            ClaimKind.DISPUTE: await self._mappings(_disputes(period)),
        }
        reported_at = await self._reported_at(period, events.c.at >= period.start)
        found = _all_found(rows_of, reported_at)
        if any(_key(each) not in reported_at and _is_within(period, each.claim) for each in found):
            reported_at |= await self._reported_at(period, events.c.at < period.start)
            found = _all_found(rows_of, reported_at)
        claims = [claim for claim in _with_tax(found) if _is_within(period, claim)]
        return sorted(claims, key=lambda each: (each.at, each.payment, each.kind, each.id))

    async def _reported_at(self, period: Period, when: ColumnElement[bool]) -> dict[_Key, Instant]:
        """When claims were reported."""
        names = [PaymentRefunded.name, PaymentChargedBack.name]
        query = select(events.c.name, events.c.body).where(when, events.c.name.in_(names))
        query = query.order_by(events.c.at, events.c.event_id)  # what turned round counts again
        if period.guild is not None:
            query = query.where(events.c.guild_id == period.guild)
        reported_at: dict[_Key, Instant] = {}
        for row in await self._mappings(query):
            event = decode_event(row["name"], row["body"])
            if isinstance(event, PaymentRefunded):
                reported_at[ClaimKind.REFUND, event.payment, event.refund] = event.at
            elif isinstance(event, PaymentChargedBack):
                reported_at[ClaimKind.DISPUTE, event.payment, event.dispute] = event.at
        return reported_at


def _key(found: _Found) -> _Key:
    return found.claim.kind, found.claim.payment, found.claim.id


def _is_within(period: Period, claim: ReportClaim) -> bool:
    return period.start <= claim.at < period.end


def _claims_of(period: Period, table: Any, id_: Any) -> Select[Any]:  # noqa: ANN401 - table, column
    """Claims on money that came, with the payment and when points were set aside.

    As for the payment itself, what is about another checkout with our metadata does not count.
    """
    set_aside = (
        select(func.min(holds.c.taken_at))
        .where(
            holds.c.guild_id == table.c.guild_id,
            holds.c.payment_id == table.c.payment_id,
            holds.c.cause == id_,
        )
        .scalar_subquery()
    )
    its_payment = and_(
        payments.c.guild_id == table.c.guild_id, payments.c.payment_id == table.c.payment_id
    )
    own = or_(
        table.c.intent.is_(None), payments.c.intent.is_(None), table.c.intent == payments.c.intent
    )
    query = (
        select(
            payments.c.guild_id,
            payments.c.payment_id,
            payments.c.provider,
            payments.c.currency.label("paid_in"),
            payments.c.paid,
            NET.label("net"),
            func.coalesce(payments.c.credited_at, payments.c.surplus_at).label("came_at"),
            payments.c.surplus_at,
            id_.label("claim_id"),
            set_aside.label("set_aside"),
            table.c.amount,
            table.c.currency,
        )
        .select_from(table.join(payments, its_payment))
        .where(
            or_(payments.c.credited_at.is_not(None), payments.c.surplus_at.is_not(None)),
            payments.c.livemode == int(period.livemode),
        )
        .where(own)
    )
    return query if period.guild is None else query.where(table.c.guild_id == period.guild)


def _refunds(period: Period) -> Select[Any]:
    found = _claims_of(period, refunds, refunds.c.refund_id)
    return found.add_columns(refunds.c.asked_at).where(refunds.c.status == RefundStatus.SUCCEEDED)


def _disputes(period: Period) -> Select[Any]:
    found = _claims_of(period, disputes, disputes.c.dispute_id)
    return found.add_columns(
        *(disputes.c[name] for name in ("returned_part", "returned_whole"))
    ).where(disputes.c.status == DisputeStatus.LOST, disputes.c.amount > 0)


def _all_found(
    rows_of: Mapping[ClaimKind, Sequence[rows.Row]], reported_at: dict[_Key, Instant]
) -> list[_Found]:
    """Claims of which something has not come back."""
    found = [_found(row, kind, reported_at) for kind, some in rows_of.items() for row in some]
    return [each for each in found if each.claim.amount]


def _found(row: rows.Row, kind: ClaimKind, reported_at: dict[_Key, Instant]) -> _Found:
    payment = PaymentId(row["payment_id"])
    at = (
        reported_at.get((kind, payment, row["claim_id"]))
        or row["set_aside"]
        or row.get("asked_at")
        or 0
    )
    amount = Money(minor=row["amount"], currency=row["currency"])
    if kind is ClaimKind.DISPUTE:
        returned = Share(part=row["returned_part"], whole=row["returned_whole"])
        amount = left_of(amount, returned)
    claim = ReportClaim(
        kind=kind,
        id=row["claim_id"],
        guild=GuildId(row["guild_id"]),
        payment=payment,
        provider=row["provider"],
        at=Instant(max(at, row["came_at"])),
        amount=amount.minor,
        tax=0,
        currency=amount.currency,
        is_of_surplus=row["surplus_at"] is not None,
    )
    tax = 0 if claim.is_of_surplus else row["paid"] - row["net"]
    return _Found(claim, row["paid"], tax, row["paid_in"])


def _with_tax(found: list[_Found]) -> list[ReportClaim]:
    """The claims with the tax in each: that in all so far of its payment, less that before it.

    One in another currency than its payment is no part of that sum: it holds the same share of tax.
    """
    in_order = sorted(
        found, key=lambda x: (x.claim.guild, x.claim.payment, x.claim.kind, x.claim.at, x.claim.id)
    )
    claims = []
    for _, of_payment in groupby(in_order, key=lambda x: (x.claim.guild, x.claim.payment)):
        refunded = 0
        for each in of_payment:
            if each.claim.kind is ClaimKind.DISPUTE:
                claims.append(each.claim)
                continue
            amount = each.claim.amount
            if each.claim.currency == each.paid_in:
                before = tax_within(each.tax, each.paid, refunded)
                refunded += amount
                within = tax_within(each.tax, each.paid, refunded) - before
            else:
                within = each.tax * amount // each.paid if each.paid else 0  # nobody told what
            claims.append(replace(each.claim, tax=within))
    return claims
