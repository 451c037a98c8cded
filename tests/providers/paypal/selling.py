"""The shop by PayPal, as the numbered cases need it."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from payments.domain.values.payment import Payment
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.cases.selling import Selling
from tests.providers.paypal.shop import (
    CLIENT,
    SECRET,
    PayPalShop,
    core_of,
    opened_shop,
    order_of,
    signed,
)
from tests.support.commands import put_up


class PayPalSelling(PayPalShop):
    """What people and PayPal do."""

    async def pay(self, payment: Payment) -> None:
        await self.paypal.approve(order_of(payment))

    async def pay_slowly(self, payment: Payment) -> None:
        self.paypal.plan_capture(pending="PENDING_REVIEW")
        await self.paypal.approve(order_of(payment))

    async def arrive(self, payment: Payment, *, fails: bool = False) -> None:
        end = self.paypal.deny_capture if fails else self.paypal.complete_capture
        await end(order_of(payment))

    def lose_messages(self, count: int) -> None:
        self.paypal.plan("lose", "*", times=count)

    async def send_all_again(self, times: int = 1) -> None:
        ids = [each["id"] for each in self.paypal.events()] * times
        await asyncio.gather(*(self.paypal.send_again(each) for each in ids))

    async def send(self, kind: str, resource: Mapping[str, Any]) -> None:
        self.paypal.forge(kind, dict(resource))
        await self.settle()

    async def give_back(self, payment: Payment, minor: int) -> None:
        await self.paypal.refund(order_of(payment), minor)

    async def dispute(self, payment: Payment, *, inquiry: bool = False) -> str:
        reason = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" if inquiry else "UNAUTHORISED"
        return str((await self.paypal.dispute(order_of(payment), reason=reason))["dispute_id"])

    async def decide(self, dispute: str, *, won: bool) -> None:
        if not self.paypal.state.disputes[dispute].open:
            await self.paypal.appeal(dispute)
        outcome = "RESOLVED_SELLER_FAVOUR" if won else "RESOLVED_BUYER_FAVOUR"
        await self.paypal.resolve_dispute(dispute, outcome)

    async def post(self, body: bytes, *, twice: bool = False, **headers: str) -> int:
        head = [(name, value) for name, (value,) in signed(self.paypal, body).items()]
        head += [each for each in head if twice and each[0].endswith("sig")]
        head += [(name.replace("_", "-"), value) for name, value in headers.items()]
        async with self.http.post(
            f"{self.url}/webhooks/paypal", data=io.BytesIO(body), headers=head
        ) as answer:
            return answer.status

    def go_away(self, status: int | None = None) -> None:
        fault = Fault(kind="drop") if status is None else Fault(kind="error", status=status)
        fault.times = 1_000_000
        self.paypal.faults.add(fault)

    def come_back(self) -> None:
        self.paypal.faults.clear()


@asynccontextmanager
async def selling_by_paypal(database_url: str, clock: Time) -> AsyncIterator[Selling]:
    """The shop on an empty database."""
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, clock=clock, seed=1, retry_pauses=()
    ) as local:
        local.add_webhook("http://127.0.0.1:9/webhooks/paypal")
        async with core_of(local, database_url, clock) as core:
            await put_up(core.runner)
            async with opened_shop(core, local, clock, PayPalSelling) as opened:
                yield opened
