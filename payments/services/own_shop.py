"""What members buy in a provider's own shop: in which guild it counts, and as which package."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import structlog

from payments.domain.errors import GuildbankError
from payments.domain.values.adoption import Adoption, Bought
from payments.domain.values.guilds import Package
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.inbox import Found
from payments.providers.follow_up import Entitlements
from payments.providers.protocol import PaymentProvider
from payments.providers.requests import ProviderEvent
from payments.store.queries import Queries
from payments.store.records.sku_choices import SkuChoices

log = structlog.get_logger(__name__)


class Undecided(GuildbankError):
    """Nobody has said yet in which of several guilds something counts that was bought."""

    def __init__(
        self, why: str = "Its buyer has not chosen yet on which server it counts."
    ) -> None:
        super().__init__(why)


class NotSold(Undecided):
    """What it stood for when it was told is let go of: it waits until it stands for something."""

    def __init__(self) -> None:
        super().__init__("No package is sold as this any more.")


class OwnShops:
    """Finds out what something becomes that was bought without us.

    Args:
        providers: By name.
        queries: Reads.
        choices: Where members want it to count.
        new_id: Makes ids that cannot be guessed.
    """

    def __init__(
        self,
        *,
        providers: Mapping[str, PaymentProvider],
        queries: Queries,
        choices: SkuChoices,
        new_id: Callable[[], str],
    ) -> None:
        self._shops = {
            name: (each, each.entitlements)
            for name, each in providers.items()
            if each.entitlements is not None
        }
        self._queries = queries
        self._choices = choices
        self._new_id = new_id

    async def concerns_us(self, event: ProviderEvent) -> bool:
        """Whether what was bought is sold here, or was taken in before.

        All else is left where it is, and can still be taken in once it is sold here.
        """
        for each in event.found:
            if each.bought is None or await self._candidates(each.bought):
                return True
            if await self._queries.payment_of_reference(each.bought.reference) is not None:
                return True
        return not event.found

    async def completed(self, event: ProviderEvent) -> ProviderEvent:
        """An event, with what it becomes of what was bought.

        Raises:
            Undecided: It cannot be said in which guild, or not now.
        """
        found = [await self._completed(each) for each in event.found]
        return replace(event, found=tuple(found))

    async def _completed(self, found: Found) -> Found:
        bought = found.bought
        if bought is None or found.update is None:
            return found
        if await self._queries.payment_of_reference(bought.reference) is not None:
            return found
        candidates = await self._candidates(bought)
        if not candidates and not bought.used_up:
            raise NotSold
        if not candidates:
            return found
        shop = self._shops.get(bought.reference.provider)
        if shop is None:
            return found
        provider, entitlements = shop
        package = candidates[await self._guild_of(bought, candidates, entitlements)]
        adoption = Adoption(
            reference=bought.reference,
            livemode=provider.livemode,
            guild=package.guild,
            member=bought.member,
            package=package.id,
            package_name=package.name,
            points=package.points,
            payment=PaymentId(self._new_id()),
        )
        return replace(found, adoption=adoption)

    async def _candidates(self, bought: Bought) -> Mapping[GuildId, Package]:
        """As which package it could count, by guild.

        What was used up before it was connected to a package was used up by somebody else.
        """
        packages = await self._queries.packages_of_sku(bought.sku)
        return _by_guild(
            each
            for each in packages
            if each.sku is not None and not (bought.used_up and bought.at < each.sku.since)
        )

    async def _guild_of(
        self, bought: Bought, candidates: Mapping[GuildId, Package], entitlements: Entitlements
    ) -> GuildId:
        """Where it was bought; else what the buyer chose, or the owner; else the only one."""
        chosen = await self._choices.of(bought.member, bought.sku)
        for each in (bought.guild, chosen, entitlements.home):
            if each is not None and each in candidates:
                return each
        if len(candidates) == 1:
            return next(iter(candidates))
        raise Undecided


def own_shops_of(
    providers: Mapping[str, PaymentProvider],
    queries: Queries,
    choices: SkuChoices,
    new_id: Callable[[], str],
) -> OwnShops | None:
    """What finds that out for these providers; None if none of them has a shop of its own."""
    if not any(each.entitlements for each in providers.values()):
        return None
    return OwnShops(providers=providers, queries=queries, choices=choices, new_id=new_id)


def _by_guild(packages: Iterable[Package]) -> Mapping[GuildId, Package]:
    """One package of each guild: the one that is for sale, if any is."""
    found: dict[GuildId, Package] = {}
    for each in packages:
        if each.active or each.guild not in found:
            found[each.guild] = each
    return found
