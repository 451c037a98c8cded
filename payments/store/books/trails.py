"""Where points of payments went, and which payments' reversals may want the same points.

Two payments hang together where one's reversals keep points of the other (also as repaid debt), and
where what one keeps, or may give back, is the pool out of which the other's buyer pays. What merely
remains of a payment with its buyer is wanted by nobody else, so it is left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, literal_column, or_, select

from payments.domain.books import ACCOUNTS, PAYMENTS, REACHES, TRAILS, Trail
from payments.domain.values.ids import AccountKey, GuildId, MemberId, OrderId, PaymentId
from payments.domain.values.ledger import HoldSource
from payments.domain.values.orders import OrderState
from payments.domain.values.payment import Payment
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.engine.dialect import lock
from payments.store.statements.compiled import one_of, read

holds, lots, order_pieces, orders, payments, repayments = (
    tables.holds,
    tables.lots,
    tables.order_pieces,
    tables.orders,
    tables.payments,
    tables.repayments,
)
_GUILD = bindparam("guild", type_=lots.c.guild_id.type)
_PAYMENT = bindparam("payment", type_=lots.c.payment_id.type)
_STANDING_ORDERS = [state.value for state in OrderState if state.counts]


@loads(TRAILS, guards=PAYMENTS.all_of)
def load_trails(loading: Loading, wanted: AbstractSet[PaymentId]) -> dict[PaymentId, Trail]:
    """For each payment who has points of it, and all others that hang together with it.

    Before, the ways of points through their guilds are locked: shared by all who move some, alone
    for who follows them. The holders' accounts come along.
    """
    followed = {each: loading[PAYMENTS][each] for each in sorted(wanted)}
    if loading.changing:
        _lock_ways(loading, followed.values())
    connection = loading.connection
    linked = _linked(connection, (payment for payment in followed.values() if payment))
    trails = {
        name: _load_trail(connection, payment, linked[name]) if payment else Trail()
        for name, payment in followed.items()
    }
    for trail in trails.values():
        loading.want(ACCOUNTS.all_of(trail.holders))
    return trails


@loads(REACHES, guards=ACCOUNTS.all_of)
def load_reaches(
    loading: Loading, buyers: AbstractSet[AccountKey]
) -> dict[AccountKey, tuple[PaymentId, ...]]:
    """For each member, their payments for which other members' points are held."""
    return {
        buyer: tuple(
            PaymentId(row["payment_id"])
            for row in read(
                loading.connection, _reaching_query, guild=buyer.guild, buyer=buyer.owner
            )
        )
        for buyer in sorted(buyers)
    }


def _lock_ways(loading: Loading, followed: Iterable[Payment | None]) -> None:
    """Lock against passing points on where another transaction follows them."""
    alone = {payment.guild for payment in followed if payment}
    moved = {key.guild for key in loading.wanted(ACCOUNTS)} - alone
    for shared, guilds in groupby(sorted(alone | moved), key=lambda guild: guild in moved):
        lock(loading.connection, "trails", list(guilds), shared=shared)


@cache
def _lapsed_query() -> Select[Any]:
    return select(func.coalesce(func.sum(lots.c.lapsed), 0)).where(
        lots.c.guild_id == _GUILD, lots.c.payment_id == _PAYMENT
    )


@cache
def _holders_query() -> Select[Any]:
    # Plus nothing, so that SQLite does not use the index of all open lots, without payments.
    still_there = lots.c.remaining + 0 > 0
    return (
        select(lots.c.member_id)
        .where(lots.c.guild_id == _GUILD, lots.c.payment_id == _PAYMENT)
        .where(still_there, lots.c.member_id != bindparam("member", type_=lots.c.member_id.type))
        .distinct()
        .order_by(lots.c.member_id)
    )


@cache
def _orders_query() -> Select[Any]:
    return (
        select(order_pieces.c.order_id)
        .select_from(order_pieces.join(orders))
        .where(
            order_pieces.c.guild_id == _GUILD,
            order_pieces.c.payment_id == _PAYMENT,
            or_(
                orders.c.state.in_(_STANDING_ORDERS),
                orders.c.claimed.is_not(None),
            ),
        )
        .distinct()
        .order_by(order_pieces.c.order_id)
    )


def _load_trail(connection: Connection, payment: Payment, linked: tuple[PaymentId, ...]) -> Trail:
    this = {"guild": payment.guild, "payment": payment.id}
    holders = connection.execute(_holders_query(), {**this, "member": payment.member})
    return Trail(
        orders=tuple(map(OrderId, connection.execute(_orders_query(), this).scalars())),
        lapsed=int(connection.execute(_lapsed_query(), this).scalar_one()),
        holders=tuple(AccountKey(payment.guild, MemberId(each)) for each in holders.scalars()),
        linked=linked,
    )


def _linked(
    connection: Connection, followed: Iterable[Payment]
) -> dict[PaymentId, tuple[PaymentId, ...]]:
    guilds: defaultdict[GuildId, set[PaymentId]] = defaultdict(set)
    for payment in followed:
        guilds[payment.guild].add(payment.id)
    linked = {}
    for guild, seeds in sorted(guilds.items()):
        near = _all_near(connection, guild, seeds)
        for seed in seeds:
            linked[seed] = tuple(sorted(_reached_from(seed, near) - {seed}))
    return linked


def _all_near(
    connection: Connection, guild: GuildId, seeds: set[PaymentId]
) -> dict[PaymentId, set[PaymentId]]:
    near: defaultdict[PaymentId, set[PaymentId]] = defaultdict(set)
    found: set[PaymentId] = set()
    wave = set(seeds)
    while wave:
        found |= wave
        for one, other in _steps(connection, guild, wave):
            near[one].add(other)
        wave = {other for each in wave for other in near[each]} - found
    return near


def _steps(
    connection: Connection, guild: GuildId, wave: set[PaymentId]
) -> Iterable[tuple[PaymentId, PaymentId]]:
    keys: dict[str, Any] = {"guild": guild, "payments": sorted(wave)}
    for query in (_takers_query, _repaid_query):
        for row in read(connection, query, **keys):
            yield PaymentId(row["origin"]), PaymentId(row["payment_id"])
    touched: defaultdict[MemberId, set[PaymentId]] = defaultdict(set)
    for row in read(connection, _touched_query, **keys):
        for member in {row["buyer"], row["member_id"]}:
            touched[MemberId(member)].add(PaymentId(row["payment_id"]))
    for row in read(connection, _spilled_query, guild=guild, members=sorted(touched)):
        for one in touched[MemberId(row["member_id"])]:
            yield one, PaymentId(row["payment_id"])


def _reached_from(seed: PaymentId, near: dict[PaymentId, set[PaymentId]]) -> set[PaymentId]:
    found: set[PaymentId] = set()
    wave = {seed}
    while wave:
        found |= wave
        wave = {other for each in wave for other in near.get(each, ())} - found
    return found


_STANDING = holds.c.points > holds.c.released


def _takers_query() -> Select[Any]:
    """Payments whose reversals keep points of these payments."""
    its_lot = and_(holds.c.guild_id == lots.c.guild_id, holds.c.lot_id == lots.c.lot_id)
    return (
        select(lots.c.payment_id.label("origin"), holds.c.payment_id)
        .select_from(lots.join(holds, its_lot))
        .where(_of_these, _STANDING, holds.c.payment_id != lots.c.payment_id)
    )


def _repaid_query() -> Select[Any]:
    """Payments whose reversals left debt that points of these payments have paid."""
    its_lot = and_(repayments.c.guild_id == lots.c.guild_id, repayments.c.lot_id == lots.c.lot_id)
    its_debt = and_(holds.c.guild_id == repayments.c.guild_id, holds.c.hold_id == repayments.c.debt)
    return (
        select(lots.c.payment_id.label("origin"), holds.c.payment_id)
        .select_from(lots.join(repayments, its_lot).join(holds, its_debt))
        .where(
            _of_these,
            repayments.c.points > literal_column("0"),
            holds.c.payment_id != lots.c.payment_id,
        )
    )


_of_these = and_(lots.c.guild_id == bindparam("guild"), one_of(lots.c.payment_id, "payments"))


def _touched_query() -> Select[Any]:
    """The buyers of these payments, and those from whom their reversals keep something."""
    its_holds = and_(
        holds.c.guild_id == payments.c.guild_id,
        holds.c.payment_id == payments.c.payment_id,
        _STANDING,
    )
    return (
        select(
            payments.c.payment_id,
            payments.c.member_id.label("buyer"),
            func.coalesce(holds.c.member_id, payments.c.member_id).label("member_id"),
        )
        .select_from(payments.outerjoin(holds, its_holds))
        .where(payments.c.guild_id == bindparam("guild"), one_of(payments.c.payment_id, "payments"))
        .distinct()
    )


def _spilled_query() -> Select[Any]:
    """Payments of these members that keep more than what remained of themselves with the buyer."""
    of_payment = and_(
        holds.c.guild_id == payments.c.guild_id, holds.c.payment_id == payments.c.payment_id
    )
    of_lot = and_(lots.c.guild_id == holds.c.guild_id, lots.c.lot_id == holds.c.lot_id)
    spilled = or_(
        holds.c.source == literal_column(f"'{HoldSource.DEBT}'"),
        holds.c.member_id != payments.c.member_id,
        and_(
            holds.c.source == literal_column(f"'{HoldSource.LOT}'"),
            lots.c.payment_id.is_distinct_from(payments.c.payment_id),
        ),
    )
    return (
        select(payments.c.member_id, payments.c.payment_id)
        .select_from(payments.join(holds, of_payment).outerjoin(lots, of_lot))
        .where(
            payments.c.guild_id == bindparam("guild"),
            one_of(payments.c.member_id, "members"),
            _STANDING,
            spilled,
        )
        .distinct()
    )


def _reaching_query() -> Select[Any]:
    """Payments of a member for which other members' points are held."""
    of_payment = and_(
        holds.c.guild_id == payments.c.guild_id, holds.c.payment_id == payments.c.payment_id
    )
    return (
        select(payments.c.payment_id)
        .select_from(payments.join(holds, of_payment))
        .where(
            payments.c.guild_id == bindparam("guild"),
            payments.c.member_id == bindparam("buyer"),
            holds.c.member_id != payments.c.member_id,
            _STANDING,
        )
        .distinct()
        .order_by(payments.c.payment_id)
    )
