"""A provider that leaves capturing to us, and has a shop of its own; what it did is in a file.

So it remembers what it was asked for by a process that was killed since.
"""

import json
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from payments.commands.base import by_provider
from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.inbox import Found
from payments.domain.values.money import Money
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.time import DAY, Instant, later
from payments.providers.errors import ProviderRefused
from payments.providers.follow_up import Ware
from payments.providers.protocol import Missing
from payments.providers.requests import CheckoutRequest, OpenedCheckout, ProviderEvent
from tests.support.adopted import ENTITLEMENT, PAID, SHOP
from tests.support.make import START, checkout_update, found, key
from tests.support.unable import NO_REFUNDS, Silent

PROVIDER = "stripe"
"""`tests.support.make` begins payments with that name."""
ORDER = "cs_one"
CAPTURE = CallKey(PROVIDER, CallKind.CAPTURE, ORDER)
CONSUME = CallKey(SHOP, CallKind.CONSUME, ENTITLEMENT.id)
UNTIL = later(START, 3 * DAY)

APPROVED = replace(
    checkout_update("one", status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID),
    intent=None,
    call=CallRequest(
        kind=CallKind.CAPTURE, object=ORDER, request='{"exact": "request"}', until=UNTIL
    ),
)
"""The buyer has approved: the money waits to be taken."""

BOUGHT = replace(PAID, call=CallRequest(kind=CallKind.CONSUME, object=ENTITLEMENT.id, request="{}"))
"""Something was bought in its shop, and is to be used up once it was credited."""


def approved(update: CheckoutUpdate = APPROVED, at: Instant = START) -> RecordProviderEvent:
    """A message of the provider's that its buyer has approved."""
    name = key("approved")
    return RecordProviderEvent(
        key=RecordProviderEvent.key_of(PROVIDER, name, 1),
        at=at,
        actor=by_provider(PROVIDER),
        guild=None,
        provider=PROVIDER,
        event=name,
        event_kind="test",
        body="{}",
        received_at=at,
        found=(Found(traces=found(update).traces, update=update),),
    )


async def nothing(_key: str) -> None:
    """Lets it happen."""


@dataclass(slots=True, kw_only=True)
class Approving:
    """The provider.

    Attributes:
        folder: Where it writes down what it was asked for and what it did.
        failures: What the next calls raise before they do anything, the first one first.
        lost: What the next calls raise after they have done it.
        silent: What the next look-ups raise.
        before: Called with each call before it is done.
        after: Called with each call after it is done, before the answer.
    """

    folder: Path
    name: str = PROVIDER
    title: str = "Approving"
    livemode: bool = False
    failures: list[Exception] = field(default_factory=list)
    lost: list[Exception] = field(default_factory=list)
    silent: list[Exception] = field(default_factory=list)
    before: Callable[[str], Awaitable[None]] = nothing
    after: Callable[[str], Awaitable[None]] = nothing
    customers: None = None
    authorizations: None = None
    refunds: Missing = NO_REFUNDS
    disputes: None = None
    webhook: None = None
    events: None = None
    listing: None = None
    access: Silent = field(default_factory=Silent)

    @property
    def capture(self) -> "Taking":
        return Taking(self)

    @property
    def entitlements(self) -> "Using":
        return Using(self)

    @property
    def checkouts(self) -> "Orders":
        return Orders(self)

    @property
    def asked(self) -> list[list[str]]:
        """Each call as it came: the key, the object and the request."""
        return self._read("asked")

    @property
    def done(self) -> list[list[str]]:
        """Each call that had an effect: the key and the object."""
        return self._read("done")

    async def do(self, idempotency_key: str, of: str, request: str) -> None:
        """Do what is asked, once for each object."""
        await self.before(idempotency_key)
        self._write("asked", [idempotency_key, of, request])
        if self.failures:
            raise self.failures.pop(0)
        keys = {each[0] for each in self.done}
        if idempotency_key not in keys:
            if self.is_done(of):
                raise ProviderRefused("It was done already.", code="ALREADY_DONE")
            self._write("done", [idempotency_key, of])
        await self.after(idempotency_key)
        if self.lost:
            raise self.lost.pop(0)

    def is_done(self, of: str) -> bool:
        return of in {each[1] for each in self.done}

    def look(self, of: str) -> bool:
        if self.silent:
            raise self.silent.pop(0)
        return self.is_done(of)

    def _read(self, name: str) -> list[list[str]]:
        file = self.folder / name
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def _write(self, name: str, entry: list[str]) -> None:
        """One line, on the disk before this returns."""
        with (self.folder / name).open("a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()
            os.fsync(file.fileno())

    async def close(self) -> None:
        return None


CAPTURED = replace(APPROVED, status=CheckoutStatus.COMPLETE, money=MoneyStatus.PAID, call=None)


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes the money of approved orders."""

    of: Approving

    async def make(self, session: str, request: str, *, idempotency_key: str) -> CheckoutUpdate:
        await self.of.do(idempotency_key, session, request)
        return replace(CAPTURED, session=session)


@dataclass(frozen=True, slots=True)
class Using:
    """Uses up what was bought in its shop."""

    of: Approving
    home: None = None

    def hear(self, kind: str, thing: Mapping[str, object]) -> ProviderEvent:
        raise NotImplementedError

    async def of_sku(self, sku: str) -> list[ProviderEvent]:
        raise NotImplementedError

    async def wares(self) -> list[Ware]:
        raise NotImplementedError

    async def consume(self, entitlement: str, request: str, *, idempotency_key: str) -> None:
        await self.of.do(idempotency_key, entitlement, request)

    async def is_consumed(self, entitlement: str) -> bool:
        return self.of.look(entitlement)


@dataclass(frozen=True, slots=True)
class Orders:
    """Looks orders up; nobody opens any here."""

    of: Approving

    computes_tax = False

    def tax_step(self, code: str) -> int:
        del code
        return 1

    def check_currency(self, code: str) -> None:
        raise NotImplementedError

    def check_price(self, price: Money) -> None:
        raise NotImplementedError

    def request(self, request: CheckoutRequest) -> str:
        raise NotImplementedError

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        raise NotImplementedError

    async def retrieve(self, session: str) -> OpenedCheckout:
        update = CAPTURED if self.of.look(session) else APPROVED
        return OpenedCheckout(url="https://pay.example", update=replace(update, session=session))

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        raise NotImplementedError
