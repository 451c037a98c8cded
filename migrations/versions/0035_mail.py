"""Mail: addresses, encrypted and with an end; who gets none any more; how it stands."""

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_addresses",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.Column("member_id", INTEGER, nullable=False),
        sa.Column("encrypted", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("noted_at", INTEGER, nullable=False),
        sa.Column("ends_at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "payment_id", name=op.f("pk_mail_addresses")),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_mail_addresses_payments"),
        ),
        sqlite_strict=True,
    )
    for columns in (("guild_id", "member_id", "noted_at"), ("fingerprint",), ("ends_at",)):
        name = f"ix_mail_addresses_{'_'.join(columns)}"
        op.create_index(name, "mail_addresses", list(columns))
    op.create_table(
        "mail_stops",
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_mail_stops")),
        sa.CheckConstraint(
            "reason IN ('refused', 'bounced', 'dropped', 'spam', 'asked')",
            name=op.f("ck_mail_stops_reason"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "mail_state",
        sa.Column("one", INTEGER, nullable=False, autoincrement=False),
        sa.Column("encrypted_key", TEXT, nullable=False),
        sa.Column("trouble", TEXT, nullable=True),
        sa.Column("trouble_since", INTEGER, nullable=True),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_mail_state")),
        sa.CheckConstraint("one = 1", name=op.f("ck_mail_state_one_row")),
        sqlite_strict=True,
    )
