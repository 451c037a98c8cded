"""Why messages were left to moderators, in the database."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from payments.domain.books import TROUBLES
from payments.domain.values.inbox import Trouble, TroubleKey
from payments.domain.values.time import Instant
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.statements.bulk import insert_or_update
from payments.store.statements.compiled import read
from payments.store.tables import provider_troubles


@loads(TROUBLES)
def load_troubles(
    loading: Loading, wanted: AbstractSet[TroubleKey]
) -> dict[TroubleKey, Trouble | None]:
    """How many messages were left to moderators for each of some reasons."""
    return {each: _load(loading.connection, each) for each in sorted(wanted)}


def _load(connection: Connection, wanted: TroubleKey) -> Trouble | None:
    for row in read(connection, _trouble_query, **wanted._asdict()):
        return Trouble(count=row["count"], last_at=Instant(row["last_at"]))
    return None


def _trouble_query() -> Select[Any]:
    columns = provider_troubles.c
    return select(provider_troubles).where(
        columns.guild_id == bindparam("guild"),
        columns.provider == bindparam("provider"),
        columns.reason == bindparam("reason"),
    )


@writes(TROUBLES)
def write_troubles(writing: Writing, changed: Mapping[TroubleKey, Trouble | None]) -> None:
    """Write how many there are by now."""
    rows = [
        {
            "guild_id": key.guild,
            "provider": key.provider,
            "reason": key.reason,
            "count": trouble.count,
            "last_at": trouble.last_at,
        }
        for key, trouble in sorted(changed.items())
        if trouble is not None
    ]
    insert_or_update(writing.connection, provider_troubles, rows)
