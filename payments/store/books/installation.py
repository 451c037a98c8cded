"""The installation's own id, and the proof that all providers' ids are kept."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    literal,
    literal_column,
    select,
    union_all,
    update,
)

from payments.domain.values.references import ReferenceKind
from payments.store.statements.compiled import read
from payments.store.tables import (
    disputes,
    installation,
    payments,
    provider_references,
    refunds,
)


def load_installation(connection: Connection) -> str:
    """The id that tells this installation from any other on the same account of a provider."""
    (row,) = read(connection, _installation_query)
    return str(row["installation_id"])


def _installation_query() -> Select[Any]:
    return select(installation.c.installation_id).where(installation.c.one == literal_column("1"))


def renew_installation(connection: Connection, fresh: str) -> None:
    """Give this installation another id; payments begun under the former one keep that."""
    connection.execute(update(installation).values(installation_id=fresh))


def wrong_references(connection: Connection) -> Iterator[str]:
    """Each id that a payment, refund or dispute names is kept as that payment's."""
    named = union_all(
        *(
            select(payments.c.provider, column.label("object_id"), literal(kind).label("kind"))
            .add_columns(payments.c.payment_id)
            .where(column.is_not(None))
            for column, kind in (
                (payments.c.session, ReferenceKind.CHECKOUT.value),
                (payments.c.intent, ReferenceKind.INTENT.value),
                (payments.c.fraud_warning, ReferenceKind.FRAUD_WARNING.value),
            )
        ),
        *(
            select(payments.c.provider, column.label("object_id"), literal(kind).label("kind"))
            .add_columns(payments.c.payment_id)
            .select_from(payments.join(column.table))
            .where(column.is_not(None))
            for column, kind in (
                (refunds.c.provider_id, ReferenceKind.REFUND.value),
                (disputes.c.dispute_id, ReferenceKind.DISPUTE.value),
            )
        ),
    ).subquery("named")
    kept = provider_references
    query = (
        select(named, kept.c.payment_id.label("kept"))
        .select_from(
            named.outerjoin(
                kept,
                (kept.c.provider == named.c.provider)
                & (kept.c.object_id == named.c.object_id)
                & (kept.c.kind == named.c.kind),
            )
        )
        .where(kept.c.payment_id.is_distinct_from(named.c.payment_id))
    )
    for row in connection.execution_options(yield_per=1000).execute(query).mappings():
        whose = f"is kept as one of payment {row['kept']}" if row["kept"] else "is not kept"
        yield f"Payment {row['payment_id']}: its {row['kind']} {row['object_id']} {whose}."
