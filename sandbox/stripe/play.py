"""What people, banks, the dashboard and bad luck do, as coroutines and methods."""

import json

from sandbox.base.acts import MessageActs
from sandbox.base.common import Json
from sandbox.stripe.acts import (
    adjusting,
    checkout,
    customers,
    disputes,
    disputes_begun,
    held_money,
    refunds,
)
from sandbox.stripe.objects.common import Presentment
from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.objects.event import API_VERSION, Cause, Event
from sandbox.stripe.state import State
from sandbox.stripe.webhooks import EventDispatcher


class Play(MessageActs[Event, Endpoint]):
    """Makes things happen at the local Stripe.

    Acts return the object that they changed, as the API shows it, and raise `NotPossible` (a
    `ValueError`) when the state of things forbids them. Webhooks go out in the background: `drain`
    waits for their answers.

    Args:
        state: What the local Stripe knows.
        dispatcher: Sends the webhooks.
        redirect_wait_seconds: How long paying waits for the webhook's answer.
    """

    def __init__(
        self, state: State, dispatcher: EventDispatcher, *, redirect_wait_seconds: float
    ) -> None:
        super().__init__(state.events, dispatcher)
        self.state = state
        self._redirect_wait_seconds = redirect_wait_seconds

    def sweep(self) -> None:
        """Expire each session whose time has come; it also happens by itself every second."""
        checkout.sweep(self.state)

    async def pay(
        self,
        session_id: str,
        *,
        email: str = "buyer@example.com",
        presentment: tuple[int, str] | None = None,
        after_expiry: bool = False,
        place: tuple[str, str] | None = None,
    ) -> Json:
        """Pay a session by card; waits, as the hosted page does, for the webhook's first answer.

        Args:
            session_id: An open session.
            email: The buyer's.
            presentment: Minor units and currency that the buyer saw (adaptive pricing).
            after_expiry: Pay even a lapsed session, as a payment does that was on its way.
            place: The buyer's country and postal code, where tax is computed.
        """
        seen = Presentment(amount=presentment[0], currency=presentment[1]) if presentment else None
        event = checkout.pay(
            self.state,
            session_id,
            email=email,
            presentment=seen,
            after_expiry=after_expiry,
            place=place,
        )
        await self._answered(event)
        return self.state.session(session_id).render()

    async def decline(self, session_id: str, *, code: str = "generic_decline") -> Json:
        """Refuse the buyer's card; the session stays open."""
        checkout.decline(self.state, session_id, code=code)
        return self.state.session(session_id).render()

    async def pay_later(self, session_id: str, *, email: str = "buyer@example.com") -> Json:
        """Pay by a delayed method: complete but unpaid; waits as `pay` does."""
        await self._answered(checkout.pay_later(self.state, session_id, email=email))
        return self.state.session(session_id).render()

    async def succeed_later(self, session_id: str) -> Json:
        """Make the money of a delayed payment arrive."""
        checkout.succeed_later(self.state, session_id)
        return self.state.session(session_id).render()

    async def fail_later(self, session_id: str) -> Json:
        """Make a delayed payment fail."""
        checkout.fail_later(self.state, session_id)
        return self.state.session(session_id).render()

    async def expire(self, session_id: str) -> Json:
        """End an open session before its time."""
        checkout.expire(self.state, session_id)
        return self.state.session(session_id).render()

    async def capture(self, session_id: str, amount: int | None = None) -> Json:
        """Take in the dashboard what was set aside, or a part of it, and let go of the rest."""
        intent = self.state.session(session_id).payment_intent or ""
        return held_money.capture(self.state, intent, amount).render()

    async def void(self, session_id: str) -> Json:
        """Let go in the dashboard of what was set aside."""
        intent = self.state.session(session_id).payment_intent or ""
        held_money.cancel(self.state, intent, "requested_by_customer")
        return self.state.intents[intent].render()

    async def recover(self, session_id: str) -> Json:
        """Open the copy of an expired session that its recovery link leads to."""
        return checkout.recover(self.state, session_id).render()

    async def adjust(self, session_id: str, *, discount: int = 0, tax: int = 0) -> Json:
        """Take a discount off an open session, or put tax on it; in minor units."""
        return adjusting.adjust(self.state, session_id, discount=discount, tax=tax).render()

    def delete_customer(self, customer_id: str) -> None:
        """Delete a customer in the dashboard."""
        customers.delete(self.state, customer_id)

    async def refund(
        self,
        target: str,
        amount: int | None = None,
        *,
        status: str | None = None,
        reason: str | None = None,
    ) -> Json:
        """Refund in the dashboard: a session's, intent's or charge's payment; all of it or part."""
        charge = self.state.charge_of(target)
        whole = charge.refundable if amount is None else amount
        made = refunds.refund(self.state, charge, whole, status=status, reason=reason)
        return made.render()

    def plan_refund(self, status: str) -> None:
        """Make the next refund start as `pending`, `requires_action` or `succeeded`."""
        self.state.refund_statuses.append(status)

    async def succeed_refund(self, refund_id: str) -> Json:
        """Make a pending refund arrive."""
        refunds.succeed(self.state, refund_id)
        return self.state.refunds[refund_id].render()

    async def explain_refund(self, refund_id: str, reason: str) -> Json:
        """Change the reason why a refund is pending, such as to `insufficient_funds`."""
        refunds.explain(self.state, refund_id, reason)
        return self.state.refunds[refund_id].render()

    async def cancel_refund(self, refund_id: str) -> Json:
        """Cancel a refund in the dashboard, as long as it has not arrived."""
        refunds.cancel(self.state, refund_id)
        return self.state.refunds[refund_id].render()

    async def hang_refund(self, refund_id: str) -> Json:
        """Make a refund that had succeeded pending again."""
        refunds.hang(self.state, refund_id)
        return self.state.refunds[refund_id].render()

    async def say_of_refund(self, refund_id: str, status: str) -> Json:
        """Set any status of a refund, also an unknown one."""
        refunds.say(self.state, refund_id, status)
        return self.state.refunds[refund_id].render()

    async def fail_refund(
        self, refund_id: str, *, reason: str = "expired_or_canceled_card"
    ) -> Json:
        """Make a refund fail, even one that had succeeded."""
        refunds.fail(self.state, refund_id, reason=reason)
        return self.state.refunds[refund_id].render()

    async def open_dispute(
        self,
        target: str,
        *,
        amount: int | None = None,
        reason: str = "fraudulent",
        status: str = "needs_response",
        currency: str | None = None,
        withdrawal: int | None = None,
    ) -> Json:
        """Open a dispute of the buyer's bank (see `acts.disputes_begun.open_dispute`)."""
        return disputes_begun.open_dispute(
            self.state,
            target,
            amount=amount,
            reason=reason,
            status=status,
            currency=currency,
            withdrawal=withdrawal,
        ).render()

    async def open_inquiry(self, target: str, *, reason: str = "general") -> Json:
        """Open an inquiry of the buyer's bank; no money moves."""
        return await self.open_dispute(target, reason=reason, status="warning_needs_response")

    async def warn_of_fraud(self, target: str) -> Json:
        """Send the card issuer's fraud warning."""
        return disputes_begun.warn(self.state, target).render()

    async def answer_dispute(self, dispute_id: str) -> Json:
        """Submit our side of a dispute, or of an inquiry."""
        disputes.answer(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def escalate_inquiry(self, dispute_id: str) -> Json:
        """Turn an inquiry into a dispute."""
        disputes.escalate(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def win_dispute(self, dispute_id: str) -> Json:
        """Close a dispute as won, also one that was lost (a late win); close an inquiry."""
        disputes.win(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def lose_dispute(self, dispute_id: str) -> Json:
        """Close a dispute as lost, also one that was won; close an inquiry."""
        disputes.lose(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def reopen_dispute(self, dispute_id: str) -> Json:
        """Open a decided dispute again."""
        disputes.reopen(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def appeal_dispute(self, dispute_id: str) -> Json:
        """Appeal against a decided dispute."""
        disputes.appeal(self.state, dispute_id)
        return self.state.disputes[dispute_id].render()

    async def say_of_dispute(self, dispute_id: str, status: str) -> Json:
        """Set any status of a dispute, also an unknown one."""
        disputes.say(self.state, dispute_id, status)
        return self.state.disputes[dispute_id].render()

    async def correct_dispute(self, dispute_id: str, amount: int) -> Json:
        """Book a correction of the currency for a dispute."""
        disputes.correct(self.state, dispute_id, amount)
        return self.state.disputes[dispute_id].render()

    async def reinstate(self, dispute_id: str, amount: int) -> Json:
        """Give part of a lost dispute back, in minor units."""
        disputes.reinstate(self.state, dispute_id, amount)
        return self.state.disputes[dispute_id].render()

    def events(self, event_type: str | None = None) -> list[Json]:
        """All events as the API shows them, oldest first; of one type if given."""
        return [
            self.state.render_event(each)
            for each in self.state.events.values()
            if event_type in {None, each.type}
        ]

    def forge(
        self,
        event_type: str,
        shown: Json,
        *,
        livemode: bool = False,
        account: str | None = None,
        api_version: str | None = API_VERSION,
        created: int | None = None,
    ) -> Json:
        """Send an event about any object whatever, well signed; nothing else changes."""
        event = Event(
            id=self.state.ids.new("evt"),
            type=event_type,
            created=self.state.now() if created is None else created,
            data=json.dumps({"object": shown}),
            cause=Cause(),
            account=account,
            livemode=livemode,
            api_version=api_version,
        )
        self.state.record(event)
        return self.state.render_event(event)

    async def _answered(self, event: Event | None) -> None:
        if event is not None:
            await self.dispatcher.answered(event.id, self._redirect_wait_seconds)
