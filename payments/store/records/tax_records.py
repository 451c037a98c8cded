"""What was reported to tax services of sales that they computed, and what is still to be."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, func, or_, select, text

from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.provider_updates import MoneyStatus, RefundStatus
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import packages, payments, refunds, tax_records

SALE: Final = ""
"""In the place of a refund's id: the sale itself."""

AT_ONCE: Final = 100
"""How many are looked for at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreported:
    """A sale, or a refund of one that was reported, that its tax service does not know yet.

    Attributes:
        refund: The refund's id; `SALE` for a sale.
        service: The name of the service that computed its tax.
        calculation: The service's id of that.
        livemode: Whether real money moved.
        paid: Minor units that were paid for the sale, tax included.
        tax: Minor units of tax in them.
        amount: Minor units of the sale or the refund, in `currency`.
        currency: Of `amount`.
        paid_in: The currency of the sale.
        sale: The service's id of the recorded sale, for a refund.
        gone: Minor units of earlier refunds that were reported.
        at: When the sale was made; for a refund, the time is not known.
    """

    guild: GuildId
    payment: PaymentId
    refund: str
    service: str
    calculation: str
    livemode: bool
    paid: int
    tax: int
    amount: int
    currency: str
    paid_in: str
    sale: str | None
    gone: int
    at: Instant


class TaxRecords:
    """Keeps what was reported.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unreported_sales(self, service: str) -> list[Unreported]:
        """Paid sales whose tax a service has computed, the oldest first."""
        query = (
            select(payments)
            .select_from(payments.outerjoin(tax_records, _of_sale()))
            .where(
                _is_of(service),
                payments.c.money == MoneyStatus.PAID,
                payments.c.tax.is_not(None),
                tax_records.c.payment_id.is_(None),
            )
            .order_by(payments.c.created_at, payments.c.payment_id)
            .limit(AT_ONCE)
        )
        return [_sale(row) for row in await self._read(query)]

    async def unreported_refunds(self, service: str) -> list[Unreported]:
        """Refunds that succeeded of sales that were reported to a service, by payment."""
        return [_refund(row) for row in await self._read(_refunds(service))]

    async def note(
        self, of: Unreported, *, tax: int, record: str | None, refused: str | None, at: Instant
    ) -> None:
        """Keep how it was reported, or why the service does not take it."""
        row = {
            "guild_id": of.guild,
            "payment_id": of.payment,
            "refund_id": of.refund,
            "service": of.service,
            "amount": of.amount,
            "tax": tax,
            "record": record,
            "refused": refused,
            "at": at,
        }

        def work(connection: Connection) -> None:
            insert_or_update(connection, tax_records, [row])

        await self._database.transact(work)

    async def refused(self) -> int:
        """How many were not taken: a person must look at them."""
        query = select(func.count()).where(tax_records.c.refused.is_not(None))
        return int((await self._read(query))[0]["count_1"])

    async def taxed_packages(self) -> int:
        """How many packages for sale are to be taxed."""
        taxed = packages.c.active == text("1"), packages.c.tax_behavior.is_not(None)
        query = select(func.count()).where(*taxed)
        return int((await self._read(query))[0]["count_1"])

    async def _read(self, query: Any) -> list[Any]:  # noqa: ANN401 - a select
        return await self._database.reader.read(
            lambda connection: list(connection.execute(query).mappings())
        )


def _is_of(service: str) -> Any:  # noqa: ANN401 - a condition
    """Whether a service has computed the tax; the first part finds the index over such payments."""
    own = payments.c.tax_quote.startswith(f"{service}:", autoescape=True)
    return and_(payments.c.tax_quote.is_not(None), own)


def _of_sale() -> Any:  # noqa: ANN401 - a condition
    return and_(
        tax_records.c.guild_id == payments.c.guild_id,
        tax_records.c.payment_id == payments.c.payment_id,
        tax_records.c.refund_id == SALE,
    )


def _gone() -> Any:  # noqa: ANN401 - a column
    """Minor units of earlier refunds that were reported."""
    known = tax_records.alias("known")
    return (
        select(func.coalesce(func.sum(known.c.amount), text("0")))
        .where(
            known.c.guild_id == payments.c.guild_id,
            known.c.payment_id == payments.c.payment_id,
            known.c.refund_id != SALE,
            known.c.record.is_not(None),
        )
        .scalar_subquery()
    )


def _refunds(service: str) -> Any:  # noqa: ANN401 - a select
    reported = tax_records.alias("reported")
    went_back = and_(
        refunds.c.guild_id == payments.c.guild_id,
        refunds.c.payment_id == payments.c.payment_id,
        refunds.c.status == RefundStatus.SUCCEEDED,
        or_(  # else it is of another checkout with our metadata
            refunds.c.intent.is_(None),
            payments.c.intent.is_(None),
            refunds.c.intent == payments.c.intent,
        ),
    )
    was_reported = and_(
        reported.c.guild_id == refunds.c.guild_id,
        reported.c.payment_id == refunds.c.payment_id,
        reported.c.refund_id == refunds.c.refund_id,
    )
    return (
        select(
            payments,
            refunds.c.refund_id,
            refunds.c.amount.label("part"),
            refunds.c.currency.label("part_in"),
            tax_records.c.record,
            _gone().label("gone"),
        )
        .select_from(
            payments.join(tax_records, _of_sale())
            .join(refunds, went_back)
            .outerjoin(reported, was_reported)
        )
        .where(
            _is_of(service),
            tax_records.c.record.is_not(None),
            reported.c.payment_id.is_(None),
        )
        .order_by(payments.c.payment_id, refunds.c.refund_id)
        .limit(AT_ONCE)
    )


def _common(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    service, _, calculation = row["tax_quote"].partition(":")
    return {
        "guild": GuildId(row["guild_id"]),
        "payment": PaymentId(row["payment_id"]),
        "service": service,
        "calculation": calculation,
        "livemode": bool(row["livemode"]),
        "paid": row["paid"],
        "tax": row["tax"],
        "paid_in": row["currency"],
        "at": Instant(row["credited_at"] or row["surplus_at"] or row["created_at"]),
    }


def _sale(row: Any) -> Unreported:  # noqa: ANN401 - a row
    return Unreported(
        refund=SALE,
        amount=row["paid"],
        currency=row["currency"],
        sale=None,
        gone=0,
        **_common(row),
    )


def _refund(row: Any) -> Unreported:  # noqa: ANN401 - a row
    return Unreported(
        refund=row["refund_id"],
        amount=row["part"],
        currency=row["part_in"],
        sale=row["record"],
        gone=int(row["gone"]),
        **_common(row),
    )
