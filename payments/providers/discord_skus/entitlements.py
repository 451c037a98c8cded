"""Entitlements at Discord, and what can be bought there."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import structlog
from pydantic import ValidationError

from payments.providers.discord_skus.application import OwnApplication
from payments.providers.discord_skus.calls import Calls
from payments.providers.discord_skus.shapes import Entitlement, Sku
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal

log = structlog.get_logger(__name__)

PAGE: Final = 100
"""The most that Discord lists at a time."""

PAGES: Final = 10_000
"""More pages of one list are not read: something must be wrong with it."""

HIGHEST: Final = 2**63 - 1


class DiscordEntitlements:
    """Works with them.

    Args:
        calls: Make the calls.
        application: Whose they are.
    """

    def __init__(self, calls: Calls, application: OwnApplication) -> None:
        self._calls = calls
        self._application = application

    async def consume(self, entitlement: str, request: str) -> None:
        """Use one up, by the stored request. Raises as the protocol says."""
        asked = json.loads(request)
        await self._calls.make(asked["method"], asked["path"], about=entitlement)

    async def skus(self) -> list[Sku]:
        """All that the application sells. Raises as the protocol says."""
        path = f"{await self._base()}/skus"
        found = [_sku(each) for each in await self._calls.listed(path)]
        return [each for each in found if each is not None]

    async def as_it_is(self, told: Entitlement) -> Entitlement:
        """One as Discord describes it now; as it was told if that says that it is deleted.

        Discord does not say whether it still finds a deleted one by its id, so it is looked for in
        the list too.

        Raises:
            ProviderRefused: It knows no such entitlement.
            ProviderUnavailable: It could not be asked.
        """
        try:
            return await self.fetch(str(told.id))
        except ProviderRefused as error:
            if error.why is not Refusal.UNKNOWN_OBJECT:
                raise
            found = await self._find(told)
            if found is not None:
                return found
            if told.deleted:
                return told
            raise

    async def pages(
        self, query: Mapping[str, str], *, after: int = 0
    ) -> AsyncIterator[list[Entitlement]]:
        """A list with the deleted ones, the newest first, page by page.

        Discord does not say in which order it lists: each page asks for what is older than all that
        was listed before.

        Args:
            query: What is asked for.
            after: The id up to which it goes back.

        Raises:
            ProviderUnavailable: Not reached, no usable answer, or it does not end.
        """
        path = f"{await self._base()}/entitlements"
        asked = {**query, "exclude_deleted": "false", "exclude_ended": "false", "limit": str(PAGE)}
        before = HIGHEST
        for _ in range(PAGES):
            page = await self._calls.listed(path, {**asked, "before": str(before)})
            found = [read for each in page if (read := _entitlement(each)) is not None]
            fresh = [each for each in found if each.id < before]
            yield [each for each in fresh if each.id > after]
            if len(page) < PAGE:
                return
            oldest = min((each.id for each in fresh), default=before)
            if oldest == before:
                break  # the same page again, and so on
            if oldest <= after:
                return
            before = oldest
        raise ProviderUnavailable("Discord: its list of entitlements does not end.", answered=True)

    async def _find(self, told: Entitlement) -> Entitlement | None:
        query = {"sku_ids": str(told.sku_id)}
        if told.user_id is not None:
            query["user_id"] = str(told.user_id)
        async for page in self.pages(query, after=told.id - 1):
            for each in page:
                if each.id == told.id:
                    return each
        return None

    async def fetch(self, entitlement: str) -> Entitlement:
        """One by its id. Raises as `as_it_is`."""
        found = await self._calls.get(f"{await self._base()}/entitlements/{entitlement}")
        read = _entitlement(found)
        if read is None or str(read.id) != entitlement:
            raise ProviderUnavailable("Discord: an odd entitlement.", answered=True)
        return read

    async def _base(self) -> str:
        return f"/applications/{(await self._application.known()).id}"


def _entitlement(found: Mapping[str, Any]) -> Entitlement | None:
    try:
        return Entitlement.model_validate(found)
    except ValidationError:
        log.warning("discord_skus.odd_entitlement", entitlement=str(found.get("id"))[:20])
        return None


def _sku(found: Mapping[str, Any]) -> Sku | None:
    try:
        return Sku.model_validate(found)
    except ValidationError:
        log.warning("discord_skus.odd_sku", sku=str(found.get("id"))[:20])
        return None
