"""Payments with what became of them, and what providers told."""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    text,
)

from payments.domain.values.guilds import MAX_POINTS
from payments.store.tables.columns import integer, table, words


def _claim() -> list[Column[Any]]:
    """What refunds and disputes have in common: currency and share, and how well they are known."""
    return [
        words("currency", server_default="XXX"),  # ISO 4217: no currency
        integer("share_part", server_default="0"),
        integer("share_whole", null=True),
        words("unknown", server_default=""),
        integer("version", server_default="0"),
    ]


payments = table(
    "payments",
    integer("guild_id"),
    words("payment_id"),
    integer("member_id"),
    words("provider"),
    integer("livemode"),
    words("package_id"),
    words("package_name"),
    integer("points"),
    integer("price_minor"),
    words("currency"),
    integer("maturity"),
    integer("created_at"),
    integer("attempt"),
    words("request"),
    words("session", null=True),
    words("url", null=True),
    integer("expires_at", null=True),
    words("checkout"),
    words("money"),
    integer("paid", null=True),
    words("intent", null=True),
    integer("credited_at", null=True),
    words("doubt", null=True),
    words("fraud_warning", null=True),
    words("installation", null=True),
    words("adopted_as", null=True),
    words("purchase_id", null=True),
    words("paid_instead", null=True),
    integer("surplus_at", null=True),
    words("tax_behavior", null=True),
    words("tax_code", null=True),
    integer("tax_asked", null=True),
    integer("tax", null=True),
    words("tax_quote", null=True),
    words("check_reasons", null=True),
    integer("check_life", null=True),
    words("check_status", null=True),
    words("authorization", null=True),
    integer("authorized_at", null=True),
    integer("held_until", null=True),
    integer("check_ends_at", null=True),
    integer("checked_by", null=True),
    integer("checked_at", null=True),
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

Index(
    "ix_payments_purchase",
    payments.c.purchase_id,
    sqlite_where=payments.c.purchase_id.is_not(None),
    postgresql_where=payments.c.purchase_id.is_not(None),
)
Index(
    "ix_payments_surplus",
    payments.c.surplus_at,
    sqlite_where=payments.c.surplus_at.is_not(None),
    postgresql_where=payments.c.surplus_at.is_not(None),
)

Index(
    "ix_payments_tax_quote",
    payments.c.created_at,
    sqlite_where=payments.c.tax_quote.is_not(None),
    postgresql_where=payments.c.tax_quote.is_not(None),
)

ABSENT = text("checkout = 'absent' AND expires_at IS NOT NULL")
"""Payments whose checkout was never opened and that come to an end by a timer, in the very words of
the index over them."""

Index(
    "ix_payments_absent",
    payments.c.expires_at,
    sqlite_where=ABSENT,
    postgresql_where=ABSENT,
)

CHECKED = text("money = 'authorized' AND check_status = 'waiting'")
"""Payments that wait for a moderator's check, in the very words of the index over them."""

Index(
    "ix_payments_checked",
    payments.c.check_ends_at,
    sqlite_where=CHECKED,
    postgresql_where=CHECKED,
)

UNPAID = text("checkout IN ('absent', 'open') AND credited_at IS NULL")
"""Payments that were begun and not paid, in the very words of the index over them."""

Index(
    "ix_payments_unpaid",
    payments.c.guild_id,
    payments.c.member_id,
    sqlite_where=UNPAID,
    postgresql_where=UNPAID,
)

refunds = table(
    "refunds",
    integer("guild_id"),
    words("payment_id"),
    words("refund_id"),
    words("status"),
    integer("amount"),
    words("provider_id", null=True),
    integer("asked_by", null=True),
    integer("asked_at", null=True),
    words("reason", null=True),
    words("request", null=True),
    integer("approved_by", null=True),
    integer("attempt", null=True),
    words("intent", null=True),
    words("pending_reason", server_default=""),
    *_claim(),
    integer("is_fraud"),
    integer("card_channel", null=True),
    integer("card_message", null=True),
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

disputes = table(
    "disputes",
    integer("guild_id"),
    words("payment_id"),
    words("dispute_id"),
    words("status"),
    integer("amount"),
    integer("returned_part"),
    words("reason", null=True),
    integer("due_by", null=True),
    words("intent", null=True),
    *_claim(),
    integer("returned_whole", server_default="1"),
    PrimaryKeyConstraint("guild_id", "payment_id", "dispute_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)

mod_cards = table(
    "mod_cards",
    integer("guild_id"),
    words("payment_id"),
    words("nonce"),
    integer("channel"),
    integer("message"),
    words("name"),
    words("body"),
    PrimaryKeyConstraint("guild_id", "payment_id", "nonce"),
)

bars = table(
    "bars",
    integer("guild_id"),
    integer("member_id"),
    words("payment_id"),
    PrimaryKeyConstraint("guild_id", "member_id", "payment_id"),
    ForeignKeyConstraint(["guild_id", "payment_id"], ["payments.guild_id", "payments.payment_id"]),
)

provider_events = table(
    "provider_events",
    words("provider"),
    words("event_id"),
    words("kind"),
    words("body"),
    integer("received_at"),
    words("status"),
    words("reason"),
    integer("attempts"),
    integer("retry_at", null=True),
    PrimaryKeyConstraint("provider", "event_id"),
    Index(None, "received_at"),
)
Index(
    "ix_provider_events_due",
    provider_events.c.retry_at,
    sqlite_where=provider_events.c.retry_at.is_not(None),
    postgresql_where=provider_events.c.retry_at.is_not(None),
)

answers = table(
    "answers",
    words("payment_id", primary_key=True),
    words("sealed"),
    integer("until"),
    Index(None, "until"),
)
