"""The way of a refund: quote, request, approval, the call to the provider, and its end.

Nothing that talks to the provider happens inside a transaction: the refund with the exact request
is committed first and its points are set aside, then the provider is asked, then its answer is
committed.
"""

import asyncio
from dataclasses import dataclass, replace

import structlog

from payments.commands.base import SYSTEM, by_member
from payments.commands.payments.inspect import InspectPayment
from payments.commands.payments.refund import ApproveRefund, DeclineRefund, RequestRefund
from payments.commands.payments.refund_quote import Quote, QuoteRefund
from payments.domain.errors import Refused
from payments.domain.values.claims import CardPlace, Refund
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refunds
from payments.providers.requests import RefundRequest
from payments.runner.errors import BooksUnavailable
from payments.services.refund_sending import Refunded, RefundSending

log = structlog.get_logger(__name__)

FEE_SECONDS = 1.0
"""How long a quote waits for the provider's fee: the person waits for its answer."""

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


class RefundService(RefundSending):
    """Refunds for moderators: a quote, a request, and the decision of a second moderator."""

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
            as_owner: Whether the caller owns the server.

        Raises:
            Refused: It cannot be refunded; says why.
            BooksUnavailable: The database is away.
        """
        asked = await self.payment(guild, payment)
        refunds = self.refunds_of(asked)
        if amount is not None:
            self.check_amount(asked, amount)
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
        self.check_amount(effect.payment, effect.amount)
        now = await self._queries.told_apart(effect.payment, effect.now)
        return FullQuote(
            effect=replace(effect, now=now),
            fee=await self._fee_of(refunds, effect.payment),
        )

    async def effect_of(self, payment: Payment, refund: Refund) -> Quote | None:
        """What a refund would do that waits for a second moderator; None if it cannot be made.

        Raises:
            BooksUnavailable: The database is away.
        """
        quote = QuoteRefund(
            key=CommandKey(f"quote:{refund.id}"),
            at=self._clock(),
            actor=SYSTEM,
            guild=payment.guild,
            payment=payment.id,
            amount=refund.amount,
            is_fraud=refund.is_fraud,
        )
        try:
            return await self._runner.rehearse(quote)
        except Refused:
            return None

    async def _fee_of(self, refunds: Refunds, payment: Payment) -> Money | None:
        try:
            async with asyncio.timeout(FEE_SECONDS):
                return await refunds.fee_of(payment.intent or "")
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
            as_owner: Whether the caller owns the server.
            card: Where moderators see it.

        Raises:
            Refused: It cannot be refunded; nothing has moved.
            BooksUnavailable: The database is away; the same may be asked again.
        """
        found = await self.payment(guild, payment)
        request = await self._request(found, amount, fraudulent=fraudulent)
        asked = await self._runner.run(
            RequestRefund(
                key=key,
                at=self._clock(),
                actor=by_member(moderator),
                guild=guild,
                payment=payment,
                refund=request.refund,
                moderator=moderator,
                amount=amount,
                reason=reason,
                request=self.refunds_of(found).request(request),
                is_fraud=fraudulent,
                as_owner=as_owner,
                card=card,
            )
        )
        return await self._with_effect(await self._carry_out(guild, payment, asked))

    async def _request(self, payment: Payment, amount: Money, *, fraudulent: bool) -> RefundRequest:
        """What the provider is asked for, under a new id. Raises as `check_amount`."""
        self.check_amount(payment, amount)
        return RefundRequest(
            refund=self._new_id(),
            payment=payment.id,
            installation=await self._queries.installation(),
            intent=payment.intent or "",
            amount=amount,
            fraudulent=fraudulent,
        )

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
            self.refunds_of(await self.payment(guild, payment))
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
        return await self._with_effect(await self._carry_out(guild, payment, refund))

    async def ended_since(self, before: Refunded) -> Refunded | None:
        """How a refund stands now that was on its way; None if it still is, or had ended before."""
        if before.refund.status is not RefundStatus.PENDING:
            return None
        return await self.ended(before.payment, before.refund.id)

    async def ended(self, payment: Payment, refund: str) -> Refunded | None:
        """How a refund of a payment has ended; None if it has not.

        Raises:
            Refused: The payment is gone.
            LookupError: There is no such refund.
        """
        now = await self.standing(payment.guild, payment.id, refund)
        if now.refund.status in {RefundStatus.PROPOSED, RefundStatus.PENDING}:
            return None
        return await self._with_effect(now)

    async def _with_effect(self, done: Refunded) -> Refunded:
        """With what it did to points, or would do; without, if the books are away just now."""
        payment, refund = done.payment, done.refund
        look = InspectPayment(
            key=CommandKey(f"inspect:{refund.id}"),
            at=self._clock(),
            actor=SYSTEM,
            guild=payment.guild,
            payment=payment.id,
            refund=refund.id,
        )
        try:
            if refund.status is RefundStatus.PROPOSED:
                return replace(done, quote=await self.effect_of(payment, refund))
            seen = await self._runner.rehearse(look)
        except BooksUnavailable as error:  # what was asked for is done
            log.warning("refund.effect_unknown", refund=refund.id, error=str(error))
            return done
        return replace(done, seen=seen)

    async def _carry_out(self, guild: GuildId, payment: PaymentId, refund: str) -> Refunded:
        """Send a refund that was just committed, if it is to be sent."""
        standing = await self.standing(guild, payment, refund)
        order = standing.unsent
        if order is None:
            return standing
        refusal: ProviderRefused | None = None
        try:
            if order.attempt > 1:
                await self.look_up(standing.payment)
            else:
                refusal = await self.send(standing.payment, standing.refund, order)
        except (ProviderUnavailable, ProviderRefused, Refused) as error:  # or not even looked at
            log.warning("refund.unclear", payment=payment, refund=refund, error=str(error))
        after = await self.standing(guild, payment, refund)
        if refusal is not None:
            return replace(
                after,
                problem=refusal.code or NO_REASON,
                why=refusal.why,
                refusal=self._known.why_refused(after.payment.provider, refusal.code),
            )
        if after.refund.status is RefundStatus.WITHDRAWN:  # by the provider: it was to be sent
            return replace(after, problem=NO_REASON)
        return after
