"""Who has which points, and each movement of them."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, text

from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import House
from payments.store.tables.columns import integer, table, words

LAST_HOUSE = max(House).value
"""Owners above it are members; partial indices leave the guild's own accounts out."""

accounts = table(
    "accounts",
    integer("guild_id"),
    integer("member_id"),
    integer("balance"),
    integer("debt"),
    integer("reached"),
    PrimaryKeyConstraint("guild_id", "member_id"),
    CheckConstraint("debt >= 0 AND balance >= -debt", name="only_debt_is_below_zero"),
)

lots = table(
    "lots",
    integer("guild_id"),
    words("lot_id"),
    integer("member_id"),
    words("kind"),
    words("payment_id", null=True),
    integer("matures_at"),
    integer("expires_at", null=True),
    integer("opened_at"),
    integer("remaining"),
    integer("lapsed"),
    PrimaryKeyConstraint("guild_id", "lot_id"),
    CheckConstraint("remaining >= 0 AND lapsed >= 0", name="remaining"),
    ForeignKeyConstraint(["guild_id", "member_id"], ["accounts.guild_id", "accounts.member_id"]),
    Index(None, "guild_id", "payment_id"),
)
Index(
    "ix_lots_open",
    lots.c.guild_id,
    lots.c.member_id,
    sqlite_where=lots.c.remaining > 0,
    postgresql_where=lots.c.remaining > 0,
)
Index(
    "ix_lots_ending",
    lots.c.expires_at,
    sqlite_where=text("remaining > 0 AND expires_at IS NOT NULL"),
    postgresql_where=text("remaining > 0 AND expires_at IS NOT NULL"),
)

refused_timers = table(
    "refused_timers",
    integer("guild_id"),
    words("kind"),
    words("object"),
    integer("due_at"),
    integer("at"),
    words("reason"),
    PrimaryKeyConstraint("guild_id", "kind", "object", "due_at"),
)

transfers = table(
    "transfers",
    integer("guild_id"),
    words("transfer_id"),
    words("kind"),
    integer("source"),
    integer("destination"),
    integer("points"),
    integer("at"),
    words("command_key"),
    words("payment_id", null=True),
    words("undoes", null=True),
    words("note"),
    words("order_id", null=True),
    PrimaryKeyConstraint("guild_id", "transfer_id"),
    CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="points"),
    CheckConstraint("source <> destination", name="two_accounts"),
)
Index(
    "uq_transfers_undoes",
    transfers.c.guild_id,
    transfers.c.undoes,
    unique=True,
    sqlite_where=transfers.c.undoes.is_not(None),
    postgresql_where=transfers.c.undoes.is_not(None),
)
Index(
    "uq_transfers_one_purchase_each",
    transfers.c.guild_id,
    transfers.c.payment_id,
    unique=True,
    sqlite_where=text("kind = 'purchase'"),
    postgresql_where=text("kind = 'purchase'"),
)
for _side in (transfers.c.source, transfers.c.destination):
    Index(
        f"ix_transfers_{_side.name}",
        transfers.c.guild_id,
        _side,
        transfers.c.at,
        transfers.c.transfer_id,
        sqlite_where=_side > text(str(LAST_HOUSE)),
        postgresql_where=_side > text(str(LAST_HOUSE)),
    )
REDEEMING = transfers.c.kind == text("'redeem'")
"""Transfers that fulfil an order: from the guild's reserve to what was redeemed."""
Index(
    "ix_transfers_redeeming",
    transfers.c.guild_id,
    transfers.c.at,
    transfers.c.transfer_id,
    transfers.c.order_id,
    sqlite_where=REDEEMING,
    postgresql_where=REDEEMING,
)

lot_entries = table(
    "lot_entries",
    integer("guild_id"),
    words("transfer_id"),
    integer("position"),
    words("lot_id"),
    integer("points"),
    words("debt", null=True),
    PrimaryKeyConstraint("guild_id", "transfer_id", "position"),
    CheckConstraint("points <> 0", name="points"),
    ForeignKeyConstraint(
        ["guild_id", "transfer_id"], ["transfers.guild_id", "transfers.transfer_id"]
    ),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
)

holds = table(
    "holds",
    integer("guild_id"),
    words("hold_id"),
    words("payment_id"),
    words("cause"),
    integer("position"),
    integer("taken_at"),
    words("source"),
    integer("member_id"),
    words("lot_id", null=True),
    integer("points"),
    integer("released"),
    integer("burned"),
    integer("owed"),
    PrimaryKeyConstraint("guild_id", "hold_id"),
    CheckConstraint(
        "points > 0 AND released >= 0 AND burned >= 0 AND released + burned <= points",
        name="parts",
    ),
    CheckConstraint("owed BETWEEN 0 AND points - released", name="owed"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
    Index(None, "guild_id", "payment_id", "position", unique=True),
    Index(None, "guild_id", "lot_id"),
)
Index(
    "ix_holds_debts",
    holds.c.guild_id,
    holds.c.member_id,
    sqlite_where=holds.c.owed > 0,
    postgresql_where=holds.c.owed > 0,
)

repayments = table(
    "repayments",
    integer("guild_id"),
    words("debt"),
    words("lot_id"),
    integer("points"),
    PrimaryKeyConstraint("guild_id", "debt", "lot_id"),
    CheckConstraint("points >= 0", name="points"),
    ForeignKeyConstraint(["guild_id", "debt"], ["holds.guild_id", "holds.hold_id"]),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
    Index(None, "guild_id", "lot_id"),
)
