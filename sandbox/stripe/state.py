"""What the local Stripe knows, and the one place where events are made."""

import heapq
import json
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from payments.domain.values.time import Clock, to_seconds
from sandbox.base.common import Json, NotPossible
from sandbox.stripe.ids import Ids
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.common import changed
from sandbox.stripe.objects.customer import Customer
from sandbox.stripe.objects.dispute import Dispute, FraudWarning
from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.objects.event import Cause, Event
from sandbox.stripe.objects.money import BalanceTransaction
from sandbox.stripe.objects.payment_intent import PaymentIntent
from sandbox.stripe.objects.refund import Refund
from sandbox.stripe.objects.session import Session
from sandbox.stripe.objects.tax import Calculation, Transaction
from sandbox.stripe.webhooks import EventDispatcher

cause: ContextVar[Cause] = ContextVar("cause")
"""The API request that is being carried out, if any."""

Shown = Session | PaymentIntent | Charge | Refund | Dispute | FraudWarning | Customer
"""What events are about."""


@dataclass(slots=True, kw_only=True)
class State:
    """All objects by id, oldest first.

    Attributes:
        clock: Tells the time.
        address: Where the hosted pages are, such as `http://127.0.0.1:4242`.
        held: Until when, in Unix seconds, money stays set aside, and by which payment intent.
        refund_statuses: What the next refunds start as, instead of `succeeded`.
        has_head_office: Whether the account has said where it is, without which no tax is computed.
    """

    clock: Clock
    ids: Ids
    account: str
    address: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    intents: dict[str, PaymentIntent] = field(default_factory=dict)
    charges: dict[str, Charge] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    disputes: dict[str, Dispute] = field(default_factory=dict)
    warnings: dict[str, FraudWarning] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    transactions: dict[str, BalanceTransaction] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    refund_statuses: list[str] = field(default_factory=list)
    has_head_office: bool = True
    held: list[tuple[int, str]] = field(default_factory=list)
    calculations: dict[str, Calculation] = field(default_factory=dict)
    tax_transactions: dict[str, Transaction] = field(default_factory=dict)
    _lapsing: list[tuple[int, str]] = field(default_factory=list)
    _dispatcher: EventDispatcher | None = None

    def attach(self, dispatcher: EventDispatcher) -> None:
        """Say who delivers the events."""
        self._dispatcher = dispatcher

    def now(self) -> int:
        """The time in whole Unix seconds."""
        return to_seconds(self.clock())

    def add_session(self, session: Session) -> None:
        """Keep a new session, to lapse when its time comes."""
        self.sessions[session.id] = session
        heapq.heappush(self._lapsing, (session.expires_at, session.id))

    def lapsed(self) -> list[Session]:
        """Open sessions whose time has come; each is returned once."""
        due: list[Session] = []
        while self._lapsing and self._lapsing[0][0] <= self.now():
            session = self.sessions[heapq.heappop(self._lapsing)[1]]
            if session.status == "open":
                due.append(session)
        return due

    def emit(self, event_type: str, shown: Shown, previous: Json | None = None) -> Event | None:
        """Tell that something happened to an object; None if a plan prevented the event."""
        if self._dispatcher is not None and self._dispatcher.prevents(event_type):
            return None
        data: Json = {"object": shown.render()}
        if previous is not None:
            data["previous_attributes"] = previous
        event = Event(
            id=self.ids.new("evt"),
            type=event_type,
            created=self.now(),
            data=json.dumps(data, separators=(",", ":")),
            cause=cause.get(Cause()),
        )
        self.record(event)
        return event

    def record(self, event: Event) -> None:
        """Keep an event and start to deliver it."""
        self.events[event.id] = event
        if self._dispatcher is not None:
            self._dispatcher.dispatch(event)

    def update(self, event_type: str, shown: Shown, change: Callable[[], None]) -> Event | None:
        """Carry out a change of an object and tell it with what was before."""
        before = shown.render()
        change()
        return self.emit(event_type, shown, changed(before, shown.render()))

    def pending_webhooks(self, event_id: str) -> int:
        """How many endpoints have not taken an event yet."""
        return 0 if self._dispatcher is None else self._dispatcher.pending(event_id)

    def render_event(self, event: Event) -> Json:
        """An event as the API shows it."""
        return event.render(self.pending_webhooks(event.id))

    def charge_of(self, target: str) -> Charge:
        """The charge meant by the id of a charge, payment intent or session.

        Raises:
            NotPossible: There is none yet.
        """
        if target in self.charges:
            return self.charges[target]
        intent_id = self.sessions[target].payment_intent if target in self.sessions else target
        intent = self.intents.get(intent_id or "")
        if intent is None or intent.latest_charge is None:
            raise NotPossible(f"{target} has no charge")
        return self.charges[intent.latest_charge]

    def session(self, session_id: str) -> Session:
        """A session.

        Raises:
            NotPossible: There is none with this id.
        """
        if session_id not in self.sessions:
            raise NotPossible(f"there is no session {session_id}")
        return self.sessions[session_id]

    def find(self, object_id: str) -> Json | None:
        """Any object by its id, as the API shows it; None if there is none."""
        for kept in (
            self.sessions,
            self.intents,
            self.charges,
            self.refunds,
            self.disputes,
            self.warnings,
            self.customers,
        ):
            if object_id in kept:
                return kept[object_id].render()
        transaction = self.transactions.get(object_id)
        return None if transaction is None else transaction.render(self.now())
