"""Keys of other programs in the database."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from sqlalchemy import select

from payments.domain.books import API_KEYS, GUILDS
from payments.domain.values.api_keys import ApiKey
from payments.domain.values.ids import GuildId
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.rows.api_keys import api_key_from, api_key_row
from payments.store.statements.bulk import insert_or_update


@loads(API_KEYS, guards=GUILDS.all_of)
def load_api_keys(
    loading: Loading, guilds: AbstractSet[GuildId]
) -> dict[GuildId, tuple[ApiKey, ...]]:
    """All keys of guilds, revoked ones too; guarded by the guild's lock."""
    if not guilds:
        return {}
    found: defaultdict[GuildId, list[ApiKey]] = defaultdict(list)
    table = tables.api_keys
    query = select(table).where(table.c.guild_id.in_(sorted(guilds))).order_by(table.c.key_id)
    for row in loading.connection.execute(query).mappings():
        found[GuildId(row["guild_id"])].append(api_key_from(row))
    return {guild: tuple(found[guild]) for guild in guilds}


@writes(API_KEYS)
def write_api_keys(writing: Writing, changed: Mapping[GuildId, tuple[ApiKey, ...]]) -> None:
    """Write changed guilds' keys whole."""
    rows = [api_key_row(key) for _, keys in sorted(changed.items()) for key in keys]
    insert_or_update(writing.connection, tables.api_keys, rows)
