"""A provider in memory, for what cannot be brought about over the wire."""

import json
from collections.abc import AsyncIterator, Collection
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    DisputeUpdate,
    MoneyStatus,
    Reference,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.time import Instant
from payments.providers.customers import Customers
from payments.providers.errors import WebhookRejected
from payments.providers.follow_up import Authorizations
from payments.providers.requests import (
    CheckoutRequest,
    ListedEvents,
    OpenedCheckout,
    ProviderEvent,
    RefundRequest,
)
from payments.providers.stripe.currencies import check_currency, check_price, check_refund
from tests.support.fake_messages import FakeEvents, FakeListing, FakeWebhook
from tests.support.make import found


@dataclass(slots=True, kw_only=True)
class FakeProvider:
    """Opens checkouts in memory; its messages are JSON that says which payment was paid."""

    name: str = "stripe"
    title: str = "Stripe"
    capture: None = None
    customers: Customers | None = None
    authorizations: Authorizations | None = None
    entitlements: None = None
    livemode: bool = False
    failures: list[Exception] = field(default_factory=list)
    """What the next calls raise, the first one first."""
    opened: dict[str, OpenedCheckout] = field(default_factory=dict)
    """By idempotency key."""
    missed: list[ProviderEvent] = field(default_factory=list)
    """What could not be delivered."""
    checkouts_by_id: dict[str, CheckoutUpdate] = field(default_factory=dict)
    """What a look-up finds, by session."""
    installations: dict[str, str] = field(default_factory=dict)
    """Which installation's id a checkout carries, by session."""
    made: dict[str, RefundUpdate] = field(default_factory=dict)
    """Refunds that were made, by idempotency key."""
    refund_status: RefundStatus = RefundStatus.SUCCEEDED
    """What becomes of refunds."""
    currency: str = "EUR"
    """In which refunds are made."""
    disputed: dict[str, DisputeUpdate] = field(default_factory=dict)
    """How disputes stand, by id."""
    refused: list[str] = field(default_factory=list)
    """What it refuses us, in sentences."""
    fee: Money | None = None
    """What was kept of each payment."""

    @property
    def checkouts(self) -> "FakeCheckouts":
        return FakeCheckouts(self)

    @property
    def refunds(self) -> "FakeRefunds":
        return FakeRefunds(self)

    @property
    def disputes(self) -> "FakeDisputes":
        return FakeDisputes(self)

    @property
    def webhook(self) -> FakeWebhook:
        return FakeWebhook(self)

    @property
    def events(self) -> FakeEvents:
        return FakeEvents(self)

    @property
    def listing(self) -> FakeListing:
        return FakeListing(self)

    @property
    def access(self) -> "FakeProvider":
        return self

    async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        self._fail()
        if idempotency_key not in self.opened:
            asked = json.loads(request)
            update = CheckoutUpdate(
                session=f"cs_{asked['payment']}",
                reference=Reference(
                    payment=PaymentId(asked["payment"]),
                    guild=GuildId(asked["guild"]),
                    member=MemberId(asked["member"]),
                    package=PackageId(asked["package"]),
                ),
                status=CheckoutStatus.OPEN,
                money=MoneyStatus.UNPAID,
                subtotal=asked["price"]["minor"],
                total=asked["price"]["minor"] + _on_top(asked.get("tax")),
                currency=asked["price"]["currency"],
                expires_at=asked["expires_at"],
            )
            opened = OpenedCheckout(url=f"https://pay.example/{update.session}", update=update)
            self.opened[idempotency_key] = opened
            self.checkouts_by_id[update.session] = update
            self.installations[update.session] = asked["installation"]
        return self.opened[idempotency_key]

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        self._fail()
        update = self.checkouts_by_id[session]
        return OpenedCheckout(url=f"https://pay.example/{session}", update=update)

    async def expire_checkout(self, session: str, *, idempotency_key: str) -> CheckoutUpdate:
        del idempotency_key
        self._fail()
        expired = replace(self.checkouts_by_id[session], status=CheckoutStatus.EXPIRED)
        self.checkouts_by_id[session] = expired
        return expired

    async def refund(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        self._fail()
        if idempotency_key not in self.made:
            asked = json.loads(request)
            self.made[idempotency_key] = RefundUpdate(
                payment=PaymentId(asked["payment"]),
                refund=asked["refund"],
                status=self.refund_status,
                amount=Money(**asked["amount"]),
                provider_id=f"re_{len(self.made) + 1}",
            )
        return self.made[idempotency_key]

    async def refunds_of(self, intent: str) -> list[RefundUpdate]:
        self._fail()
        return [each for each in self.made.values() if intent.endswith(each.payment)]

    async def dispute(self, dispute: str) -> DisputeUpdate:
        self._fail()
        return self.disputed[dispute]

    async def fee_of(self, intent: str) -> Money | None:
        del intent
        self._fail()
        return self.fee

    def read_event(self, body: str) -> ProviderEvent:
        try:
            message = json.loads(body)
        except ValueError:
            raise WebhookRejected("It is no JSON.", reason="body") from None
        event = ProviderEvent(id=message["id"], kind="checkout.paid", created=Instant(0), body=body)
        paid = self._found(message["session"])
        if message.get("old_version"):
            return replace(event, look_up=message["session"], found=(Found(traces=paid.traces),))
        return replace(event, found=(paid,))

    def _found(self, session: str) -> Found:
        return found(self.paid(session), self.installations.get(session))

    async def listed_events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        del since
        self._fail()
        if self.missed:
            yield ListedEvents(events=tuple(self.missed), until=self.missed[-1].created)

    async def listed_objects(self, since: Instant) -> list[ProviderEvent]:
        del since
        self._fail()
        return []

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        self._fail()
        assert event.look_up is not None
        return replace(event, look_up=None, found=(self._found(event.look_up),))

    def paid(self, session: str) -> CheckoutUpdate:
        known = self.checkouts_by_id[session]
        return replace(known, status=CheckoutStatus.COMPLETE, money=MoneyStatus.PAID)

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        del thoroughly
        self._fail()
        return list(self.refused)

    async def ping(self) -> None:
        self._fail()

    async def time(self) -> Instant | None:
        self._fail()
        return None

    async def close(self) -> None:
        return None

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


def _on_top(tax: Any) -> int:
    """The tax that was asked for and comes on top of the price."""
    if tax is None or tax["rule"]["behavior"] != "exclusive":
        return 0
    return int(tax["asked"] or 0)


@dataclass(frozen=True, slots=True)
class FakeCheckouts:
    """Its pages on which a member pays."""

    of: FakeProvider

    computes_tax = False

    def tax_step(self, code: str) -> int:
        del code
        return 1

    def check_currency(self, code: str) -> None:
        check_currency(code)

    def check_price(self, price: Money) -> None:
        check_price(price)

    def request(self, request: CheckoutRequest) -> str:
        return json.dumps(asdict(request))

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        return await self.of.open_checkout(request, idempotency_key=idempotency_key)

    async def retrieve(self, session: str) -> OpenedCheckout:
        return await self.of.retrieve_checkout(session)

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        del page
        return await self.of.expire_checkout(session, idempotency_key=idempotency_key)


@dataclass(frozen=True, slots=True)
class FakeRefunds:
    """How it gives money back."""

    of: FakeProvider
    parts: None = None

    def check_amount(self, amount: Money) -> None:
        check_refund(amount)

    def request(self, request: RefundRequest) -> str:
        return json.dumps(asdict(request))

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        return await self.of.refund(request, idempotency_key=idempotency_key)

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        del pending
        return await self.of.refunds_of(intent)

    async def fee_of(self, intent: str) -> Money | None:
        return await self.of.fee_of(intent)


@dataclass(frozen=True, slots=True)
class FakeDisputes:
    """What banks ask back."""

    of: FakeProvider

    async def retrieve(self, dispute: str) -> DisputeUpdate:
        return await self.of.dispute(dispute)

    def page(self, dispute: str, *, livemode: bool) -> str | None:
        return f"https://pay.example/{'live' if livemode else 'test'}/disputes/{dispute}"
