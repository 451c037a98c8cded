"""Calls to providers that follow a commit, in the database."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Select, bindparam, select

from payments.domain.books import CALLS
from payments.domain.values.provider_calls import CallKey, ProviderCall
from payments.store import rows
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert_or_update
from payments.store.statements.compiled import one_of, read
from payments.store.tables import provider_calls


@loads(CALLS)
def load_calls(
    loading: Loading, wanted: AbstractSet[CallKey]
) -> dict[CallKey, ProviderCall | None]:
    """Calls, None where nothing was noted. Their payments are locked by whoever changes them."""
    found: dict[CallKey, ProviderCall | None] = dict.fromkeys(wanted)
    objects: defaultdict[str, list[str]] = defaultdict(list)
    for each in sorted(found):
        objects[each.provider].append(each.object)
    for provider, theirs in objects.items():
        for row in read(loading.connection, _calls_query, provider=provider, objects=theirs):
            call = rows.call_from(row)
            if call.key in found:
                found[call.key] = call
    return found


def _calls_query() -> Select[Any]:
    columns = provider_calls.c
    return select(provider_calls).where(
        columns.provider == bindparam("provider"), one_of(columns.object_id, "objects")
    )


@writes(CALLS)
def write_calls(writing: Writing, changed: Mapping[CallKey, ProviderCall | None]) -> None:
    """Write calls that were noted, and what became of others."""
    calls = [rows.call_row(call) for _, call in sorted(changed.items()) if call is not None]
    insert_or_update(writing.connection, provider_calls, calls)
