"""The way of a purchase, up to the link where the member pays.

Nothing that talks to the provider happens inside a transaction: the payment with the exact request
is committed first, then the provider is asked, then its answer is committed.
"""

import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import structlog

from payments.commands.base import Undo, by_member
from payments.commands.payments.buy import InitiatePayment
from payments.domain.errors import CannotUndo, Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.guilds import Package
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import FIRST_CURRENCY
from payments.domain.values.payment import Payment
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.purchase_check import PurchaseCheck, check_of
from payments.domain.values.quotas import TooManyOpen
from payments.domain.values.tax import TaxRule
from payments.domain.values.time import Clock
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.requests import OpenedCheckout
from payments.runner.runner import Runner
from payments.services.opening import (
    checkout_request,
    not_opened,
    note_opened,
    pay_url,
    way_back,
)
from payments.services.pricing import CANNOT_WAIT_ANYWHERE, Pricing, Seller
from payments.services.sellers import Sellers
from payments.services.taxes import NO_TAXES, Taxes
from payments.store.queries import Queries

log = structlog.get_logger(__name__)


class CheckoutService:
    """Sells points to members.

    Args:
        runner: Commits.
        queries: Reads.
        sellers: Find the provider of a purchase.
        clock: Tells the time.
        new_id: Makes ids that cannot be guessed.
        public_url: Where browsers reach the web server, without a slash at the end.
        sells_in: Whether a guild may sell.
        opened: Called with the microseconds that each purchase took from the command to the link.
        admitted: Whether the operator has admitted a guild; None where it is enough
            that a guild may sell.
        default_currency: That of a guild's first package, unless its owner chooses one.
        taxes: Say which purchases are taxed.
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
        sells_in: Callable[[GuildId], bool],
        opened: Callable[[int], None] = lambda _: None,
        admitted: Callable[[GuildId], Awaitable[bool]] | None = None,
        default_currency: str = FIRST_CURRENCY,
        taxes: Taxes = NO_TAXES,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._sellers = sellers
        self._clock = clock
        self._new_id = new_id
        self._public_url = public_url
        self._sells_in = sells_in
        self._opened = opened
        self._admitted = admitted
        self.default_currency = default_currency
        self.taxes = taxes

    @property
    def is_for_strangers(self) -> bool:
        """Whether guilds of people who do not run the program may sell through its account."""
        return self._admitted is not None

    async def check_admitted(self, guild: GuildId) -> None:
        """Refuse a guild that the operator has not admitted. Raises Refused."""
        if self._admitted is not None and not await self._admitted(guild):
            raise Refused(
                "Points can't be sold on this server yet. Whoever runs the bot must admit it "
                "first, because payments go to their account. Ask them to run {command}.",
                command=Code(f"guildbank admit {guild}"),
            )

    async def check_sells_in(self, guild: GuildId) -> None:
        """Refuse a guild where points are not sold, or not yet. Raises Refused."""
        if not self._sells_in(guild):
            raise Refused("Points are not sold on this server.")
        await self.check_admitted(guild)

    @property
    def titles(self) -> Mapping[str, str]:
        """What the providers that are set up are called, by name."""
        return self._sellers.titles

    def pay_url(self, payment: PaymentId) -> str:
        """Our own link to a payment's checkout: short, and it always knows where things stand."""
        return pay_url(self._public_url, payment)

    def pay_link(self, payment: Payment, channel: int | None = None) -> str:
        """The same, for who is in a channel: where they choose how to pay it leads back there."""
        back = way_back(channel) if payment.purchase is not None else ""
        return f"{self.pay_url(payment.id)}{back}"

    async def pricing(self, guild: GuildId) -> Pricing:
        """What can be charged on a server. Raises Refused if nobody sells."""
        return await self._sellers.pricing(guild)

    async def buy(
        self,
        *,
        key: CommandKey,
        guild: GuildId,
        member: MemberId,
        package: PackageId,
        answer: str | None = None,
        channel: int | None = None,
    ) -> Payment:
        """Begin a purchase, and open its checkout at the provider.

        Args:
            key: The same key begins only one purchase.
            guild: Where.
            member: Who.
            package: What.
            answer: The sealed token of the answer that the member sees, to be changed later.
            channel: Where on Discord they are, for the way back, if that is known.

        Returns:
            The payment, with an open checkout: an earlier one of the same package at the same
            price where the member may leave no more purchases unpaid.

        Raises:
            Refused: With a sentence for the member; nothing was charged.
            BooksUnavailable: The database is away.
        """
        await self.check_sells_in(guild)
        chosen = await self._queries.package(guild, package)
        if chosen is None:
            raise Refused("There is no such package here. Choose one from the list.")
        initiate = await self._begun(key, *chosen, member, answer, back=way_back(channel))
        try:
            payment_id = await self._runner.run(initiate)
        except TooManyOpen as error:
            return await self._offer_again(error, chosen[0])
        payment = await self._committed(payment_id)
        if payment.url is not None or payment.purchase is not None:
            return payment
        opened = await self._open(payment, initiate)
        self._opened(self._clock() - initiate.at)
        key = CommandKey(f"{initiate.key}:open")
        await note_opened(self._runner, self._clock, payment, opened, key)
        return await self._committed(payment_id)

    async def _begun(
        self,
        key: CommandKey,
        package: Package,
        installation: str,
        member: MemberId,
        answer: str | None,
        *,
        back: str,
    ) -> InitiatePayment:
        """The purchase as it is to be committed: who can sell it, its tax, and its check."""
        rule = await self.taxes.rule_of(package.guild, package.tax)
        check = await self._check(package, member)
        sellers = await self._of_guild(package, rule, checked=check is not None)
        taxed = rule is not None
        return await self._initiate(
            *(sellers, key, package, installation, member, answer),
            back=back,
            taxed=taxed,
            check=check,
        )

    async def _check(self, package: Package, member: MemberId) -> PurchaseCheck | None:
        """The check by a moderator that a purchase needs, if it needs one."""
        settings = await self._queries.settings(package.guild)
        return check_of(settings, package.price, member, self._clock())

    async def _of_guild(
        self, package: Package, rule: TaxRule | None, *, checked: bool
    ) -> Sequence[Seller]:
        """Who may be chosen to take the money: the only one, or several."""
        ways = await self._sellers.ways(package.guild, package.price)
        able = self.taxes.able(ways, rule)
        if ways and not able:
            raise Refused(
                "No way to pay can take the tax of this package here. Nothing was charged. "
                "Please tell a moderator."
            )
        able = able or [await self._sellers.of_guild(package.guild, package.price)]
        if checked and not any(each.can_wait for each in able):
            raise Refused(CANNOT_WAIT_ANYWHERE)
        return able

    async def _offer_again(self, error: TooManyOpen, package: Package) -> Payment:
        """The oldest unpaid purchase of the same; else say where the oldest of all can be paid."""
        for each in error.open:
            payment = await self._committed(each.payment)
            if (each.package, each.price) == (package.id, package.price) and _has_page(payment):
                return payment
        for each in error.open:
            if _has_page(await self._committed(each.payment)):
                raise error.payable_at(self.pay_url(each.payment))
        raise error

    async def _initiate(
        self,
        sellers: Sequence[Seller],
        key: CommandKey,
        package: Package,
        installation: str,
        member: MemberId,
        answer: str | None,
        *,
        back: str,
        taxed: bool,
        check: PurchaseCheck | None,
    ) -> InitiatePayment:
        now, only = self._clock(), _only_one(sellers, taxed=taxed)
        initiate = InitiatePayment(
            key=key,
            at=now,
            actor=by_member(member),
            guild=package.guild,
            member=member,
            package=package,
            provider=UNCHOSEN if only is None else only.provider.name,
            livemode=any(each.provider.livemode for each in sellers),
            payment=PaymentId(self._new_id()),
            installation=installation,
            request="{}",
            answer=answer,
            counts_for_quota=True,
            taxed=taxed,
        )
        if only is None:
            return initiate
        bought = initiate.bought(maturity=0, check=check)
        request = checkout_request(bought, installation, self._public_url, back, now)
        written = await self._sellers.write(only, request)
        return replace(initiate, request=written, authorizes=request.authorizes)

    async def _open(self, payment: Payment, initiate: InitiatePayment) -> OpenedCheckout:
        """Ask the provider; give the payment up if it cannot or will not."""
        checkouts = self._sellers.checkouts_of(payment)
        try:
            return await checkouts.open(payment.request, idempotency_key=payment.idempotency_key)
        except (ProviderUnavailable, ProviderRefused) as error:
            log.warning("checkout.not_opened", payment=payment.id, error=str(error))
            # No link was given out, so no money can come; if a checkout was opened all the same,
            # it lapses by itself, and should it be paid, the points come.
            with contextlib.suppress(CannotUndo):  # another try has opened it meanwhile
                await self._runner.run(Undo.of(initiate, payment.id, at=self._clock()))
            raise not_opened(error) from error

    async def _committed(self, payment: PaymentId) -> Payment:
        found = await self._queries.payment(payment)
        if found is None:
            raise LookupError(f"payment {payment} was committed and is not there")
        return found


def _only_one(sellers: Sequence[Seller], *, taxed: bool) -> Seller | None:
    """Who takes the money if nothing is to be asked before; None if something is."""
    if len(sellers) > 1 or (taxed and not sellers[0].checkouts.computes_tax):
        return None
    return sellers[0]


def _has_page(payment: Payment) -> bool:
    """Whether our link leads to where it can be paid."""
    return payment.url is not None or payment.purchase is not None
