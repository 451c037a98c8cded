"""A refund on its way: sent once, looked up after an unclear end, given up when the answer is no.

A call with an unclear end leaves the refund pending; it is looked up later, and sent again only if
the provider knows nothing of it.
"""

from dataclasses import dataclass

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.inspect import Inspection
from payments.commands.payments.refund_outcome import GiveRefundUp, RetryRefund
from payments.commands.payments.refund_quote import Quote
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.ids import CommandKey, GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus, RefundUpdate
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Missing, Refunds, Refusal
from payments.services.fresh_lookup import FreshLook, stand_otherwise
from payments.services.money_service import MoneyService

log = structlog.get_logger(__name__)

OTHER_MODE_TEST = Sentence(
    "This payment was made in test mode: no real money moved, and with the live key in use it "
    "can't be refunded. {command} removes what is left of its points.",
    command=Code("guildbank void"),
)
OTHER_MODE_LIVE = Sentence(
    "This payment was made with real money, and a test key is in use. Refund it with the live key, "
    "or in the provider's dashboard."
)
"""Why a payment of the other mode is not refunded: its provider knows nothing of it there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """How a refund stands after a moderator's word.

    Attributes:
        payment: The payment as it is now.
        refund: The refund as it is now; proposed ones wait for a second moderator.
        problem: The provider's word for why it said no; empty otherwise.
        why: What that means.
        seen: What it took and what the buyer has now; None if that could not be looked at.
        quote: What it would do, while it waits for a second moderator; None if it cannot be made.
        cause: Why it takes longer, if the provider says.
        refusal: What the word in `problem` means, if that is known.
    """

    payment: Payment
    refund: Refund
    problem: str = ""
    why: Refusal = Refusal.OTHER
    seen: Inspection | None = None
    quote: Quote | None = None
    cause: Sentence | None = None
    refusal: Sentence | None = None

    @property
    def unsent(self) -> RefundOrder | None:
        """Its order, if that is to be sent: there is no update of it from the provider yet."""
        waits = self.refund.status is RefundStatus.PENDING and self.refund.provider_id is None
        return self.refund.order if waits else None


class RefundSending(MoneyService):
    """Sends refunds that were committed, and finds out what became of them."""

    @property
    def _fresh(self) -> FreshLook:
        return FreshLook(runner=self._runner, queries=self._queries, clock=self._clock)

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
        refunds = self.refunds_of(payment)
        if payment.intent is None:
            return False
        asked = await self.payment(payment.guild, payment.id)  # its keys, before the look
        await self._fresh.take(payment, lambda: _found_of(refunds, asked))
        unsent: ProviderUnavailable | None = None
        for refund in asked.refunds:
            now = await self.standing(payment.guild, payment.id, refund.id)
            if refund.order is not None and now.unsent is not None:
                try:
                    await self._send_again(now.payment, refund, refund.order)
                except ProviderUnavailable as error:  # the others are sent nevertheless
                    unsent = error
        if unsent is not None:
            raise unsent
        after = await self.payment(payment.guild, payment.id)
        return stand_otherwise(payment, after)

    async def _send_again(self, payment: Payment, refund: Refund, order: RefundOrder) -> None:
        """Send it under its key; if that leads to nothing, the next look-up may use a new one."""
        try:
            await self.send(payment, refund, order)
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

    async def send(
        self, payment: Payment, refund: Refund, order: RefundOrder
    ) -> ProviderRefused | None:
        """Send a refund, and commit what comes of it; one of a disputed payment is given up.

        Returns:
            Why the provider said no; None if it did not.

        Raises:
            ProviderUnavailable: Whether it was done is not known.
        """
        refunds = self.refunds_of(payment)
        if payment.is_disputed:
            disputed = ProviderRefused("The bank decides.", why=Refusal.DISPUTED)
            return await self._give_up(refunds, payment, refund, disputed)
        try:
            update = await refunds.make(order.request, idempotency_key=refund.idempotency_key)
        except ProviderRefused as error:
            log.warning("refund.refused", payment=payment.id, refund=refund.id, error=str(error))
            return await self._give_up(refunds, payment, refund, error)
        try:
            await self._fresh.apply(payment, update)  # counts only if nothing was known of it yet
        except Refused as error:
            log.warning("refund.answer_refused", refund=refund.id, error=str(error))
        return None

    async def _give_up(
        self, refunds: Refunds, payment: Payment, refund: Refund, why: ProviderRefused
    ) -> ProviderRefused | None:
        """Give the points back, unless an earlier try of the same refund got through after all."""
        try:
            found = await self._fresh.take(payment, lambda: _found_of(refunds, payment))
        except (ProviderRefused, ProviderUnavailable, Refused) as again:
            raise ProviderUnavailable(str(again)) from again  # a look spends no key
        if any(update.refund == refund.id for update in found):
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

    async def standing(self, guild: GuildId, payment: PaymentId, refund: str) -> Refunded:
        """A committed refund as it is now.

        Raises:
            LookupError: There is none.
        """
        found = await self.payment(guild, payment)
        committed = found.refund(refund)
        if committed is None:
            raise LookupError(f"refund {refund} was committed and is not there")
        cause = self._known.why_pending(found.provider, committed.pending_reason)
        return Refunded(
            payment=found, refund=committed, cause=None if cause is None else cause.words
        )

    async def payment(self, guild: GuildId, payment: PaymentId) -> Payment:
        """A payment as it is now.

        Raises:
            Refused: This guild has none such.
        """
        found = await self._queries.payment(payment)
        if found is None or found.guild != guild:
            raise Refused("There is no such payment here.")
        return found

    def refunds_of(self, payment: Payment) -> Refunds:
        """What can give a payment's money back: that of the provider in its row.

        Raises:
            Refused: There is nothing; says why.
        """
        provider = self._providers.get(payment.provider)
        if provider is None:
            raise Refused(
                "Payments by {provider} can't be refunded here any more.",
                provider=Verbatim(self._known.title(payment.provider)),
            )
        if isinstance(provider.refunds, Missing):
            raise provider.refunds.refusal()
        if provider.livemode != payment.livemode:
            raise Refused(OTHER_MODE_LIVE if payment.livemode else OTHER_MODE_TEST)
        return provider.refunds

    def check_amount(self, payment: Payment, amount: Money) -> None:
        """Refuse an amount that the payment's provider never gives back.

        Raises:
            Refused: In the provider's sentence: a part where all or nothing goes back, or an amount
                that its currency does not have there.
        """
        refunds = self.refunds_of(payment)
        if refunds.parts is not None and amount.minor < (payment.paid or 0):
            raise refunds.parts.refusal()
        refunds.check_amount(amount)


async def _found_of(refunds: Refunds, payment: Payment) -> list[RefundUpdate]:
    """The refunds of a payment as they are at its provider."""
    waits = [each for each in payment.refunds if each.status is RefundStatus.PENDING]
    pending = [each.provider_id for each in waits if each.provider_id is not None]
    return await refunds.of_payment(payment.intent or "", pending)
