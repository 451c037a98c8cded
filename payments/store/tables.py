"""The tables. Keys of the books begin with the guild, so that they can be spread by guild.

Times are integer microseconds UTC; enumerations are stored by their value.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    text,
)

from payments.domain.guilds import MAX_POINTS
from payments.domain.ids import House
from payments.store.types import INTEGER, TEXT

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *columns: Any) -> Table:  # noqa: ANN401 - whatever SQLAlchemy takes
    return Table(name, metadata, *columns, sqlite_strict=True)


def _integer(name: str, *, null: bool = False, **options: Any) -> Column[int]:  # noqa: ANN401 - as above
    return Column(name, INTEGER, nullable=null, **options)


def _text(name: str, *, null: bool = False, **options: Any) -> Column[str]:  # noqa: ANN401 - as above
    return Column(name, TEXT, nullable=null, **options)


LAST_HOUSE = max(House).value
"""Owners above it are members; partial indices leave the guild's own accounts out."""

guild_settings = _table(
    "guild_settings",
    _integer("guild_id", primary_key=True, autoincrement=False),
    _integer("mod_channel", null=True),
    _integer("moderator_role", null=True),
    _integer("announcement_channel", null=True),
    _integer("maturity"),
    _integer("approval_limit", null=True),
    _text("announced", server_default="[]"),
    _integer("notice_channel", null=True),
    _text("point_name", server_default="point"),
    _text("points_name", server_default="points"),
    _text("points_symbol", server_default=""),
    _text("currency", null=True),
)

subscribers = _table(
    "subscribers",
    _integer("guild_id"),
    _text("subscriber_id"),
    _text("host"),
    _text("kinds"),
    _text("sealed"),
    _integer("active"),
    _integer("failing_since", null=True),
    PrimaryKeyConstraint("guild_id", "subscriber_id"),
)

notice_threads = _table(
    "notice_threads",
    _integer("guild_id"),
    _integer("member_id"),
    _integer("channel"),
    _integer("thread"),
    PrimaryKeyConstraint("guild_id", "member_id"),
)

packages = _table(
    "packages",
    _integer("guild_id"),
    _text("package_id"),
    _text("name"),
    _integer("points"),
    _integer("price_minor"),
    _text("currency"),
    _integer("active"),
    PrimaryKeyConstraint("guild_id", "package_id"),
    CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="points"),
    CheckConstraint("price_minor > 0", name="price"),
)
Index(
    "uq_packages_name_for_sale",
    packages.c.guild_id,
    packages.c.name,
    unique=True,
    sqlite_where=packages.c.active == 1,
    postgresql_where=packages.c.active == 1,
)

payments = _table(
    "payments",
    _integer("guild_id"),
    _text("payment_id"),
    _integer("member_id"),
    _text("provider"),
    _integer("livemode"),
    _text("package_id"),
    _text("package_name"),
    _integer("points"),
    _integer("price_minor"),
    _text("currency"),
    _integer("maturity"),
    _integer("created_at"),
    _integer("attempt"),
    _text("request"),
    _text("session", null=True),
    _text("url", null=True),
    _integer("expires_at", null=True),
    _text("checkout"),
    _text("money"),
    _integer("paid", null=True),
    _text("intent", null=True),
    _integer("credited_at", null=True),
    _text("doubt", null=True),
    _text("fraud_warning", null=True),
    PrimaryKeyConstraint("guild_id", "payment_id"),
    CheckConstraint(f"points BETWEEN 1 AND {MAX_POINTS}", name="points"),
    Index(None, "payment_id", unique=True),
    Index(None, "guild_id", "member_id", "created_at"),
)
Index(
    "ix_payments_open",
    payments.c.created_at,
    sqlite_where=payments.c.credited_at.is_(None),
    postgresql_where=payments.c.credited_at.is_(None),
)

refunds = _table(
    "refunds",
    _integer("guild_id"),
    _text("payment_id"),
    _text("refund_id"),
    _text("status"),
    _integer("amount"),
    _text("provider_id", null=True),
    _integer("asked_by", null=True),
    _integer("asked_at", null=True),
    _text("reason", null=True),
    _text("request", null=True),
    _integer("approved_by", null=True),
    _integer("attempt", null=True),
    _text("intent", null=True),
    PrimaryKeyConstraint("guild_id", "payment_id", "refund_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)
Index(
    "ix_refunds_pending",
    refunds.c.guild_id,
    refunds.c.payment_id,
    sqlite_where=refunds.c.status == text("'pending'"),
    postgresql_where=refunds.c.status == text("'pending'"),
)

disputes = _table(
    "disputes",
    _integer("guild_id"),
    _text("payment_id"),
    _text("dispute_id"),
    _text("status"),
    _integer("amount"),
    _integer("reinstated"),
    _text("reason", null=True),
    _integer("due_by", null=True),
    _text("intent", null=True),
    PrimaryKeyConstraint("guild_id", "payment_id", "dispute_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)

accounts = _table(
    "accounts",
    _integer("guild_id"),
    _integer("member_id"),
    _integer("balance"),
    _integer("debt"),
    PrimaryKeyConstraint("guild_id", "member_id"),
    CheckConstraint("debt >= 0 AND balance >= -debt", name="only_debt_is_below_zero"),
)

lots = _table(
    "lots",
    _integer("guild_id"),
    _text("lot_id"),
    _integer("member_id"),
    _text("kind"),
    _text("payment_id", null=True),
    _integer("matures_at"),
    _integer("expires_at", null=True),
    _integer("opened_at"),
    _integer("remaining"),
    _integer("lapsed"),
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

transfers = _table(
    "transfers",
    _integer("guild_id"),
    _text("transfer_id"),
    _text("kind"),
    _integer("source"),
    _integer("destination"),
    _integer("points"),
    _integer("at"),
    _text("command_key"),
    _text("payment_id", null=True),
    _text("undoes", null=True),
    _text("note"),
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

lot_entries = _table(
    "lot_entries",
    _integer("guild_id"),
    _text("transfer_id"),
    _integer("position"),
    _text("lot_id"),
    _integer("points"),
    _text("debt", null=True),
    PrimaryKeyConstraint("guild_id", "transfer_id", "position"),
    CheckConstraint("points <> 0", name="points"),
    ForeignKeyConstraint(
        ["guild_id", "transfer_id"], ["transfers.guild_id", "transfers.transfer_id"]
    ),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
)

holds = _table(
    "holds",
    _integer("guild_id"),
    _text("hold_id"),
    _text("payment_id"),
    _text("cause"),
    _integer("position"),
    _integer("taken_at"),
    _text("source"),
    _integer("member_id"),
    _text("lot_id", null=True),
    _integer("points"),
    _integer("released"),
    _integer("burned"),
    _integer("owed"),
    PrimaryKeyConstraint("guild_id", "hold_id"),
    CheckConstraint(
        "points > 0 AND released >= 0 AND burned >= 0 AND released + burned <= points",
        name="parts",
    ),
    CheckConstraint("owed BETWEEN 0 AND points - released", name="owed"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
    Index(None, "guild_id", "payment_id", "position", unique=True),
)
Index(
    "ix_holds_debts",
    holds.c.guild_id,
    holds.c.member_id,
    sqlite_where=holds.c.owed > 0,
    postgresql_where=holds.c.owed > 0,
)

repayments = _table(
    "repayments",
    _integer("guild_id"),
    _text("debt"),
    _text("lot_id"),
    _integer("points"),
    PrimaryKeyConstraint("guild_id", "debt", "lot_id"),
    CheckConstraint("points >= 0", name="points"),
    ForeignKeyConstraint(["guild_id", "debt"], ["holds.guild_id", "holds.hold_id"]),
    ForeignKeyConstraint(["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"]),
)

bars = _table(
    "bars",
    _integer("guild_id"),
    _integer("member_id"),
    _text("payment_id"),
    PrimaryKeyConstraint("guild_id", "member_id", "payment_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)

commands = _table(
    "commands",
    _text("command_key", primary_key=True),
    _integer("guild_id", null=True),
    _text("kind"),
    _text("actor"),
    _text("content"),
    _text("result"),
    _integer("at"),
)

UNDOABLE = text("kind IN ('points.grant', 'points.revoke', 'member.lift_bar', 'package.retire')")
"""What moderators may undo, in the very words of the index over it."""

Index(
    "ix_commands_undoable",
    commands.c.guild_id,
    commands.c.at,
    sqlite_where=UNDOABLE,
    postgresql_where=UNDOABLE,
)

provider_events = _table(
    "provider_events",
    _text("provider"),
    _text("event_id"),
    _text("kind"),
    _text("body"),
    _integer("received_at"),
    _text("status"),
    _text("reason"),
    _integer("attempts"),
    _integer("retry_at", null=True),
    PrimaryKeyConstraint("provider", "event_id"),
    Index(None, "received_at"),
)
Index(
    "ix_provider_events_due",
    provider_events.c.retry_at,
    sqlite_where=provider_events.c.retry_at.is_not(None),
    postgresql_where=provider_events.c.retry_at.is_not(None),
)

answers = _table(
    "answers",
    _text("payment_id", primary_key=True),
    _text("sealed"),
    _integer("until"),
    Index(None, "until"),
)

events = _table(
    "events",
    _integer("guild_id"),
    _text("event_id"),
    _text("name"),
    _text("body"),
    _text("command_key"),
    _integer("at"),
    PrimaryKeyConstraint("guild_id", "event_id"),
    Index(None, "at"),
)

deliveries = _table(
    "deliveries",
    _integer("delivery_id", primary_key=True),
    _integer("guild_id"),
    _text("event_id"),
    _text("channel"),
    _text("lane", null=True),
    _integer("priority"),
    _text("status"),
    _integer("attempts"),
    _integer("postponements"),
    _integer("created_at"),
    _integer("due_at"),
    _text("lease", null=True),
    _integer("leased_until", null=True),
    _integer("ended_at", null=True),
    _text("last_error", null=True),
    _text("queue", server_default="discord"),
    _text("target", null=True),
    ForeignKeyConstraint(["guild_id", "event_id"], ["events.guild_id", "events.event_id"]),
    CheckConstraint("status IN ('waiting', 'delivered', 'given_up', 'dead')", name="status"),
    Index(None, "guild_id", "event_id"),
)
Index(
    "ix_deliveries_lane",
    deliveries.c.lane,
    deliveries.c.delivery_id,
    sqlite_where=text("status = 'waiting' AND lane IS NOT NULL"),
    postgresql_where=text("status = 'waiting' AND lane IS NOT NULL"),
)
Index(
    "ix_deliveries_dead",
    deliveries.c.delivery_id,
    sqlite_where=deliveries.c.status == text("'dead'"),
    postgresql_where=deliveries.c.status == text("'dead'"),
)
ENDED = text("status IN ('delivered', 'given_up')")
"""Deliveries that are over, in the very words of the index over them."""

Index("ix_deliveries_ended", deliveries.c.ended_at, sqlite_where=ENDED, postgresql_where=ENDED)
for _name, _columns in {
    "ix_deliveries_urgent": (deliveries.c.queue, deliveries.c.priority, deliveries.c.due_at),
    "ix_deliveries_oldest": (deliveries.c.queue, deliveries.c.created_at),
}.items():
    Index(
        _name,
        *_columns,
        deliveries.c.delivery_id,
        sqlite_where=deliveries.c.status == text("'waiting'"),
        postgresql_where=deliveries.c.status == text("'waiting'"),
    )

notices = _table(
    "notices",
    _integer("notice_id", primary_key=True, autoincrement=False),
    _integer("guild_id"),
    _integer("member_id"),
    _text("words"),
    _integer("at"),
    Index(None, "guild_id", "member_id"),
)

audit = _table(
    "audit",
    _integer("audit_id", primary_key=True),
    _integer("guild_id", null=True),
    _integer("at"),
    _text("actor"),
    _text("action"),
    _text("command_key"),
    _text("outcome"),
    Index(None, "guild_id", "at"),
)

audit_seals = _table(
    "audit_seals",
    _integer("audit_id", primary_key=True, autoincrement=False),
    _text("seal"),
    _integer("position", server_default="0"),
    Index("uq_audit_seals_position", "position", unique=True),
)

audit_archived = _table(
    "audit_archived",
    _integer("chain", primary_key=True, autoincrement=False),
    _integer("position"),
    _text("seal"),
    _integer("at"),
    CheckConstraint("chain = 1", name="one_chain"),
)
