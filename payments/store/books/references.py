"""Whose providers' ids of things are, in the database."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Select, bindparam, select

from payments.domain.books import INSTALLATION, PAYMENTS, REFERENCES, THIS
from payments.domain.values.ids import PaymentId
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.store.books import installation as references
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert, insert_or_leave
from payments.store.statements.compiled import one_of, read
from payments.store.tables import provider_references


@loads(REFERENCES)
def load_references(
    loading: Loading, wanted: AbstractSet[ProviderReference]
) -> dict[ProviderReference, PaymentId | None]:
    """Which payment each of some ids belongs to; None if it belongs to none that is known.

    The payments come along, and so does the installation's own id.
    """
    found: dict[ProviderReference, PaymentId | None] = dict.fromkeys(wanted)
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for each in sorted(found):
        ids[each.provider].append(each.id)
    for provider, theirs in ids.items():
        for row in read(loading.connection, _references_query, provider=provider, ids=theirs):
            each = ProviderReference(provider, ReferenceKind(row["kind"]), row["object_id"])
            if each in found:
                found[each] = PaymentId(row["payment_id"])
    if found:
        loading.want(INSTALLATION.of(THIS))
        loading.want(PAYMENTS.all_of(payment for payment in found.values() if payment))
    return found


def _references_query() -> Select[Any]:
    columns = provider_references.c
    return select(provider_references).where(
        columns.provider == bindparam("provider"), one_of(columns.object_id, "ids")
    )


@loads(INSTALLATION)
def load_installation(loading: Loading, wanted: AbstractSet[str]) -> dict[str, str]:
    """The installation's own id."""
    return {THIS: references.load_installation(loading.connection)} if wanted else {}


@writes(REFERENCES)
def write_references(
    writing: Writing, changed: Mapping[ProviderReference, PaymentId | None]
) -> None:
    """Remember whose some ids are; what is known of an id already stays.

    What another process has adopted meanwhile fails the transaction, which is then run again: else
    one thing of a provider's would become two payments.
    """
    known = writing.loaded[REFERENCES]
    named: list[dict[str, Any]] = []
    adopted: list[dict[str, Any]] = []
    for each, whose in sorted((each, whose) for each, whose in changed.items() if whose):
        if known.get(each) is not None:
            continue
        payment = writing.books.payment(whose)
        row = {
            "provider": each.provider,
            "object_id": each.id,
            "kind": each.kind,
            "guild_id": payment.guild,
            "payment_id": payment.id,
        }
        (adopted if payment.began_with(each) else named).append(row)
    insert_or_leave(writing.connection, provider_references, named)
    insert(writing.connection, provider_references, adopted)
