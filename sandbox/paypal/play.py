"""What people, banks, PayPal and bad luck do, as coroutines and methods."""

from sandbox.base.acts import MessageActs
from sandbox.base.common import Json, NotPossible
from sandbox.paypal.acts import disputes, orders, payments
from sandbox.paypal.errors import PLANNABLE, REFUSING_REFUNDS, ApiError
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.event import Event, Webhook
from sandbox.paypal.objects.payment import Capture
from sandbox.paypal.state import State
from sandbox.paypal.webhooks import EventDelivery, EventDispatcher


class Play(MessageActs[Event, Webhook]):
    """Makes things happen at the local PayPal.

    Acts return the object that they changed, as the API shows it, and raise `NotPossible` (a
    `ValueError`) when the state of things forbids them. Webhooks go out in the background: `drain`
    waits for their answers. A capture is named by its id, or by its order's.

    Args:
        state: What the local PayPal knows.
        dispatcher: Sends the webhooks.
    """

    def __init__(self, state: State, dispatcher: EventDispatcher) -> None:
        super().__init__(state.events, dispatcher)
        self.state = state

    async def approve(
        self, order_id: str, *, email: str = "buyer@example.com", funding: str = "once"
    ) -> Json:
        """Approve an order as its buyer; see `acts.orders.approve`."""
        orders.approve(self.state, order_id, email=email, funding=funding)
        return self._order(order_id)

    async def decline(self, order_id: str, *, email: str = "buyer@example.com") -> Json:
        """Approve with money that will not be there: its capture is refused."""
        return await self.approve(order_id, email=email, funding="declined")

    async def leave(self, order_id: str) -> Json:
        """Walk away from the page: nothing changes, the order lapses in its time."""
        return self._order(order_id)

    async def reverse_approval(self, order_id: str) -> Json:
        """Give a buyer back what was approved and not captured."""
        orders.reverse_approval(self.state, order_id)
        return self._order(order_id)

    def plan_capture(self, issue: str | None = None, *, pending: str | None = None) -> None:
        """Make the next capture be refused with an issue, or be pending for a reason.

        Raises:
            NotPossible: A capture is never refused with this issue.
        """
        if issue is not None:
            if issue not in PLANNABLE:
                raise NotPossible(f"{issue} is none of {', '.join(PLANNABLE)}")
            self.state.capture_issues.append(issue)
        if pending is not None:
            self.state.capture_reasons.append(pending)

    async def complete_capture(self, target: str) -> Json:
        """Make the money of a pending capture arrive."""
        capture = self.state.capture(target)
        payments.settle(self.state, capture, "COMPLETED")
        return capture.render_whole()

    async def deny_capture(self, target: str) -> Json:
        """Make a pending capture fail."""
        capture = self.state.capture(target)
        payments.settle(self.state, capture, "DECLINED")
        return capture.render_whole()

    async def capture_authorization(self, order_id: str, minor: int | None = None) -> Json:
        """Take at PayPal itself what was set aside: all of it, or a part."""
        authorization = self.state.authorizations[self.state.order(order_id).authorizations[-1]]
        amount = None if minor is None else authorization.amount.of(minor)
        payments.capture_authorized(self.state, authorization, amount, None)
        return self._order(order_id)

    async def void_authorization(self, order_id: str) -> Json:
        """Let go at PayPal itself of what was set aside."""
        authorization = self.state.authorizations[self.state.order(order_id).authorizations[-1]]
        payments.void(self.state, authorization)
        return self._order(order_id)

    async def refund(self, target: str, minor: int | None = None) -> Json:
        """Refund in PayPal's own pages, in minor units; all that is left if it is not said."""
        capture = self.state.capture(target)
        amount = None if minor is None else Amount(minor=minor, currency=capture.amount.currency)
        return self._refunded(capture, amount)

    def plan_refund(self, status: str) -> None:
        """Let the next refund start as `PENDING`, `FAILED`, `CANCELLED` or `COMPLETED`.

        It may be refused instead, with an issue such as `REFUND_FAILED_INSUFFICIENT_FUNDS`.
        """
        if status in REFUSING_REFUNDS:
            self.state.refund_issues.append(status)
            return
        if status not in {"PENDING", "FAILED", "CANCELLED", "COMPLETED"}:
            raise NotPossible(f"a refund is never {status}")
        self.state.refund_statuses.append(status)

    async def complete_refund(self, refund_id: str) -> Json:
        """Make a pending refund arrive."""
        payments.complete_refund(self.state, refund_id)
        return self.state.refund(refund_id).render()

    async def fail_refund(self, refund_id: str) -> Json:
        """Make a refund fail, even one that had arrived."""
        payments.fail_refund(self.state, refund_id)
        return self.state.refund(refund_id).render()

    async def cancel_refund(self, refund_id: str) -> Json:
        """Cancel a refund; no event tells it."""
        payments.fail_refund(self.state, refund_id, "CANCELLED")
        return self.state.refund(refund_id).render()

    async def reverse(self, target: str, minor: int | None = None) -> Json:
        """Let PayPal take a capture's money back, or part of it in minor units."""
        return payments.reverse(self.state, self.state.capture(target), minor).render()

    async def dispute(
        self,
        target: str,
        *,
        amount: int | None = None,
        reason: str = "UNAUTHORISED",
        stage: str | None = None,
        channel: str = "INTERNAL",
    ) -> Json:
        """Open a dispute; see `acts.disputes.open_dispute`."""
        made = disputes.open_dispute(
            self.state, target, minor=amount, reason=reason, stage=stage, channel=channel
        )
        return self._dispute(made.id)

    async def escalate(self, dispute_id: str) -> Json:
        """Make a claim of an inquiry."""
        disputes.escalate(self.state, dispute_id)
        return self._dispute(dispute_id)

    async def answer_dispute(self, dispute_id: str) -> Json:
        """Answer as the seller: PayPal looks at it."""
        disputes.answer(self.state, dispute_id)
        return self._dispute(dispute_id)

    async def resolve_dispute(
        self, dispute_id: str, outcome: str = "RESOLVED_BUYER_FAVOUR", *, seller_pays: bool = True
    ) -> Json:
        """Decide a dispute; see `acts.disputes.resolve`."""
        disputes.resolve(self.state, dispute_id, outcome, seller_pays=seller_pays)
        return self._dispute(dispute_id)

    async def appeal(self, dispute_id: str) -> Json:
        """Appeal against a decided dispute: it is undecided again."""
        disputes.appeal(self.state, dispute_id)
        return self._dispute(dispute_id)

    async def send_again(self, event_id: str) -> list[EventDelivery]:
        """Send an event now, and await the answers."""
        return await self.deliver(event_id)

    def lose_next_message(self, types: str = "*") -> None:
        """Make the next event never arrive; lists of events have it."""
        self.plan("lose", types)

    def events(self, event_type: str | None = None) -> list[Json]:
        """All events as the API shows them, oldest first; of one type if given."""
        return [
            each.render() for each in self.state.events.values() if event_type in {None, each.type}
        ]

    def forge(
        self,
        event_type: str,
        resource: Json,
        *,
        resource_type: str = "capture",
        version: str = "2.0",
    ) -> Json:
        """Send an event about any object whatever, well signed; nothing else changes.

        Raises:
            NotPossible: A plan prevents it.
        """
        event = self.state.emit(event_type, resource_type, resource, version=version)
        if event is None:
            raise NotPossible(f"a plan prevents {event_type}")
        return event.render()

    def _order(self, order_id: str) -> Json:
        return self.state.render_order(self.state.order(order_id))

    def _dispute(self, dispute_id: str) -> Json:
        dispute = self.state.dispute(dispute_id)
        return dispute.render(self.state.captures[dispute.capture])

    def _refunded(self, capture: Capture, amount: Amount | None) -> Json:
        try:
            return payments.refund(self.state, capture, amount).render()
        except ApiError as refused:
            raise NotPossible(str(refused)) from refused
