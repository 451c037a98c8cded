"""Rows of keys of other programs."""

import json
from typing import Any

from payments.domain.values.api_keys import ApiKey, Scope
from payments.domain.values.ids import ApiKeyId, GuildId
from payments.store.rows.row import Row


def api_key_from(row: Row) -> ApiKey:
    """A row of `api_keys`."""
    return ApiKey(
        id=ApiKeyId(row["key_id"]),
        guild=GuildId(row["guild_id"]),
        name=row["name"],
        scopes=tuple(Scope(each) for each in json.loads(row["scopes"])),
        hashed=row["hashed"],
        active=bool(row["active"]),
    )


def api_key_row(key: ApiKey) -> dict[str, Any]:
    """A row for `api_keys`."""
    return {
        "guild_id": key.guild,
        "key_id": key.id,
        "name": key.name,
        "scopes": json.dumps(key.scopes),
        "hashed": key.hashed,
        "active": int(key.active),
    }
