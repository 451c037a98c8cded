"""The way of a refund: quote, request, approval, the call to the provider, and its end.

Nothing that talks to the provider happens inside a transaction: the refund with the exact request
is committed first and its points are set aside, then the provider is asked, then its answer is
committed. A call with an unclear end leaves the refund pending; it is looked up later, and sent
again only if the provider knows nothing of it.
"""

import asyncio
from dataclasses import dataclass, replace

import structlog

from payments.commands.base import by_member, by_provider
from payments.commands.payments.refund import ApproveRefund, DeclineRefund, RequestRefund
from payments.commands.payments.refund_outcome import GiveRefundUp, RetryRefund
from payments.commands.payments.refund_quote import Quote, QuoteRefund
from payments.domain.values.claims import CardPlace, Refund, RefundOrder
from payments.domain.values.errors import Refused
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import PaymentProvider, Refusal
from payments.providers.requests import RefundRequest
from payments.services.fresh_lookup import FreshLook, stand_otherwise
from payments.services.money_service import MoneyService

log = structlog.get_logger(__name__)

FEE_SECONDS = 1.0
"""How long a quote waits to be told the provider's fee: the person waits for its answer."""

OTHER_MODE_TEST = (
    "This payment was made in test mode: no real money moved, and with the live key in use it "
    "cannot be refunded. `guildbank void` removes what is left of its points."
)
OTHER_MODE_LIVE = (
    "This payment was made with real money, and a test key is in use. Refund it with the live key, "
    "or in the provider's dashboard."
)
"""Why a payment of the other mode is not refunded: its provider knows nothing of it there."""

NO_REASON = "no reason given"
"""Why a refund was given up, if nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullQuote:
    """What a refund would do, and what it costs.

    Attributes:
        effect: What it would do here.
        fee: What the provider has kept of the payment and does not give back, if that is known.
    """

    effect: Quote
    fee: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """How a refund stands after a moderator's word.

    Attributes:
        payment: The payment as it is now.
        refund: The refund as it is now; proposed ones wait for a second moderator.
        problem: The provider's word for why it said no; empty otherwise.
        why: What that means.
    """

    payment: Payment
    refund: Refund
    problem: str = ""
    why: Refusal = Refusal.OTHER

    @property
    def unsent(self) -> RefundOrder | None:
        """Its order, if that is to be sent: the provider has not told of it, as far as we know."""
        waits = self.refund.status is RefundStatus.PENDING and self.refund.provider_id is None
        return self.refund.order if waits else None


class Refunding(MoneyService):
    """Lets moderators refund payments."""

    @property
    def _fresh(self) -> FreshLook:
        return FreshLook(runner=self._runner, queries=self._queries, clock=self._clock)

    async def quote(
        self,
        guild: GuildId,
        moderator: MemberId,
        payment: PaymentId,
        amount: Money | None = None,
        *,
        fraudulent: bool = False,
        as_owner: bool = False,
    ) -> FullQuote:
        """What a refund would do; changes nothing.

        Args:
            guild: Where it is asked.
            moderator: Who asks.
            payment: What would be refunded.
            amount: How much; all that is left if none.
            fraudulent: Whether the payment is taken for fraud.
            as_owner: Whether the server belongs to whoever asks.

        Raises:
            Refused: It cannot be refunded; says why.
            BooksUnavailable: The database is away.
        """
        provider = self._provider_of(await self._payment(guild, payment))
        effect = await self._runner.rehearse(
            QuoteRefund(
                key=CommandKey(f"quote:{self._new_id()}"),
                at=self._clock(),
                actor=by_member(moderator),
                guild=guild,
                payment=payment,
                amount=amount,
                is_fraud=fraudulent,
                moderator=moderator,
                as_owner=as_owner,
            )
        )
        return FullQuote(effect=effect, fee=await self._fee_of(provider, effect.payment))

    async def _fee_of(self, provider: PaymentProvider, payment: Payment) -> Money | None:
        try:
            async with asyncio.timeout(FEE_SECONDS):
                return await provider.refunds.fee_of(payment.intent or "")
        except (ProviderUnavailable, ProviderRefused, TimeoutError) as error:
            log.warning("refund.fee_unknown", payment=payment.id, error=repr(error))
            return None

    async def ask(
        self,
        *,
        key: CommandKey,
        guild: GuildId,
        moderator: MemberId,
        payment: PaymentId,
        amount: Money,
        reason: str = "",
        fraudulent: bool = False,
        as_owner: bool = False,
        card: CardPlace | None = None,
    ) -> Refunded:
        """Ask for a refund, and carry it out unless a second moderator must approve it.

        Args:
            key: Asking again under it finds the same refund.
            guild: Where it is asked.
            moderator: Who asks.
            payment: What is refunded.
            amount: How much, in the payment's currency.
            reason: Why, in the moderator's words.
            fraudulent: Whether the payment is taken for fraud.
            as_owner: Whether the server belongs to whoever asks.
            card: Where moderators see it.

        Raises:
            Refused: It cannot be refunded; nothing has moved.
            BooksUnavailable: The database is away; the same may be asked again.
        """
        found = await self._payment(guild, payment)
        refund = self._new_id()
        request = self._provider_of(found).refunds.request(
            RefundRequest(
                refund=refund,
                payment=payment,
                installation=await self._queries.installation(),
                intent=found.intent or "",
                amount=amount,
                fraudulent=fraudulent,
            )
        )
        asked = await self._runner.run(
            RequestRefund(
                key=key,
                at=self._clock(),
                actor=by_member(moderator),
                guild=guild,
                payment=payment,
                refund=refund,
                moderator=moderator,
                amount=amount,
                reason=reason,
                request=request,
                is_fraud=fraudulent,
                as_owner=as_owner,
                card=card,
            )
        )
        return await self._carry_out(guild, payment, asked)

    async def decide(
        self,
        word: type[ApproveRefund | DeclineRefund],
        *,
        key: CommandKey,
        guild: GuildId,
        moderator: MemberId,
        payment: PaymentId,
        refund: str,
        as_owner: bool = False,
    ) -> Refunded:
        """Approve a refund that another moderator has asked for and carry it out, or decline it.

        Raises:
            Refused: It cannot be decided, or not by this moderator; nothing has moved.
            BooksUnavailable: The database is away; the same may be asked again.
        """
        if word is ApproveRefund:
            self._provider_of(await self._payment(guild, payment))
        await self._runner.run(
            word(
                key=key,
                at=self._clock(),
                actor=by_member(moderator),
                guild=guild,
                payment=payment,
                refund=refund,
                moderator=moderator,
                as_owner=as_owner,
            )
        )
        return await self._carry_out(guild, payment, refund)

    async def look_up(self, payment: Payment) -> bool:
        """Find out what became of a payment's pending refunds, and send those that never arrived.

        Args:
            payment: With its refunds.

        Returns:
            Whether more is known now than before.

        Raises:
            ProviderUnavailable: The provider could not be asked.
            ProviderRefused: The provider says no to the question itself.
            Refused: One of the refunds does not fit the payment; says why.
        """
        provider = self._provider_of(payment)
        if payment.intent is None:
            return False
        asked = await self._payment(payment.guild, payment.id)  # its keys, before the look
        await self._fresh.take(payment, lambda: provider.refunds.of_payment(payment.intent or ""))
        unsent: ProviderUnavailable | None = None
        for refund in asked.refunds:
            now = await self._standing(payment.guild, payment.id, refund.id)
            if refund.order is not None and now.unsent is not None:
                try:
                    await self._send_again(now.payment, refund, refund.order)
                except ProviderUnavailable as error:  # the others are sent nevertheless
                    unsent = error
        if unsent is not None:
            raise unsent
        after = await self._payment(payment.guild, payment.id)
        return stand_otherwise(payment, after)

    async def _send_again(self, payment: Payment, refund: Refund, order: RefundOrder) -> None:
        """Send it under its key; if that leads to nothing, the next look-up may use a new one."""
        try:
            await self._send(payment, refund, order)
        except ProviderUnavailable as error:
            if error.key_spent:
                await self._runner.run(
                    RetryRefund(
                        key=CommandKey(f"{refund.idempotency_key}:failed"),
                        at=self._clock(),
                        actor=by_provider(payment.provider),
                        guild=payment.guild,
                        payment=payment.id,
                        refund=refund.id,
                        failed=order.attempt,
                    )
                )
            raise

    async def _carry_out(self, guild: GuildId, payment: PaymentId, refund: str) -> Refunded:
        """Send a refund that was just committed, if it is to be sent."""
        standing = await self._standing(guild, payment, refund)
        order = standing.unsent
        if order is None:
            return standing
        refusal: ProviderRefused | None = None
        try:
            if order.attempt > 1:
                await self.look_up(standing.payment)
            else:
                refusal = await self._send(standing.payment, standing.refund, order)
        except (ProviderUnavailable, ProviderRefused, Refused) as error:  # or not even looked at
            log.warning("refund.unclear", payment=payment, refund=refund, error=str(error))
        after = await self._standing(guild, payment, refund)
        if refusal is not None:
            return replace(after, problem=refusal.code or NO_REASON, why=refusal.why)
        if after.refund.status is RefundStatus.WITHDRAWN:  # by the provider: it was to be sent
            return replace(after, problem=NO_REASON)
        return after

    async def _send(
        self, payment: Payment, refund: Refund, order: RefundOrder
    ) -> ProviderRefused | None:
        """Send a refund, and commit what comes of it; one of a disputed payment is given up.

        Returns:
            Why the provider said no; none if it did not.

        Raises:
            ProviderUnavailable: Whether it was done is not known.
        """
        provider = self._provider_of(payment)
        if payment.is_disputed:
            disputed = ProviderRefused("The bank decides.", why=Refusal.DISPUTED)
            return await self._give_up(provider, payment, refund, disputed)
        try:
            told = await provider.refunds.make(
                order.request, idempotency_key=refund.idempotency_key
            )
        except ProviderRefused as error:
            log.warning("refund.refused", payment=payment.id, refund=refund.id, error=str(error))
            return await self._give_up(provider, payment, refund, error)
        try:
            await self._fresh.hear(payment, told)  # counts only if nothing was known of it yet
        except Refused as error:
            log.warning("refund.answer_refused", refund=refund.id, error=str(error))
        return None

    async def _give_up(
        self, provider: PaymentProvider, payment: Payment, refund: Refund, why: ProviderRefused
    ) -> ProviderRefused | None:
        """Give the points back, unless an earlier try of the same refund got through after all."""
        try:
            found = await self._fresh.take(
                payment, lambda: provider.refunds.of_payment(payment.intent or "")
            )
        except (ProviderRefused, ProviderUnavailable, Refused) as again:
            raise ProviderUnavailable(str(again)) from again  # a look spends no key
        if any(told.refund == refund.id for told in found):
            return None
        await self._runner.run(
            GiveRefundUp(
                key=CommandKey(f"{refund.idempotency_key}:refused"),
                at=self._clock(),
                actor=by_provider(payment.provider),
                guild=payment.guild,
                payment=payment.id,
                refund=refund.id,
            )
        )
        return why

    async def _standing(self, guild: GuildId, payment: PaymentId, refund: str) -> Refunded:
        found = await self._payment(guild, payment)
        known = found.refund(refund)
        if known is None:
            raise LookupError(f"refund {refund} was committed and is not there")
        return Refunded(payment=found, refund=known)

    async def _payment(self, guild: GuildId, payment: PaymentId) -> Payment:
        found = await self._queries.payment(payment)
        if found is None or found.guild != guild:
            raise Refused("There is no such payment here.")
        return found

    def _provider_of(self, payment: Payment) -> PaymentProvider:
        provider = self._providers.get(payment.provider)
        if provider is None:
            raise Refused(f"Payments by {payment.provider} cannot be refunded here any more.")
        if provider.livemode != payment.livemode:
            raise Refused(OTHER_MODE_LIVE if payment.livemode else OTHER_MODE_TEST)
        return provider
