"""Who wants a guild's events."""

import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Select, literal_column, select

from payments.domain.values.guilds import Audience
from payments.domain.values.ids import GuildId, SubscriberId
from payments.domain.values.panels import PanelKind
from payments.store import tables
from payments.store.statements.compiled import one_of, read


def load_audiences(
    connection: Connection, guilds: Collection[GuildId], changed: Collection[GuildId] = ()
) -> dict[GuildId, Audience]:
    """The audience of each of the guilds, as it is at this moment of the transaction.

    Args:
        connection: Within a transaction.
        guilds: Whose.
        changed: Those of them in which something changed that a panel shows.
    """
    if not guilds:
        return {}
    wanted = sorted(guilds)
    announced = {
        row["guild_id"]: row["announced"] for row in read(connection, _announcing, guilds=wanted)
    }
    hearing: defaultdict[int, list[tuple[SubscriberId, tuple[str, ...]]]] = defaultdict(list)
    for row in read(connection, _subscribed, guilds=wanted):
        hearing[row["guild_id"]].append(
            (SubscriberId(row["subscriber_id"]), tuple(json.loads(row["kinds"])))
        )
    panels: defaultdict[int, list[PanelKind]] = defaultdict(list)
    for row in read(connection, _with_panels, guilds=sorted(changed)) if changed else ():
        panels[row["guild_id"]].append(PanelKind(row["kind"]))
    return {
        guild: Audience(
            announced=tuple(json.loads(announced.get(guild, "[]"))),
            subscribers=tuple(hearing[guild]),
            panels=tuple(panels[guild]),
        )
        for guild in guilds
    }


def _announcing() -> Select[Any]:
    settings = tables.guild_settings
    return select(settings.c.guild_id, settings.c.announced).where(
        one_of(settings.c.guild_id, "guilds"), settings.c.announcement_channel.is_not(None)
    )


def _with_panels() -> Select[Any]:
    panels = tables.panels
    return select(panels.c.guild_id, panels.c.kind).where(one_of(panels.c.guild_id, "guilds"))


def _subscribed() -> Select[Any]:
    subscribers = tables.subscribers
    active = subscribers.c.active == literal_column("1")
    return (
        select(subscribers)
        .where(one_of(subscribers.c.guild_id, "guilds"), active)
        .order_by(subscribers.c.subscriber_id)
    )
