"""What the figures of a guild are read as."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Subquery, select, text, union_all

from payments.domain.values.ids import GuildId, House, PaymentId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.domain.values.report import PeriodStanding, Sold, Unspent
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.movements import (
    PASSED_ON,
)


class Flow(NamedTuple):
    """Points of one day that came from one of the guild's own accounts; negative if they went."""

    day: int
    kind: TransferKind
    house: House
    points: int


class Sale(NamedTuple):
    """One payment whose money came.

    Attributes:
        price: What its points cost without tax, in minor units.
        paid: What was paid, tax included.
    """

    at: Instant
    guild: GuildId
    payment: PaymentId
    provider: str
    currency: str
    price: int
    paid: int


class LotChange(NamedTuple):
    """What one transfer did to the unspent points of one payment.

    Attributes:
        price: What the payment's points cost without tax, in minor units.
        given: How many points it gave.
        house: The guild's own account at the other end; none between members.
        repays: Whether the points paid debt, or came back from where they had paid it.
        points: Positive if there are more unspent points after it.
    """

    at: Instant
    guild: GuildId
    transfer: str
    payment: PaymentId
    currency: str
    price: int
    given: int
    house: House | None
    repays: bool
    points: int


def left_of_tests(providers: Collection[str], guild: GuildId | None) -> Subquery:
    """What is left of test payments: in open lots, and in orders that nobody has begun to fulfil.

    Returns:
        Columns `guild_id`, `payment_id`, `member_id` and `points`.
    """
    lots, pieces, orders = tables.lots, tables.order_pieces, tables.orders
    of_lots = select(
        lots.c.guild_id, lots.c.payment_id, lots.c.member_id, lots.c.remaining.label("points")
    ).where(lots.c.remaining > text("0"))
    of_orders = (
        select(pieces.c.guild_id, pieces.c.payment_id, orders.c.member_id, pieces.c.points)
        .select_from(pieces.join(orders))
        .where(orders.c.state == OrderState.PLACED.value)
    )
    payments = tables.payments
    tests = select(payments.c.guild_id, payments.c.payment_id).where(
        payments.c.livemode == 0, payments.c.provider.in_(sorted(providers))
    )
    if guild is not None:
        tests = tests.where(payments.c.guild_id == guild)
    made, there = tests.subquery(), union_all(of_lots, of_orders).subquery()
    of_test = (made.c.guild_id == there.c.guild_id) & (made.c.payment_id == there.c.payment_id)
    return select(there).select_from(there.join(made, of_test)).subquery()


def sold_from(row: rows.Row) -> Sold:
    """One day's sales of a package, from its row."""
    gross = int(row["paid"])
    return Sold(
        day=row["day"],
        package=row["package_id"],
        name=row["package_name"],
        currency=row["currency"],
        sales=row["sales"],
        points=int(row["points"]),
        gross=gross,
        tax=gross - int(row["net"]),
    )


def sale_from(row: rows.Row) -> Sale:
    """One payment whose money came, from its row."""
    return Sale(
        at=Instant(row["at"]),
        guild=GuildId(row["guild_id"]),
        payment=PaymentId(row["payment_id"]),
        provider=row["provider"],
        currency=row["currency"],
        price=row["net"],
        paid=row["paid"],
    )


def change_from(row: rows.Row) -> LotChange:
    """One change of a lot, from its row."""
    return LotChange(
        at=Instant(row["at"]),
        guild=GuildId(row["guild_id"]),
        transfer=row["transfer_id"],
        payment=PaymentId(row["payment_id"]),
        currency=row["currency"],
        price=row["net"],
        given=row["given"],
        house=House(row["house"]) if row["house"] != PASSED_ON else None,
        repays=bool(row["repays"]),
        points=int(row["change"]),
    )


def standing_from(found: list[rows.Row], balance: int, *, livemode: bool) -> PeriodStanding:
    """What the unspent points of a guild are worth, from rows of payments that are alike."""
    given = paid = lapsed = reserved = 0
    worths: dict[str, int] = {}
    for row in found:
        points = row["payments"] * int(row["unspent"])
        reserved += row["payments"] * int(row["reserved"])
        if row["ended"]:
            lapsed += points
            continue
        if row["currency"] is None:
            given += points
            continue
        paid += points
        if row["livemode"] == int(livemode):
            alike = Unspent(
                payments=row["payments"],
                price=row["net"],
                points=row["points"],
                currency=row["currency"],
                unspent=int(row["unspent"]) + int(row["reserved"]),
            )
            worths[alike.currency] = worths.get(alike.currency, 0) + alike.worth
    return PeriodStanding(
        paid=paid,
        given=given,
        reserved=reserved,
        owed=paid + given + lapsed - balance,
        worth=worths,
    )
