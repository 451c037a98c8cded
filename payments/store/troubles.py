"""Why messages were left to moderators, in the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from payments.domain.incoming import Trouble, TroubleKey
from payments.domain.time import Instant
from payments.store.rowwise import insert_or_update
from payments.store.statements import read
from payments.store.tables import provider_troubles


def load_troubles(
    connection: Connection, wanted: Iterable[TroubleKey]
) -> dict[TroubleKey, Trouble | None]:
    """How many messages were left to moderators for each of some reasons."""
    return {each: _load(connection, each) for each in sorted(wanted)}


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


def write_troubles(connection: Connection, changed: Mapping[TroubleKey, Trouble | None]) -> None:
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
    insert_or_update(connection, provider_troubles, rows)
