"""Whether balances, lots, debts and holds are what the transfers made of them."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    case,
    func,
    select,
    union_all,
)

from payments.domain.values.ids import AccountKey, GuildId, House, house_or_member
from payments.domain.values.ledger import HoldSource
from payments.store import tables
from payments.store.tables import (
    LAST_HOUSE,
    accounts,
    holds,
    lot_entries,
    lots,
)
from payments.store.verify.sums import member_sums, movements, rows_of


@cache
def _select_balances() -> Select[Any]:
    moved = movements()
    in_lots = member_sums(lots, lots.c.remaining, "in_lots")
    owed = member_sums(holds, holds.c.owed, "owed")
    here = (accounts.c.guild_id, accounts.c.member_id)
    return select(
        *here,
        accounts.c.balance,
        accounts.c.debt,
        func.coalesce(moved.c.points, 0).label("moved"),
        func.coalesce(in_lots.c.in_lots, 0).label("in_lots"),
        func.coalesce(owed.c.owed, 0).label("owed"),
    ).select_from(
        accounts.outerjoin(moved, (moved.c.guild_id == here[0]) & (moved.c.owner == here[1]))
        .outerjoin(in_lots, (in_lots.c.guild_id == here[0]) & (in_lots.c.member_id == here[1]))
        .outerjoin(owed, (owed.c.guild_id == here[0]) & (owed.c.member_id == here[1]))
    )


def wrong_balances(connection: Connection) -> Iterator[str]:
    """Each balance is what its transfers say, and its lots less its debt."""
    for row in rows_of(connection, _select_balances()):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        if row["balance"] != row["moved"]:
            yield f"The {account}: balance {row['balance']}, but its transfers say {row['moved']}."
        if row["balance"] != row["in_lots"] - row["owed"]:
            yield (
                f"The {account}: balance {row['balance']}, but its lots hold {row['in_lots']} "
                f"and it owes {row['owed']}."
            )
        if row["debt"] != row["owed"]:
            yield f"The {account}: debt {row['debt']}, but it owes {row['owed']}."
    for row in rows_of(connection, _select_missing()):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["owner"]))
        yield f"The {account} has transfers, but is not among the accounts."


@cache
def _select_missing() -> Select[Any]:
    moved = movements()
    return select(moved).where(
        moved.c.owner > LAST_HOUSE,
        ~select(accounts)
        .where(accounts.c.guild_id == moved.c.guild_id, accounts.c.member_id == moved.c.owner)
        .exists(),
    )


@cache
def _select_sums() -> Select[Any]:
    moved = movements()
    house = select(moved.c.guild_id, moved.c.points).where(moved.c.owner <= LAST_HOUSE)
    members = select(accounts.c.guild_id, accounts.c.balance.label("points"))
    both = union_all(house, members).subquery()
    return (
        select(both.c.guild_id, func.sum(both.c.points).label("points"))
        .group_by(both.c.guild_id)
        .having(func.sum(both.c.points) != 0)
    )


def wrong_sums(connection: Connection) -> Iterator[str]:
    """Each guild's accounts add up to zero, the members' as stored, its own as transferred."""
    for row in rows_of(connection, _select_sums()):
        yield f"Guild {row['guild_id']}: its accounts add up to {row['points']}, not to zero."


@cache
def _select_lots() -> Select[Any]:
    entered = (
        select(
            lot_entries.c.guild_id,
            lot_entries.c.lot_id,
            func.sum(lot_entries.c.points).label("points"),
        )
        .group_by(lot_entries.c.guild_id, lot_entries.c.lot_id)
        .subquery()
    )
    return (
        select(lots, func.coalesce(entered.c.points, 0).label("entered"))
        .select_from(
            lots.outerjoin(
                entered,
                (entered.c.guild_id == lots.c.guild_id) & (entered.c.lot_id == lots.c.lot_id),
            )
        )
        .where(lots.c.remaining != func.coalesce(entered.c.points, 0))
    )


def wrong_lots(connection: Connection) -> Iterator[str]:
    """Each lot holds what transfers brought to it less what they took."""
    for row in rows_of(connection, _select_lots()):
        account = AccountKey(GuildId(row["guild_id"]), house_or_member(row["member_id"]))
        yield (
            f"The {account}: lot {row['lot_id']} holds {row['remaining']}, "
            f"but its entries say {row['entered']}."
        )


@cache
def _select_debts() -> Select[Any]:
    repaid = (
        select(
            tables.repayments.c.guild_id,
            tables.repayments.c.debt,
            func.sum(tables.repayments.c.points).label("points"),
        )
        .group_by(tables.repayments.c.guild_id, tables.repayments.c.debt)
        .subquery()
    )
    return (
        select(holds, func.coalesce(repaid.c.points, 0).label("repaid"))
        .select_from(
            holds.outerjoin(
                repaid,
                (repaid.c.guild_id == holds.c.guild_id) & (repaid.c.debt == holds.c.hold_id),
            )
        )
        .where(holds.c.source == HoldSource.DEBT)
    )


def wrong_debts(connection: Connection) -> Iterator[str]:
    """Each piece of debt is what was taken on less what was given back and repaid."""
    for row in rows_of(connection, _select_debts()):
        if row["owed"] + row["repaid"] != row["points"] - row["released"]:
            yield (
                f"Debt {row['hold_id']} of member {row['member_id']} of guild {row['guild_id']}: "
                f"{row['owed']} owed and {row['repaid']} repaid, "
                f"of {row['points'] - row['released']}."
            )


@cache
def _select_holds() -> Select[Any]:
    moved = movements()
    kept = case(
        (holds.c.source == HoldSource.LAPSED, 0),
        else_=holds.c.points - holds.c.released - holds.c.burned,
    )
    of_guild = (
        select(holds.c.guild_id, func.sum(kept).label("kept")).group_by(holds.c.guild_id).subquery()
    )
    return (
        select(moved.c.guild_id, moved.c.points, func.coalesce(of_guild.c.kept, 0).label("kept"))
        .select_from(moved.outerjoin(of_guild, of_guild.c.guild_id == moved.c.guild_id))
        .where(moved.c.owner == House.HELD.value)
    )


def wrong_holds(connection: Connection) -> Iterator[str]:
    """What each guild holds is what its reversals keep and have not burned."""
    for row in rows_of(connection, _select_holds()):
        if row["points"] != row["kept"]:
            yield (
                f"Guild {row['guild_id']}: {row['points']} points are held, "
                f"but its reversals keep {row['kept']}."
            )
