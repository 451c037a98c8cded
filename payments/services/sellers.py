"""Who takes the money of what is bought now, and who took that of what was bought before."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.flags import SELLER
from payments.domain.values.ids import GuildId
from payments.domain.values.payment import Payment
from payments.integrations.flags import Flags
from payments.providers.protocol import Checkouts, Missing, PaymentProvider

NO_SALES: Final = Sentence(
    "Points cannot be bought here right now: no payment provider is switched on."
)


class Seller(NamedTuple):
    """A provider that sells, and its checkouts."""

    provider: PaymentProvider
    checkouts: Checkouts


class Sellers:
    """Finds the provider of a purchase.

    Args:
        providers: By name, those that are set up; the first with checkouts sells.
        flags: Say which of them are switched on, and which of several sells.
    """

    def __init__(self, providers: Mapping[str, PaymentProvider], flags: Flags) -> None:
        self._providers = providers
        self._flags = flags

    @property
    def titles(self) -> Mapping[str, str]:
        """What the providers are called, by name."""
        return {name: provider.title for name, provider in self._providers.items()}

    def usual(self) -> Seller:
        """Who sells where nobody has chosen another.

        Raises:
            Refused: Nobody does; whoever sells in another way says how.
        """
        return self._first(self._providers)

    async def of_guild(self, guild: GuildId) -> Seller:
        """Who sells on a server.

        Raises:
            Refused: Nobody does, or everybody who could is switched off.
        """
        on = {
            name: provider
            for name, provider in self._providers.items()
            if await self._flags.is_on(name, guild)
        }
        if self._providers and not on:
            raise Refused("Sales are switched off on this server for now. Nothing was charged.")
        usual = self._first(on)
        chosen = on.get(await self._flags.choice(SELLER, guild, usual.provider.name))
        if chosen is None or isinstance(chosen.checkouts, Missing):
            return usual
        return Seller(chosen, chosen.checkouts)

    def checkouts_of(self, payment: Payment) -> Checkouts:
        """Those of the provider in a payment's row, also where it sells nothing new.

        Raises:
            Refused: It is not set up any more.
        """
        provider = self._providers.get(payment.provider)
        if provider is None:
            raise Refused(
                "Purchases by {provider} cannot be paid here any more. Nothing was charged. Please "
                "begin again.",
                provider=payment.provider,
            )
        if isinstance(provider.checkouts, Missing):
            raise provider.checkouts.refusal()
        return provider.checkouts

    @staticmethod
    def _first(providers: Mapping[str, PaymentProvider]) -> Seller:
        missing: Missing | None = None
        for provider in providers.values():
            if not isinstance(provider.checkouts, Missing):
                return Seller(provider, provider.checkouts)
            missing = missing or provider.checkouts
        raise Refused(NO_SALES) if missing is None else missing.refusal()
