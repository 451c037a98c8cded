"""The transfers that members took part in during a time, found in the members' own indices.

No index of the transfers begins with the time. But both that begin with the member hold it, so that
what is of another time is passed over within the index, without a look at its row; or one goes from
each account to its transfers of the time, whichever the database finds shorter. A walk over the
200,000 transfers of a guild takes a tenth of a second.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Integer,
    Select,
    case,
    func,
    literal_column,
    or_,
    select,
    text,
    union_all,
)

from payments.domain.values.ids import GuildId, House
from payments.domain.values.ledger import TransferKind
from payments.domain.values.report import Period
from payments.domain.values.time import DAY, UTC_NAME, Instant
from payments.domain.values.time_zones import offsets
from payments.store.queries.net import NET
from payments.store.tables import (
    LAST_HOUSE,
    accounts,
    lot_entries,
    lots,
    order_pieces,
    orders,
    payments,
    transfers,
)
from payments.store.tables.ledger import REDEEMING

_LAST_HOUSE: Any = text(str(LAST_HOUSE))
_RESERVED: Any = text(str(House.RESERVED.value))
_DAY: Any = literal_column(str(DAY), Integer)
PASSED_ON = 0
"""Stands for the guild's own account where a transfer has none: between two members."""


def _of(guild: GuildId | None, table: Any) -> list[Any]:  # noqa: ANN401 - a table
    """The condition for one guild; none for all."""
    return [] if guild is None else [table.c.guild_id == guild]


def _day_in(period: Period | None) -> Any:  # noqa: ANN401 - an expression
    """The day of a transfer, as the clocks of the period's time zone show it; else that of UTC.

    Each moment is moved by as much as those clocks were ahead of UTC then.
    """
    at = transfers.c.at
    if period is None or period.zone == UTC_NAME:
        return at // _DAY
    found = offsets(period.zone, period.start, period.end)
    ahead = [literal_column(str(each.ahead), BigInteger) for each in found]
    if len(found) == 1:
        return (at + ahead[0]) // _DAY
    changes = [literal_column(str(each.since), BigInteger) for each in found[1:]]
    until = [(at < since, before) for since, before in zip(changes, ahead, strict=False)]
    return (at + case(*until, else_=ahead[-1])) // _DAY


def _side(
    guild: GuildId | None,
    since: Instant,
    until: Instant | None,
    *,
    incoming: bool,
    period: Period | None = None,
) -> Select[Any]:
    mine, other = (
        (transfers.c.destination, transfers.c.source)
        if incoming
        else (transfers.c.source, transfers.c.destination)
    )
    at_the_member = (transfers.c.guild_id == accounts.c.guild_id) & (mine == accounts.c.member_id)
    found = select(
        transfers.c.guild_id,
        transfers.c.transfer_id,
        transfers.c.at,
        _day_in(period).label("day"),
        transfers.c.kind,
        transfers.c.payment_id,
        accounts.c.member_id,
        case((other <= _LAST_HOUSE, other), else_=PASSED_ON).label("house"),
        (transfers.c.points if incoming else -transfers.c.points).label("points"),
    ).select_from(accounts.join(transfers, at_the_member))
    found = found.where(mine > _LAST_HOUSE, transfers.c.at >= since, *_of(guild, accounts))
    if incoming:  # what members pass on to one another is found where it goes out
        found = found.where(other <= _LAST_HOUSE)
    return found if until is None else found.where(transfers.c.at < until)


def movements(
    guild: GuildId | None,
    since: Instant,
    until: Instant | None = None,
    period: Period | None = None,
) -> Any:  # noqa: ANN401 - a subquery
    """Each transfer to, from or between members, once; `points` are negative where they left.

    Days are those of the period's time zone, if one is given.
    """
    both = [
        _side(guild, since, until, incoming=incoming, period=period) for incoming in (True, False)
    ]
    return union_all(*both).subquery("movements")


def purchases(period: Period) -> Any:  # noqa: ANN401 - a select
    """The purchases of a period with their payments."""
    came = _side(period.guild, period.start, period.end, incoming=True, period=period)
    came_in = came.where(transfers.c.kind == TransferKind.PURCHASE).subquery("came_in")
    its_payment = (payments.c.guild_id == came_in.c.guild_id) & (
        payments.c.payment_id == came_in.c.payment_id
    )
    return (
        select(came_in.c.at, came_in.c.day, payments, NET.label("net"))
        .select_from(came_in.join(payments, its_payment))
        .where(payments.c.livemode == int(period.livemode))
    )


def changes_of_lots(
    guild: GuildId | None,
    since: Instant,
    until: Instant | None = None,
    *,
    over_at: Instant | None = None,
) -> Any:  # noqa: ANN401 - a select
    """What transfers did to lots, by transfer, payment, and whether it paid debt (or unpaid it).

    And by whether the lot's time was over at a moment, if one is given. `points` came to the lots,
    `reserved` to open orders. What was redeemed left these, and has a row of its own.
    """
    moved = movements(guild, since, until)
    its_entries = (lot_entries.c.guild_id == moved.c.guild_id) & (
        lot_entries.c.transfer_id == moved.c.transfer_id
    )
    its_lot = (lots.c.guild_id == lot_entries.c.guild_id) & (lots.c.lot_id == lot_entries.c.lot_id)
    repays = case((lot_entries.c.debt.is_(None), 0), else_=1)
    facts = (
        moved.c.guild_id,
        moved.c.transfer_id,
        moved.c.at,
        moved.c.house,
        lots.c.payment_id,
        _is_over(over_at or Instant(0)).label("ended"),
        repays.label("repays"),
    )
    ordered = (moved.c.house == _RESERVED) & lot_entries.c.debt.is_(None)
    of_lots = (
        select(
            *facts,
            func.sum(lot_entries.c.points).label("points"),
            func.sum(case((ordered, -lot_entries.c.points), else_=0)).label("reserved"),
        )
        .select_from(moved.join(lot_entries, its_entries).join(lots, its_lot))
        .group_by(*facts[:-2], text("ended"), text("repays"))
    )
    return union_all(of_lots, _redeemed(guild, since, until))


def _redeemed(guild: GuildId | None, since: Instant, until: Instant | None) -> Select[Any]:
    """The points of orders that were fulfilled, by transfer and payment: from house to house."""
    its_pieces = (order_pieces.c.guild_id == transfers.c.guild_id) & (
        order_pieces.c.order_id == transfers.c.order_id
    )
    nothing: Any = literal_column("0", Integer)
    facts = (
        transfers.c.guild_id,
        transfers.c.transfer_id,
        transfers.c.at,
        transfers.c.destination.label("house"),
        order_pieces.c.payment_id,
    )
    found = (
        select(
            *facts,
            nothing.label("ended"),
            nothing.label("repays"),
            nothing.label("points"),
            (-func.sum(order_pieces.c.points)).label("reserved"),
        )
        .select_from(transfers.join(order_pieces, its_pieces))
        .where(REDEEMING, transfers.c.at >= since, *_of(guild, transfers))
        .group_by(*facts)
    )
    return found if until is None else found.where(transfers.c.at < until)


def unspent(guild: GuildId | None, at: Instant) -> Any:  # noqa: ANN401 - a subquery
    """How many points of each payment were in anybody's lots when a moment came; all others' too.

    What is there now, less what has changed since. `ended` is 1 for those whose time was over by
    then, though they had not gone yet. `reserved` are those that were in open orders.
    """
    nothing: Any = literal_column("0", Integer)
    now = select(
        lots.c.guild_id,
        lots.c.payment_id,
        _is_over(at).label("ended"),
        lots.c.remaining.label("points"),
        nothing.label("reserved"),
    ).where(lots.c.remaining > text("0"), *_of(guild, lots))
    in_orders = (
        select(
            order_pieces.c.guild_id,
            order_pieces.c.payment_id,
            nothing.label("ended"),
            nothing.label("points"),
            order_pieces.c.points.label("reserved"),
        )
        .select_from(order_pieces.join(orders))
        .where(orders.c.due_at.is_not(None), *_of(guild, orders))
    )
    since = changes_of_lots(guild, at, over_at=at).subquery("since")
    both = union_all(
        now,
        in_orders,
        select(
            since.c.guild_id,
            since.c.payment_id,
            since.c.ended,
            (-since.c.points).label("points"),
            (-since.c.reserved).label("reserved"),
        ),
    ).subquery("both")
    alike = (both.c.guild_id, both.c.payment_id, both.c.ended)
    return (
        select(
            *alike,
            func.sum(both.c.points).label("unspent"),
            func.sum(both.c.reserved).label("reserved"),
        )
        .group_by(*alike)
        .having(or_(func.sum(both.c.points) != 0, func.sum(both.c.reserved) != 0))
        .subquery("unspent")
    )


def _is_over(at: Instant) -> Any:  # noqa: ANN401 - an expression
    """1 for lots whose time was over by then, else 0."""
    return case((lots.c.expires_at <= at, 1), else_=0)


def balances(guild: GuildId | None, at: Instant) -> Any:  # noqa: ANN401 - a select
    """The sum of all balances when a moment came: what it is now, less what has changed since."""
    now = select(accounts.c.balance.label("points")).where(*_of(guild, accounts))
    since = movements(guild, at)
    changed = select((-since.c.points).label("points")).where(since.c.house != PASSED_ON)
    both = union_all(now, changed).subquery("both")
    return select(func.coalesce(func.sum(both.c.points), 0).label("points"))
