"""Who takes the money of what is bought now, and who took that of what was bought before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.flags import SELLER
from payments.domain.values.ids import GuildId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.integrations.flags import Flags
from payments.providers.known import KNOWN, KnownProviders
from payments.providers.protocol import Checkouts, Missing, PaymentProvider
from payments.providers.requests import CheckoutRequest
from payments.services.pricing import Pricing, Seller

if TYPE_CHECKING:
    from payments.services.customers import MemberCustomers

NO_SALES: Final = Sentence(
    "Points cannot be bought here right now: no payment provider is switched on."
)


class Sellers:
    """Finds the provider of a purchase.

    Args:
        providers: By name, those that are set up; the first that can charge something sells it.
        flags: Say which of them are switched on, and which of several sells.
        known: What people read of providers.
        customers: Find the customer that a member is at a provider; None where nobody is one.
    """

    def __init__(
        self,
        providers: Mapping[str, PaymentProvider],
        flags: Flags,
        known: KnownProviders = KNOWN,
        customers: "MemberCustomers | None" = None,
    ) -> None:
        self._customers = customers
        self._providers = providers
        self._flags = flags
        self._known = known

    @property
    def titles(self) -> Mapping[str, str]:
        """What the providers are called, by name."""
        return {name: provider.title for name, provider in self._providers.items()}

    async def of_guild(self, guild: GuildId, price: Money) -> Seller:
        """Who sells something on a server: who is chosen there, unless only others can charge it.

        If nobody can, it is the chosen one still, who says so.

        Raises:
            Refused: Nobody sells, everybody who could is switched off, or that is not known now.
        """
        able = await self._in_order(guild)
        return next((each for each in able if each.can_sell(price)), able[0])

    async def ways(self, guild: GuildId, price: Money) -> Sequence[Seller]:
        """All who can charge something on a server, whoever is chosen there first; perhaps none.

        Raises:
            Refused: As `of_guild`.
        """
        return [each for each in await self._in_order(guild) if each.can_sell(price)]

    async def _in_order(self, guild: GuildId) -> list[Seller]:
        on = await self._on(guild)
        if self._providers and not on:
            raise Refused("Sales are switched off on this server for now. Nothing was charged.")
        able = _with_checkouts(on)
        usual = able[0].provider.name
        chosen = await self._flags.choice(SELLER, guild, usual)
        able.sort(key=lambda each: each.provider.name != chosen)  # the others stay in their order
        return able

    async def pricing(self, guild: GuildId) -> Pricing:
        """What can be charged on a server; where sales are switched off, as if they were not.

        Raises:
            Refused: Nobody sells; whoever sells in another way says how.
        """
        return Pricing(sellers=_with_checkouts(await self._on(guild) or self._providers))

    async def _on(self, guild: GuildId) -> Mapping[str, PaymentProvider]:
        return {
            name: provider
            for name, provider in self._providers.items()
            if await self._flags.is_on(name, guild)
        }

    async def write(self, seller: Seller, request: CheckoutRequest) -> str:
        """Write down the exact request for a checkout, for the member's customer if it may be.

        Raises:
            BooksUnavailable: The database is away.
        """
        if self._customers is not None:
            customer = await self._customers.lend(seller.provider, request)
            request = replace(request, customer=customer)
        return seller.checkouts.request(request)

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
                provider=Verbatim(self._known.title(payment.provider)),
            )
        if isinstance(provider.checkouts, Missing):
            raise provider.checkouts.refusal()
        return provider.checkouts


def _with_checkouts(providers: Mapping[str, PaymentProvider]) -> list[Seller]:
    """Those that sell: at least one. Raises Refused as `Sellers.pricing`."""
    missing: Missing | None = None
    able = []
    for provider in providers.values():
        if isinstance(provider.checkouts, Missing):
            missing = missing or provider.checkouts
        else:
            able.append(Seller(provider, provider.checkouts))
    if not able:
        raise Refused(NO_SALES) if missing is None else missing.refusal()
    return able
