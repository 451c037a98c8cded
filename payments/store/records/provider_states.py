"""What is remembered of each provider, through restarts and for all processes."""

from typing import Any

from sqlalchemy import Connection

from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import provider_states


class ProviderStates:
    """Remembers how providers stand with us; `Queries.provider_state` reads it.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, provider: str, until: Instant, *, livemode: bool) -> None:
        """All events up to then were listed and applied."""
        await self._change(provider, livemode, {"listed_until": until})

    async def refused(
        self, provider: str, trouble: str | None, at: Instant | None, *, livemode: bool
    ) -> None:
        """The provider refuses us something since then, or nothing any more."""
        await self._change(provider, livemode, {"trouble": trouble, "trouble_since": at})

    async def tried_quarantined(self, provider: str, at: Instant, *, livemode: bool) -> None:
        """Its quarantined messages were tried again."""
        await self._change(provider, livemode, {"quarantine_tried_at": at})

    async def _change(self, provider: str, livemode: bool, values: dict[str, Any]) -> None:  # noqa: FBT001 - not for callers
        row = {"provider": provider, "livemode": int(livemode), **values}

        def work(connection: Connection) -> None:
            insert_or_update(connection, provider_states, [row])

        await self._database.transact(work)
