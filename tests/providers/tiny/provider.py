"""The tiny shop as a payment provider: no messages, no amounts, and money only when we take it."""

import json
from collections.abc import Collection
from typing import Final

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import NO_AMOUNT, UNKNOWN_CURRENCY, Money
from payments.domain.values.provider_calls import CallKind, CallRequest
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    Reference,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import ALL
from payments.domain.values.time import Instant
from payments.providers.protocol import Missing
from payments.providers.requests import CheckoutRequest, OpenedCheckout, RefundRequest
from tests.providers.tiny.shop import Order, Stage, TinyShop

ALL_OR_NOTHING: Final = Missing(sentence="Tiny gives back all of a payment or nothing.")

_STATUS: Final = {
    Stage.OPEN: CheckoutStatus.OPEN,
    Stage.APPROVED: CheckoutStatus.OPEN,
    Stage.CAPTURED: CheckoutStatus.COMPLETE,
    Stage.LAPSED: CheckoutStatus.EXPIRED,
}


def read(order: Order) -> CheckoutUpdate:
    """What an order tells."""
    about, paid = order.about, order.stage is Stage.CAPTURED
    return CheckoutUpdate(
        session=order.id,
        reference=Reference(
            payment=PaymentId(about["payment"]),
            guild=GuildId(about["guild"]),
            member=MemberId(about["member"]),
            package=PackageId(about["package"]),
        ),
        status=_STATUS[order.stage],
        money=MoneyStatus.PAID if paid else MoneyStatus.UNPAID,
        subtotal=None,
        total=None,
        currency=UNKNOWN_CURRENCY,
        as_asked=True,
        intent=order.id if paid else None,
        call=_capture_of(order) if order.stage is Stage.APPROVED else None,
    )


def _capture_of(order: Order) -> CallRequest:
    """The money waits to be taken."""
    return CallRequest(
        kind=CallKind.CAPTURE, object=order.id, request=json.dumps({"take": order.id})
    )


class TinyCheckouts:
    """Opens orders, and looks them up."""

    computes_tax = False

    def __init__(self, shop: TinyShop) -> None:
        self._shop = shop

    def tax_step(self, code: str) -> int:
        del code
        return 1

    def check_currency(self, code: str) -> None:
        """It takes what the owner says."""

    def check_price(self, price: Money) -> None:
        """As above."""

    def request(self, request: CheckoutRequest) -> str:
        about = {
            "payment": request.payment,
            "guild": request.guild,
            "member": request.member,
            "package": request.package,
        }
        return json.dumps(about, sort_keys=True)

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        return _opened(self._shop.open(json.loads(request), idempotency_key))

    async def retrieve(self, session: str) -> OpenedCheckout:
        return _opened(self._shop.look(session))

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        del page, idempotency_key
        return read(self._shop.lapse(session))


def _opened(order: Order) -> OpenedCheckout:
    return OpenedCheckout(url=f"https://tiny.example/{order.id}", update=read(order))


class TinyCapture:
    """Takes the money of orders that members have approved."""

    def __init__(self, shop: TinyShop) -> None:
        self._shop = shop

    async def make(self, session: str, request: str, *, idempotency_key: str) -> CheckoutUpdate:
        assert json.loads(request) == {"take": session}
        return read(self._shop.capture(session, idempotency_key))


class TinyRefunds:
    """Gives all of an order back."""

    parts = ALL_OR_NOTHING

    def __init__(self, shop: TinyShop) -> None:
        self._shop = shop

    def check_amount(self, amount: Money) -> None:
        """It gives back what was paid."""

    def request(self, request: RefundRequest) -> str:
        return json.dumps({"order": request.intent, "refund": request.refund}, sort_keys=True)

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        asked = json.loads(request)
        return _refund(self._shop.give_back(asked["order"], asked["refund"], idempotency_key))

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        del pending
        order = self._shop.look(intent)
        return [] if order.refund is None else [_refund(order)]

    async def fee_of(self, intent: str) -> Money | None:
        del intent
        return None


def _refund(order: Order) -> RefundUpdate:
    return RefundUpdate(
        payment=PaymentId(order.about["payment"]),
        refund=order.refund or "",
        status=RefundStatus.SUCCEEDED,
        amount=NO_AMOUNT,
        share=ALL,
        provider_id=f"back-{order.id}",
        intent=order.id,
    )


class TinyAccess:
    """It lets everybody in, and has no clock."""

    def __init__(self, shop: TinyShop) -> None:
        self._shop = shop

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        del thoroughly
        return []

    async def ping(self) -> None:
        self._shop.look(next(iter(self._shop.orders), ""))

    async def time(self) -> Instant | None:
        return None


class TinyProvider:
    """Takes money by the tiny shop."""

    name = "tiny"
    title = "Tiny"
    livemode = False
    customers = None
    authorizations = None
    entitlements = None
    disputes = None
    webhook = None
    events = None
    listing = None

    def __init__(self, shop: TinyShop) -> None:
        self.checkouts = TinyCheckouts(shop)
        self.capture: TinyCapture | None = TinyCapture(shop)
        self.refunds = TinyRefunds(shop)
        self.access = TinyAccess(shop)

    async def close(self) -> None:
        """Nothing is open."""
