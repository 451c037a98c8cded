"""What people, banks, Square and bad luck do, as coroutines and methods."""

from sandbox.base.acts import MessageActs
from sandbox.base.common import Json, NotPossible
from sandbox.square.acts import checkout, money
from sandbox.square.errors import ApiError
from sandbox.square.objects.event import Event, Subscription
from sandbox.square.state import State
from sandbox.square.webhooks import EventDelivery, EventDispatcher


class Play(MessageActs[Event, Subscription]):
    """Makes things happen at the local Square.

    Acts return the object that they changed, as the API shows it, and raise `NotPossible` (a
    `ValueError`) when the state of things forbids them. Webhooks go out in the background: `drain`
    waits for their answers. A link is named by its id or its order's; a payment by its own, too.

    Args:
        state: What the local Square knows.
        dispatcher: Sends the webhooks.
    """

    def __init__(self, state: State, dispatcher: EventDispatcher) -> None:
        super().__init__(state.events, dispatcher)
        self.state = state

    async def pay(self, target: str, *, email: str = "buyer@example.com") -> Json:
        """Pay a link by card."""
        return checkout.pay(self.state, target, email=email).render()

    async def pay_later(self, target: str, *, email: str = "buyer@example.com") -> Json:
        """Pay a link from a bank account: the money is on its way for days."""
        return checkout.pay_later(self.state, target, email=email).render()

    async def decline(self, target: str, *, email: str = "buyer@example.com") -> Json:
        """Refuse the buyer's card: the link can be paid by another one."""
        return checkout.decline(self.state, target, email=email).render()

    async def leave(self, target: str) -> Json:
        """Walk away from the page: nothing changes, the link never lapses."""
        return self.state.link(target).render()

    async def complete_payment(self, target: str) -> Json:
        """Make the money of a payment from a bank account arrive."""
        payment = self.state.payment(target)
        checkout.complete(self.state, payment)
        return payment.render()

    async def fail_payment(self, target: str) -> Json:
        """Make a payment from a bank account fail."""
        payment = self.state.payment(target)
        checkout.fail(self.state, payment)
        return payment.render()

    async def book_fee(self, target: str) -> Json:
        """Tell what Square keeps of a payment."""
        payment = self.state.payment(target)
        checkout.book_fee(self.state, payment)
        return payment.render()

    async def refund(
        self, target: str, minor: int | None = None, *, reason: str | None = None
    ) -> Json:
        """Refund in Square's dashboard; all that is left if no amount is said."""
        payment = self.state.payment(target)
        amount = payment.amount - payment.refunded if minor is None else minor
        try:
            made = money.refund(self.state, payment, amount, reason)
        except ApiError as refused:
            raise NotPossible(str(refused)) from refused
        money.run_refund(self.state, made)
        return made.render()

    def plan_refund(self, status: str) -> None:
        """Let the next refund end so, or stay `PENDING` until somebody ends it."""
        if status not in {"PENDING", *money.ENDS}:
            raise NotPossible(f"a refund is never {status}")
        self.state.refund_statuses.append(status)

    async def complete_refund(self, refund_id: str) -> Json:
        """Make a pending refund arrive."""
        return self._ended(refund_id, "COMPLETED")

    async def fail_refund(self, refund_id: str) -> Json:
        """Make a refund fail, also one that had arrived."""
        return self._ended(refund_id, "FAILED")

    async def reject_refund(self, refund_id: str) -> Json:
        """Let the bank reject a refund."""
        return self._ended(refund_id, "REJECTED")

    async def dispute(
        self,
        target: str,
        *,
        amount: int | None = None,
        reason: str = "NO_KNOWLEDGE",
        inquiry: bool = False,
    ) -> Json:
        """Open a dispute of the buyer's bank, or an inquiry."""
        payment = self.state.payment(target)
        return money.open_dispute(self.state, payment, amount, reason, inquiry=inquiry).render()

    async def answer_dispute(self, dispute_id: str) -> Json:
        """Answer as the seller."""
        dispute = self.state.dispute(dispute_id)
        money.answer(self.state, dispute)
        return dispute.render()

    async def escalate(self, dispute_id: str) -> Json:
        """Make a dispute of an inquiry."""
        dispute = self.state.dispute(dispute_id)
        money.escalate(self.state, dispute)
        return dispute.render()

    async def resolve_dispute(self, dispute_id: str, outcome: str = "LOST") -> Json:
        """Decide a dispute, also once more: `WON`, `LOST` or `ACCEPTED`; an inquiry is closed."""
        dispute = self.state.dispute(dispute_id)
        money.decide(self.state, dispute, outcome)
        return dispute.render()

    async def appeal(self, dispute_id: str) -> Json:
        """Let the bank look at a decided dispute again."""
        dispute = self.state.dispute(dispute_id)
        money.move(self.state, dispute, "PROCESSING")
        return dispute.render()

    async def send_again(self, event_id: str) -> list[EventDelivery]:
        """Send an event now, and await the answers."""
        return await self.deliver(event_id)

    def lose_next_message(self, types: str = "*") -> None:
        """Make the next event never arrive; the Events API has it, if it is switched on."""
        self.plan("lose", types)

    def events(self, event_type: str | None = None) -> list[Json]:
        """All events as webhooks show them, oldest first; of one type if given."""
        return [
            each.render() for each in self.state.events.values() if event_type in {None, each.type}
        ]

    def forge(self, event_type: str, name: str, about: str, shown: Json) -> Json:
        """Send an event about any object whatever, well signed; nothing else changes.

        Raises:
            NotPossible: A plan prevents it.
        """
        event = self.state.emit(event_type, name, about, shown)
        if event is None:
            raise NotPossible(f"a plan prevents {event_type}")
        return event.render()

    def _ended(self, refund_id: str, status: str) -> Json:
        made = self.state.refund(refund_id)
        money.end_refund(self.state, made, status)
        return made.render()
