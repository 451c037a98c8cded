"""What providers call a payment is kept in one table; the installation has an id of its own."""

import uuid

import sqlalchemy as sa
from alembic import op

from payments.store.tables.types import INTEGER, TEXT

revision = "0011"
down_revision = "0013"
branch_labels = None
depends_on = None

OF_PAYMENTS = {"session": "checkout", "intent": "intent", "fraud_warning": "fraud_warning"}
OF_CLAIMS = (("refunds", "provider_id", "refund"), ("disputes", "dispute_id", "dispute"))
"""Where providers' ids were kept before, and what kind of thing each names."""


def _known() -> list[str]:
    """Queries for all of them; each ends with a WHERE, which SQLite needs before ON CONFLICT."""
    of_payments = [
        f"SELECT provider, {column}, '{kind}', guild_id, payment_id FROM payments"  # noqa: S608 - names written above
        f" WHERE {column} IS NOT NULL"
        for column, kind in OF_PAYMENTS.items()
    ]
    of_claims = [
        f"SELECT p.provider, c.{column}, '{kind}', c.guild_id, c.payment_id FROM {table} AS c"  # noqa: S608 - as above
        " JOIN payments AS p ON p.guild_id = c.guild_id AND p.payment_id = c.payment_id"
        f" WHERE c.{column} IS NOT NULL"
        for table, column, kind in OF_CLAIMS
    ]
    return of_payments + of_claims


def upgrade() -> None:
    op.add_column("payments", sa.Column("installation", TEXT, nullable=True))
    op.create_table(
        "provider_references",
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("object_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("payment_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint(
            "provider", "object_id", "kind", name=op.f("pk_provider_references")
        ),
        sa.ForeignKeyConstraint(
            ["guild_id", "payment_id"],
            ["payments.guild_id", "payments.payment_id"],
            name=op.f("fk_provider_references_payments"),
        ),
        sqlite_strict=True,
    )
    columns = "provider, object_id, kind, guild_id, payment_id"
    for known in _known():
        op.execute(f"INSERT INTO provider_references ({columns}) {known} ON CONFLICT DO NOTHING")
    one = op.create_table(
        "installation",
        sa.Column("one", INTEGER, autoincrement=False, nullable=False),
        sa.Column("installation_id", TEXT, nullable=False),
        sa.CheckConstraint("one = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_installation")),
        sqlite_strict=True,
    )
    op.bulk_insert(one, [{"one": 1, "installation_id": str(uuid.uuid4())}])
    op.create_table(
        "provider_troubles",
        sa.Column("guild_id", INTEGER, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("count", INTEGER, nullable=False),
        sa.Column("last_at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint(
            "guild_id", "provider", "reason", name=op.f("pk_provider_troubles")
        ),
        sqlite_strict=True,
    )
