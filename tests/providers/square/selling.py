"""The shop by Square, as the numbered cases need it."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from payments.domain.values.payment import Payment
from payments.providers.square.webhook import HEADER
from sandbox.base.faults import Fault
from sandbox.square.webhooks import sign
from tests.conftest import Time
from tests.providers.cases.selling import Selling
from tests.providers.square.shop import (
    SIGNATURE_KEY,
    SquareShop,
    core_of,
    opened_proxy,
    opened_shop,
    opened_square,
    order_of,
)
from tests.support.commands import put_up


class SquareSelling(SquareShop):
    """What people and Square do."""

    async def pay(self, payment: Payment) -> None:
        await self.square.pay(order_of(payment))

    async def pay_slowly(self, payment: Payment) -> None:
        await self.square.pay_later(order_of(payment))

    async def arrive(self, payment: Payment, *, fails: bool = False) -> None:
        end = self.square.fail_payment if fails else self.square.complete_payment
        await end(order_of(payment))

    def lose_messages(self, count: int) -> None:
        self.square.plan("lose", "*", times=count)

    async def send_all_again(self, times: int = 1) -> None:
        ids = [each["event_id"] for each in self.square.events()] * times
        await asyncio.gather(*(self.square.send_again(each) for each in ids))

    async def send(self, kind: str, resource: Mapping[str, Any]) -> None:
        name = kind.partition(".")[0]
        self.square.forge(kind, name, str(resource["id"]), dict(resource))
        await self.settle()

    async def give_back(self, payment: Payment, minor: int) -> None:
        await self.square.refund(order_of(payment), minor)

    async def dispute(self, payment: Payment, *, inquiry: bool = False) -> str:
        return str((await self.square.dispute(order_of(payment), inquiry=inquiry))["id"])

    async def decide(self, dispute: str, *, won: bool) -> None:
        if not self.square.state.disputes[dispute].open:
            await self.square.appeal(dispute)
        await self.square.resolve_dispute(dispute, "WON" if won else "LOST")

    async def post(self, body: bytes, *, twice: bool = False, **headers: str) -> int:
        signature = sign(SIGNATURE_KEY, f"{self.proxy.url}/webhooks/square", body)
        head = [(HEADER, signature)] * (2 if twice else 1)
        head += [(name.replace("_", "-"), value) for name, value in headers.items()]
        async with self.http.post(
            f"{self.url}/webhooks/square", data=io.BytesIO(body), headers=head
        ) as answer:
            return answer.status

    def go_away(self, status: int | None = None) -> None:
        fault = Fault(kind="drop") if status is None else Fault(kind="error", status=status)
        fault.times = 1_000_000
        self.square.faults.add(fault)

    def come_back(self) -> None:
        self.square.faults.clear()


@asynccontextmanager
async def selling_by_square(database_url: str, clock: Time) -> AsyncIterator[Selling]:
    """The shop on an empty database."""
    async with (
        opened_proxy() as proxy,
        opened_square(proxy, clock) as local,
        core_of(local, proxy, database_url, clock) as core,
    ):
        await put_up(core.runner)
        async with opened_shop(core, local, proxy, clock, SquareSelling) as opened:
            yield opened
