"""A purchase with several ways to pay: which there are, and what happens when one is chosen.

Nothing that talks to a provider happens inside a transaction: the payment with the exact request
is committed first, then the provider is asked, then its answer is committed.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from payments.commands.base import by_member
from payments.commands.payments.ways import ChooseWay, GiveWayUp, WayTaken
from payments.domain.errors import Refused
from payments.domain.rules.ways import open_way, the_one, why_not_payable
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import CommandKey, GuildId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.places import Place
from payments.domain.values.tax_quotes import TaxQuestion
from payments.domain.values.time import Clock
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.runner.runner import Runner
from payments.services.opening import checkout_request, not_opened, note_opened
from payments.services.pricing import CANNOT_WAIT, Seller
from payments.services.sellers import Sellers
from payments.services.taxes import NO_TAXES, Taxes
from payments.services.way_taxes import AgreedTax, agreed, tax_of_way
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

CLOSED: Final = Sentence("This can't be used right now. Please choose another way, or try later.")

ROUNDS: Final = 3
"""How often a choice is made again after another one came first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to pay for a purchase.

    Attributes:
        name: Of its provider.
        title: What people call that.
        livemode: Whether real money moves there.
        closed: Why it cannot be chosen now, in a sentence; None if it can.
    """

    name: str
    title: str
    livemode: bool
    closed: Sentence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How a purchase stands, and what can be chosen.

    Attributes:
        began: The payment with which it began.
        standing: The payment that says how it stands.
        why_not: Why nothing can be chosen, in a sentence; None if something may be.
        ways: What can be chosen, the usual one first.
        is_sold: Whether points are sold on the server at all; if not, nobody is led to a page that
            is open, either.
    """

    began: Payment
    standing: Payment
    why_not: Sentence | None
    ways: tuple[Way, ...] = ()
    is_sold: bool = True


class Ways:
    """Shows the ways to pay for a purchase, and opens the one that is chosen.

    Args:
        runner: Commits.
        queries: Reads.
        sellers: Find who can sell.
        clock: Tells the time.
        new_id: Makes ids that cannot be guessed.
        public_url: Where browsers reach the web server, without a slash at the end.
        is_away: Whether a provider, by name, was found not to answer just now.
        check_sells_in: Raises Refused for a guild where points are not sold, or not any more.
        taxes: Say by which ways a purchase that is taxed can be paid.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        sellers: Sellers,
        clock: Clock,
        new_id: Callable[[], str],
        public_url: str,
        is_away: Callable[[str], bool],
        check_sells_in: Callable[[GuildId], Awaitable[None]],
        taxes: Taxes = NO_TAXES,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._sellers = sellers
        self._clock = clock
        self._new_id = new_id
        self.public_url = public_url
        self._is_away = is_away
        self._check_sells_in = check_sells_in
        self.taxes = taxes

    async def look(self, began: Payment) -> Choice:
        """What can be chosen for a purchase; asks no provider.

        Args:
            began: The payment with which it began.
        """
        known = await self._queries.ways(began)
        standing, why_not = the_one(known), why_not_payable(known, self._clock())
        if why_not is not None:
            return Choice(began=began, standing=standing, why_not=why_not)
        try:
            await self._check_sells_in(began.guild)
        except Refused as error:
            why = error.sentence
            return Choice(began=began, standing=standing, why_not=why, is_sold=False)
        try:
            sellers = await self._sellers_of(began)
        except Refused as error:
            return Choice(began=began, standing=standing, why_not=error.sentence)
        ways = [await self._way(each, checked=began.check is not None) for each in sellers]
        return Choice(began=began, standing=standing, why_not=None, ways=tuple(ways))

    async def _sellers_of(self, began: Payment) -> list[Seller]:
        rule = None if began.tax is None else began.tax.rule
        return self.taxes.able(await self._sellers.ways(began.guild, began.price), rule)

    async def _way(self, seller: Seller, *, checked: bool) -> Way:
        provider = seller.provider
        cannot_wait = checked and not seller.can_wait
        state = await self._queries.provider_state(provider.name, livemode=provider.livemode)
        closed = state.trouble is not None or self._is_away(provider.name)
        return Way(
            name=provider.name,
            title=provider.title,
            livemode=provider.livemode,
            closed=CANNOT_WAIT if cannot_wait else CLOSED if closed else None,
        )

    async def quote(self, began: Payment, provider: str, place: Place) -> AgreedTax | None:
        """The tax that a way must be given, for a buyer at a place; None if it needs none.

        Raises:
            Refused: It cannot be told, or not be charged there; nothing was charged.
            BooksUnavailable: The database is away.
        """
        seller = await self._seller_of(began, provider)
        if began.tax is None or seller.checkouts.computes_tax:
            return None
        asked = TaxQuestion(price=began.price, rule=began.tax.rule, place=place)
        return agreed(await self.taxes.quote(began.guild, asked), asked, seller.checkouts)

    async def needs_place(self, began: Payment, provider: str) -> bool:
        """Whether a way must be given the tax, and is not open already.

        Raises:
            Refused: It cannot be paid by this way now: a tax would be computed for nothing.
        """
        seller = await self._seller_of(began, provider)
        if began.tax is None or seller.checkouts.computes_tax:
            return False
        known = await self._queries.ways(began)
        if why := why_not_payable(known, self._clock()):
            raise Refused(why)
        return open_way(known, provider, self._clock()) is None

    async def _seller_of(self, began: Payment, provider: str) -> Seller:
        await self._check_sells_in(began.guild)
        sellers = await self._sellers_of(began)
        seller = next((each for each in sellers if each.provider.name == provider), None)
        if seller is None:
            raise Refused("This way to pay is not offered here any more.")
        if began.check is not None and not seller.can_wait:
            raise Refused(CANNOT_WAIT)
        return seller

    async def choose(
        self, began: Payment, provider: str, back: str, tax: AgreedTax | None = None
    ) -> str:
        """Open the checkout of a way, or find the one that is open there.

        Args:
            began: The payment with which the purchase began.
            provider: The name of the way.
            back: What is to stand behind the addresses of our pages.
            tax: What the buyer has agreed to, where the way must be given it.

        Returns:
            Where it is paid.

        Raises:
            Refused: It cannot be paid by this way now; says why. Nothing was charged.
            BooksUnavailable: The database is away.
        """
        seller = await self._seller_of(began, provider)
        payment = await self._committed(await self._begin(began, seller, back, tax))
        if payment.url is not None:
            return payment.url
        await self._open(payment, seller)
        opened = await self._committed(payment.id)
        if opened.paid_instead is not None or opened.url is None:
            raise Refused("This purchase was paid already.")
        return opened.url

    async def _begin(
        self, began: Payment, seller: Seller, back: str, tax: AgreedTax | None
    ) -> PaymentId:
        """Commit the choice, unless that way is open. Returns the payment that it is for."""
        for _ in range(ROUNDS):
            known = await self._queries.ways(began)
            if why := why_not_payable(known, self._clock()):
                raise Refused(why)
            if found := open_way(known, seller.provider.name, self._clock()):
                return found.id
            try:
                return await self._runner.run(await self._choice(known, began, seller, back, tax))
            except WayTaken:
                continue
        raise WayTaken

    async def _choice(
        self,
        known: Sequence[Payment],
        began: Payment,
        seller: Seller,
        back: str,
        tax: AgreedTax | None,
    ) -> ChooseWay:
        taxed = tax_of_way(began, seller.checkouts, tax)
        began = replace(next(each for each in known if each.id == began.id), tax=taxed)
        is_first = began.provider == UNCHOSEN
        fresh = began.id if is_first else PaymentId(self._new_id())
        now, installation = self._clock(), await self._queries.installation()
        request = checkout_request(
            replace(began, id=fresh), installation, self.public_url, back, now
        )
        return ChooseWay(
            key=ChooseWay.key_of(began, known, seller.provider.name),
            at=now,
            actor=by_member(began.member),
            guild=began.guild,
            payment=began.id,
            provider=seller.provider.name,
            livemode=seller.provider.livemode,
            fresh=fresh,
            installation=installation,
            request=await self._sellers.write(seller, request),
            tax=began.tax,
        )

    async def _open(self, payment: Payment, seller: Seller) -> None:
        """Ask the provider, and commit what it answers.

        Whether it has opened one is unknown if it did not answer: then the same is asked for again
        when the way is chosen again.
        """
        try:
            opened = await seller.checkouts.open(
                payment.request, idempotency_key=payment.idempotency_key
            )
        except (ProviderUnavailable, ProviderRefused) as error:
            log.warning("way.not_opened", payment=payment.id, error=str(error))
            if isinstance(error, ProviderRefused) or error.key_spent:
                await self._give_up(payment)
            raise not_opened(error) from error
        key = CommandKey(f"open:{payment.id}:{opened.update.session}:{opened.update.status}")
        await note_opened(self._runner, self._clock, payment, opened, key)

    async def _give_up(self, payment: Payment) -> None:
        await self._runner.run(
            GiveWayUp(
                key=GiveWayUp.key_of(payment.id),
                at=self._clock(),
                actor=by_member(payment.member),
                guild=payment.guild,
                payment=payment.id,
            )
        )

    async def _committed(self, payment: PaymentId) -> Payment:
        found = await self._queries.payment(payment)
        if found is None:
            raise LookupError(f"payment {payment} was committed and is not there")
        return found
