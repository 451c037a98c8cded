"""Calls to providers that follow a commit."""

from sqlalchemy import select

from payments.domain.values.provider_calls import CallKey, ProviderCall
from payments.store import rows
from payments.store.queries.reader import Reader
from payments.store.tables import provider_calls


class CallQueries(Reader):
    """What can be asked about calls."""

    async def provider_call(self, key: CallKey) -> ProviderCall | None:
        """A call as it stands; None if there is none such."""
        columns = provider_calls.c
        query = select(provider_calls).where(
            columns.provider == key.provider,
            columns.object_id == key.object,
            columns.kind == key.kind,
        )
        found = await self._mappings(query)
        return rows.call_from(found[0]) if found else None
