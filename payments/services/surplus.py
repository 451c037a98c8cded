"""What was paid twice goes back by itself: nobody asks, and no limit holds."""

import structlog

from payments.commands.base import SYSTEM
from payments.commands.payments.surplus import RefundSurplus, ReportKept
from payments.domain.errors import Refused
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.requests import RefundRequest
from payments.services.refund_sending import RefundSending

log = structlog.get_logger(__name__)


class SurplusRefunds(RefundSending):
    """Refunds payments of purchases that were paid by another way before."""

    async def give_back(self, payment: PaymentId) -> None:
        """Refund what is left of a payment that brought no points; once, however often it is asked.

        What its provider refuses, or cannot do, is told to moderators.

        Raises:
            ProviderUnavailable: It could not be asked, or did not say.
            BooksUnavailable: The database is away.
        """
        found = await self._queries.payment(payment)
        if found is None:
            return
        if _is_on_its_way(found):
            await self._go_on(found)
        elif found.goes_back:
            await self._refund(found)

    async def _go_on(self, found: Payment) -> None:
        """An earlier delivery has noted it: it is looked up, and sent if it never arrived.

        What stands in the way (a provider that is not in the settings any more, a look that it
        refuses) may be mended: moderators are told once, and it is tried again.
        """
        try:
            await self.look_up(found)
        except (Refused, ProviderRefused) as error:
            await self._report(found, error)
            raise ProviderUnavailable(str(error)) from error

    async def _refund(self, found: Payment) -> None:
        amount = Money(minor=found.refundable, currency=found.price.currency)
        refund = self._new_id()
        try:
            self.check_amount(found, amount)
            request = self.refunds_of(found).request(
                RefundRequest(
                    refund=refund,
                    payment=found.id,
                    installation=await self._queries.installation(),
                    intent=found.intent or "",
                    amount=amount,
                )
            )
        except Refused as error:
            await self._report(found, error)
            return
        asked = await self._runner.run(
            RefundSurplus(
                key=RefundSurplus.key_of(found),
                at=self._clock(),
                actor=SYSTEM,
                guild=found.guild,
                payment=found.id,
                refund=refund,
                amount=amount,
                request=request,
            )
        )
        log.info("surplus.refunding", payment=found.id, refund=asked)
        standing = await self.standing(found.guild, found.id, asked)
        if standing.unsent is not None:
            await self._send_again(standing.payment, standing.refund, standing.unsent)

    async def _report(self, found: Payment, why: Refused | ProviderRefused) -> None:
        log.warning("surplus.kept", payment=found.id, reason=str(why))
        await self._runner.run(
            ReportKept(
                key=CommandKey(f"{RefundSurplus.key_of(found)}:kept"),
                at=self._clock(),
                actor=SYSTEM,
                guild=found.guild,
                payment=found.id,
                reason=str(why),
            )
        )


def _is_on_its_way(payment: Payment) -> bool:
    """Whether it was noted, and the provider has not answered yet."""
    return any(
        each.is_by_itself and each.status is RefundStatus.PENDING and each.provider_id is None
        for each in payment.refunds
    )
