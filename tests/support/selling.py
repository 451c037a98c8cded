"""Providers that sell: all of them are switched on, or as flags say."""

from collections.abc import Mapping

from payments.domain.values.flags import parse_flags
from payments.domain.values.ids import GuildId
from payments.integrations.flags import Flags
from payments.providers.protocol import PaymentProvider
from payments.services.sellers import Sellers
from payments.store.queries import Queries


def sellers_of(
    providers: Mapping[str, PaymentProvider],
    flags: Mapping[str, str] | None = None,
    of_guild: Mapping[str, str] | None = None,
    queries: Queries | None = None,
) -> Sellers:
    """Those that sell.

    Args:
        providers: By name.
        flags: Of the installation.
        of_guild: Of each server.
        queries: Reads each server's own, in place of that.
    """

    async def own(guild: GuildId) -> Mapping[str, str]:
        if queries is not None:
            return parse_flags((await queries.settings(guild)).flags)
        return of_guild or {}

    return Sellers(providers, Flags(flags or {}, own))


async def sold_everywhere(_: GuildId) -> None:
    """Points are sold on each server."""
