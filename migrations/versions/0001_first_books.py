# Long: a migration is history. It stays as it ran on the databases that there are.
"""The ledger, payments, queue and audit log."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("balance", INTEGER, nullable=False),
        sa.Column("debt", INTEGER, nullable=False),
        sa.CheckConstraint(
            "debt >= 0 AND balance >= -debt", name=op.f("ck_accounts_only_debt_is_below_zero")
        ),
        sa.PrimaryKeyConstraint("guild_id", "member_id", name=op.f("pk_accounts")),
        sqlite_strict=True,
    )
    op.create_table(
        "answers",
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("sealed", TEXT, nullable=False),
        sa.Column("until", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_answers")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_answers_until"), "answers", ["until"], unique=False)
    op.create_table(
        "audit",
        sa.Column("audit_id", INTEGER, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=True),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("command_key", TEXT, nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_guild_id_at"), "audit", ["guild_id", "at"], unique=False)
    op.create_table(
        "commands",
        sa.Column("command_key", TEXT, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=True),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.Column("result", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("command_key", name=op.f("pk_commands")),
        sqlite_strict=True,
    )
    op.create_table(
        "events",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("command_key", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "event_id", name=op.f("pk_events")),
        sqlite_strict=True,
    )
    op.create_table(
        "guild_settings",
        sa.Column("guild_id", INTEGER, autoincrement=False, nullable=False),
        sa.Column("mod_channel", INTEGER, nullable=True),
        sa.Column("moderator_role", INTEGER, nullable=True),
        sa.Column("announcement_channel", INTEGER, nullable=True),
        sa.Column("maturity", INTEGER, nullable=False),
        sa.Column("approval_limit", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_guild_settings")),
        sqlite_strict=True,
    )
    op.create_table(
        "packages",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("package_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("points", INTEGER, nullable=False),
        sa.Column("price_minor", INTEGER, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("active", INTEGER, nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000000000", name=op.f("ck_packages_points")),
        sa.CheckConstraint("price_minor > 0", name=op.f("ck_packages_price")),
        sa.PrimaryKeyConstraint("guild_id", "package_id", name=op.f("pk_packages")),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_packages_name_for_sale",
        "packages",
        ["guild_id", "name"],
        unique=True,
        sqlite_where=sa.text("active = 1"),
        postgresql_where=sa.text("active = 1"),
    )
    op.create_table(
        "payments",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("livemode", INTEGER, nullable=False),
        sa.Column("package_id", TEXT, nullable=False),
        sa.Column("package_name", TEXT, nullable=False),
        sa.Column("points", INTEGER, nullable=False),
        sa.Column("price_minor", INTEGER, nullable=False),
        sa.Column("currency", TEXT, nullable=False),
        sa.Column("maturity", INTEGER, nullable=False),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("attempt", INTEGER, nullable=False),
        sa.Column("request", TEXT, nullable=False),
        sa.Column("session", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("expires_at", INTEGER, nullable=True),
        sa.Column("checkout", TEXT, nullable=False),
        sa.Column("money", TEXT, nullable=False),
        sa.Column("paid", INTEGER, nullable=True),
        sa.Column("intent", TEXT, nullable=True),
        sa.Column("credited_at", INTEGER, nullable=True),
        sa.Column("doubt", TEXT, nullable=True),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000000000", name=op.f("ck_payments_points")),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", name=op.f("pk_payments")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_payments_guild_id_member_id_created_at"),
        "payments",
        ["guild_id", "member_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_payments_open",
        "payments",
        ["created_at"],
        unique=False,
        sqlite_where=sa.text("credited_at IS NULL"),
        postgresql_where=sa.text("credited_at IS NULL"),
    )
    op.create_index(op.f("ix_payments_payment_id"), "payments", ["payment_id"], unique=True)
    op.create_table(
        "provider_events",
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("received_at", INTEGER, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("retry_at", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("provider", "event_id", name=op.f("pk_provider_events")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_provider_events_due",
        "provider_events",
        ["retry_at"],
        unique=False,
        sqlite_where=sa.text("retry_at IS NOT NULL"),
        postgresql_where=sa.text("retry_at IS NOT NULL"),
    )
    op.create_table(
        "transfers",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("transfer_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("source", INTEGER, nullable=False),
        sa.Column("destination", INTEGER, nullable=False),
        sa.Column("points", INTEGER, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("command_key", TEXT, nullable=False),
        sa.Column("payment_id", TEXT, nullable=True),
        sa.Column("undoes", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.CheckConstraint("points BETWEEN 1 AND 1000000000000", name=op.f("ck_transfers_points")),
        sa.CheckConstraint("source <> destination", name=op.f("ck_transfers_two_accounts")),
        sa.PrimaryKeyConstraint("guild_id", "transfer_id", name=op.f("pk_transfers")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_transfers_destination",
        "transfers",
        ["guild_id", "destination", "at", "transfer_id"],
        unique=False,
        sqlite_where=sa.text("destination > 5"),
        postgresql_where=sa.text("destination > 5"),
    )
    op.create_index(
        "ix_transfers_source",
        "transfers",
        ["guild_id", "source", "at", "transfer_id"],
        unique=False,
        sqlite_where=sa.text("source > 5"),
        postgresql_where=sa.text("source > 5"),
    )
    op.create_index(
        "uq_transfers_one_purchase_each",
        "transfers",
        ["guild_id", "payment_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'purchase'"),
        postgresql_where=sa.text("kind = 'purchase'"),
    )
    op.create_index(
        "uq_transfers_undoes",
        "transfers",
        ["guild_id", "undoes"],
        unique=True,
        sqlite_where=sa.text("undoes IS NOT NULL"),
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", INTEGER, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("event_id", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("priority", INTEGER, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False),
        sa.Column("postponements", INTEGER, nullable=False),
        sa.Column("created_at", INTEGER, nullable=False),
        sa.Column("due_at", INTEGER, nullable=False),
        sa.Column("lease", TEXT, nullable=True),
        sa.Column("leased_until", INTEGER, nullable=True),
        sa.Column("ended_at", INTEGER, nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.CheckConstraint(
            "status IN ('waiting', 'delivered', 'given_up', 'dead')",
            name=op.f("ck_deliveries_status"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "event_id"],
            ["events.guild_id", "events.event_id"],
            name=op.f("fk_deliveries_events"),
        ),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_deliveries_oldest",
        "deliveries",
        ["created_at", "delivery_id"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "ix_deliveries_urgent",
        "deliveries",
        ["priority", "due_at", "delivery_id"],
        unique=False,
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "disputes",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("dispute_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.Column("reinstated", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_disputes_payments"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", "dispute_id", name=op.f("pk_disputes")),
        sqlite_strict=True,
    )
    op.create_table(
        "lots",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("lot_id", TEXT, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("payment_id", TEXT, nullable=True),
        sa.Column("matures_at", INTEGER, nullable=False),
        sa.Column("expires_at", INTEGER, nullable=True),
        sa.Column("opened_at", INTEGER, nullable=False),
        sa.Column("remaining", INTEGER, nullable=False),
        sa.Column("lapsed", INTEGER, nullable=False),
        sa.CheckConstraint("remaining >= 0 AND lapsed >= 0", name=op.f("ck_lots_remaining")),
        sa.ForeignKeyConstraint(
            ["guild_id", "member_id"],
            ["accounts.guild_id", "accounts.member_id"],
            name=op.f("fk_lots_accounts"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "lot_id", name=op.f("pk_lots")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_lots_guild_id_payment_id"), "lots", ["guild_id", "payment_id"], unique=False
    )
    op.create_index(
        "ix_lots_open",
        "lots",
        ["guild_id", "member_id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "refunds",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("refund_id", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("amount", INTEGER, nullable=False),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_refunds_payments"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", "refund_id", name=op.f("pk_refunds")),
        sqlite_strict=True,
    )
    op.create_table(
        "holds",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("hold_id", TEXT, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("cause", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("taken_at", INTEGER, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("lot_id", TEXT, nullable=True),
        sa.Column("points", INTEGER, nullable=False),
        sa.Column("released", INTEGER, nullable=False),
        sa.Column("burned", INTEGER, nullable=False),
        sa.Column("owed", INTEGER, nullable=False),
        sa.CheckConstraint("owed BETWEEN 0 AND points - released", name=op.f("ck_holds_owed")),
        sa.CheckConstraint(
            "points > 0 AND released >= 0 AND burned >= 0 AND released + burned <= points",
            name=op.f("ck_holds_parts"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "lot_id"], ["lots.guild_id", "lots.lot_id"], name=op.f("fk_holds_lots")
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_holds_payments"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "hold_id", name=op.f("pk_holds")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_holds_debts",
        "holds",
        ["guild_id", "member_id"],
        unique=False,
        sqlite_where=sa.text("owed > 0"),
        postgresql_where=sa.text("owed > 0"),
    )
    op.create_index(
        op.f("ix_holds_guild_id_payment_id_position"),
        "holds",
        ["guild_id", "payment_id", "position"],
        unique=True,
    )
    op.create_table(
        "lot_entries",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("transfer_id", TEXT, nullable=False),
        sa.Column("position", INTEGER, nullable=False),
        sa.Column("lot_id", TEXT, nullable=False),
        sa.Column("points", INTEGER, nullable=False),
        sa.Column("debt", TEXT, nullable=True),
        sa.CheckConstraint("points <> 0", name=op.f("ck_lot_entries_points")),
        sa.ForeignKeyConstraint(
            ["guild_id", "lot_id"],
            ["lots.guild_id", "lots.lot_id"],
            name=op.f("fk_lot_entries_lots"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "transfer_id"],
            ["transfers.guild_id", "transfers.transfer_id"],
            name=op.f("fk_lot_entries_transfers"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "transfer_id", "position", name=op.f("pk_lot_entries")),
        sqlite_strict=True,
    )
    op.create_table(
        "repayments",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("debt", TEXT, nullable=False),
        sa.Column("lot_id", TEXT, nullable=False),
        sa.Column("points", INTEGER, nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_repayments_points")),
        sa.ForeignKeyConstraint(
            ["guild_id", "debt"],
            ["holds.guild_id", "holds.hold_id"],
            name=op.f("fk_repayments_holds"),
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "lot_id"],
            ["lots.guild_id", "lots.lot_id"],
            name=op.f("fk_repayments_lots"),
        ),
        sa.PrimaryKeyConstraint("guild_id", "debt", "lot_id", name=op.f("pk_repayments")),
        sqlite_strict=True,
    )
