"""Rows of lots, holds and transfers."""

from typing import Any

from payments.domain.values.ids import (
    AccountKey,
    ActionId,
    CommandKey,
    GuildId,
    MemberId,
    PaymentId,
    house_or_member,
)
from payments.domain.values.ledger import (
    Hold,
    HoldSource,
    Lot,
    PointsKind,
    Terms,
    Transfer,
    TransferKind,
)
from payments.domain.values.time import Instant
from payments.store.rows.row import Row


def lot_from(row: Row) -> Lot:
    """A row of `lots`."""
    return Lot(
        account=AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"])),
        terms=Terms(
            kind=PointsKind(row["kind"]),
            payment=row["payment_id"],
            matures_at=row["matures_at"],
            expires_at=row["expires_at"],
        ),
        opened_at=Instant(row["opened_at"]),
        remaining=row["remaining"],
    )


def lot_row(lot: Lot, remaining: int) -> dict[str, Any]:
    """A row for `lots`."""
    return {
        "guild_id": lot.account.guild,
        "lot_id": lot.id,
        "member_id": lot.account.owner,
        "kind": lot.terms.kind,
        "payment_id": lot.terms.payment,
        "matures_at": lot.terms.matures_at,
        "expires_at": lot.terms.expires_at,
        "opened_at": lot.opened_at,
        "remaining": remaining,
        "lapsed": 0,
    }


def hold_from(row: Row, lot: Lot | None) -> Hold:
    """A row of `holds`, with the lot that it took from."""
    return Hold(
        id=ActionId(row["hold_id"]),
        payment=PaymentId(row["payment_id"]),
        cause=row["cause"],
        position=row["position"],
        taken_at=Instant(row["taken_at"]),
        source=HoldSource(row["source"]),
        account=AccountKey(GuildId(row["guild_id"]), MemberId(row["member_id"])),
        terms=lot.terms if lot else None,
        opened_at=lot.opened_at if lot else None,
        points=row["points"],
        released=row["released"],
        burned=row["burned"],
        owed=row["owed"],
    )


def hold_row(hold: Hold) -> dict[str, Any]:
    """A row for `holds`."""
    return {
        "guild_id": hold.account.guild,
        "hold_id": hold.id,
        "payment_id": hold.payment,
        "cause": hold.cause,
        "position": hold.position,
        "taken_at": hold.taken_at,
        "source": hold.source,
        "member_id": hold.account.owner,
        "lot_id": hold.lot.id if hold.source is HoldSource.LOT else None,
        "points": hold.points,
        "released": hold.released,
        "burned": hold.burned,
        "owed": hold.owed,
    }


def transfer_from(row: Row) -> Transfer:
    """A row of `transfers`."""
    guild = GuildId(row["guild_id"])
    return Transfer(
        id=ActionId(row["transfer_id"]),
        kind=TransferKind(row["kind"]),
        source=AccountKey(guild, house_or_member(row["source"])),
        destination=AccountKey(guild, house_or_member(row["destination"])),
        points=row["points"],
        at=Instant(row["at"]),
        command=CommandKey(row["command_key"]),
        payment=row["payment_id"],
        undoes=row["undoes"],
        note=row["note"],
        order=row["order_id"],
    )


def transfer_row(transfer: Transfer) -> dict[str, Any]:
    """A row for `transfers`."""
    return {
        "guild_id": transfer.source.guild,
        "transfer_id": transfer.id,
        "kind": transfer.kind,
        "source": int(transfer.source.owner),
        "destination": int(transfer.destination.owner),
        "points": transfer.points,
        "at": transfer.at,
        "command_key": transfer.command,
        "payment_id": transfer.payment,
        "undoes": transfer.undoes,
        "note": transfer.note,
        "order_id": transfer.order,
    }
