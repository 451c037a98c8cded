"""Whether all providers' ids are kept as their payments'."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    func,
    literal,
    select,
    union_all,
)

from payments.domain.values.references import ReferenceKind
from payments.store.tables import (
    disputes,
    payments,
    provider_references,
    refunds,
)
from payments.store.verify.sums import rows_of

_CHECKOUT = ReferenceKind.CHECKOUT.value

_SET_ASIDE = func.nullif(payments.c.authorization, payments.c.intent)
"""Some providers take what was set aside under the same id."""


def wrong_references(connection: Connection) -> Iterator[str]:
    """Each id that a payment, refund or dispute names is kept as that payment's.

    And each that is kept is of a payment that is there, by that provider.
    """
    yield from _not_kept(connection)
    yield from _without_payment(connection)


@cache
def _select_not_kept() -> Select[Any]:
    named = union_all(
        *(
            select(payments.c.provider, column.label("object_id"), kind.label("kind"))
            .add_columns(payments.c.payment_id)
            .where(column.is_not(None))
            for column, kind in (
                (payments.c.session, func.coalesce(payments.c.adopted_as, _CHECKOUT)),
                (payments.c.intent, literal(ReferenceKind.INTENT.value)),
                (_SET_ASIDE, literal(ReferenceKind.AUTHORIZATION.value)),
                (payments.c.fraud_warning, literal(ReferenceKind.FRAUD_WARNING.value)),
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
    return (
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


def _not_kept(connection: Connection) -> Iterator[str]:
    for row in rows_of(connection, _select_not_kept()):
        whose = f"is kept as one of payment {row['kept']}" if row["kept"] else "is not kept"
        yield f"Payment {row['payment_id']}: its {row['kind']} {row['object_id']} {whose}."


@cache
def _select_without_payment() -> Select[Any]:
    kept = provider_references
    return (
        select(kept, payments.c.provider.label("paid_by"))
        .select_from(
            kept.outerjoin(
                payments,
                (payments.c.guild_id == kept.c.guild_id)
                & (payments.c.payment_id == kept.c.payment_id),
            )
        )
        .where(payments.c.provider.is_distinct_from(kept.c.provider))
    )


def _without_payment(connection: Connection) -> Iterator[str]:
    for row in rows_of(connection, _select_without_payment()):
        why = f"is by {row['paid_by']}" if row["paid_by"] else "is not there"
        named = f"The {row['kind']} {row['object_id']} of {row['provider']}"
        yield f"{named} is kept as one of payment {row['payment_id']}, which {why}."
