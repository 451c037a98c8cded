"""Calls to PayPal: one token for many, once more after a refusal, and errors in our words."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.domain.values.time import HOUR
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.provider import PayPalProvider
from payments.providers.paypal.tokens import EARLY_SECONDS, Tokens
from payments.providers.paypal.wire import failure_of
from payments.providers.protocol import Refusal
from payments.providers.wire import MOST_BYTES, Wire
from sandbox.base.faults import Fault
from sandbox.paypal import LocalPayPal
from tests.conftest import Time
from tests.providers.paypal.shop import CLIENT, SECRET, provider_of

ORDER = "/v2/checkout/orders/NONE"
TOKEN = "/v1/oauth2/token"
QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002, failures_to_open=99)


class Steady:
    """A clock that never jumps by itself."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
async def calls(local: LocalPayPal, steady: Steady) -> AsyncIterator[Calls]:
    wire = Wire(local.url, seconds=10, failure=failure_of)
    tokens = Tokens(wire, CLIENT, SECRET, steady=steady)
    yield Calls(Outbound(QUICK), Purpose.MEMBERS, wire=wire, tokens=tokens)
    await wire.close()


def tokens_asked(records: list[Any]) -> int:
    return sum(each.path == TOKEN for each in records)


async def test_many_calls_at_once_ask_for_one_token(local: LocalPayPal, calls: Calls) -> None:
    """A token for each call is one of the reasons for which PayPal slows accounts down."""
    records = local.record()
    webhooks = "/v1/notifications/webhooks"
    await asyncio.gather(*(calls.get(webhooks) for _ in range(8)))
    assert tokens_asked(records) == 1


async def test_a_token_is_renewed_a_minute_before_its_end(
    local: LocalPayPal, calls: Calls, steady: Steady
) -> None:
    records = local.record()
    await calls.get("/v1/notifications/webhooks")
    steady.seconds = 32_400 - EARLY_SECONDS - 1
    await calls.get("/v1/notifications/webhooks")
    assert tokens_asked(records) == 1
    steady.seconds += 1
    await calls.get("/v1/notifications/webhooks")
    assert tokens_asked(records) == 2


async def test_a_token_that_is_refused_is_replaced_once(
    local: LocalPayPal, calls: Calls, clock: Time
) -> None:
    await calls.get("/v1/notifications/webhooks")
    local.state.tokens.clear()
    records = local.record()
    await asyncio.gather(*(calls.get("/v1/notifications/webhooks") for _ in range(4)))
    assert tokens_asked(records) == 1
    clock.pass_(10 * HOUR)
    await calls.get("/v1/notifications/webhooks")


async def test_a_key_that_is_refused_is_the_accounts_trouble(
    local: LocalPayPal, clock: Time
) -> None:
    noted: list[AccessRefused] = []
    provider = provider_of(local, clock, webhooks=["W1"], client_secret="no", refused=noted.append)
    with pytest.raises(AccessRefused, match="refuses PAYPAL_CLIENT_ID"):
        await provider.checkouts.retrieve("X")
    assert [each.is_found_by_look for each in noted] == [True]
    assert await provider.access.refusals(thoroughly=True) == [str(noted[0])]
    assert await provider.access.time() is not None
    await provider.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AccessRefused), (403, AccessRefused), (400, ProviderRefused), (422, ProviderRefused)],
)
async def test_what_a_status_means(
    local: LocalPayPal, calls: Calls, status: int, error: type[Exception]
) -> None:
    local.faults.add(Fault(kind="error", status=status, path=ORDER, times=9))
    with pytest.raises(error):
        await calls.get(ORDER)


@pytest.mark.parametrize("status", [429, 409, 500, 502, 503])
async def test_what_may_pass_is_tried_again(local: LocalPayPal, calls: Calls, status: int) -> None:
    path = "/v1/notifications/webhooks"
    local.faults.add(Fault(kind="error", status=status, path=path, times=2, retry_after=0))
    assert "webhooks" in await calls.get(path)
    local.faults.add(Fault(kind="error", status=status, path=path, times=3))
    with pytest.raises(ProviderUnavailable) as refused:
        await calls.get(path)
    assert refused.value.answered is (status == 500)
    assert not refused.value.key_spent, "PayPal goes on with the same request id"


@pytest.mark.parametrize("kind", ["drop", "half", "malformed"])
async def test_half_of_an_answer_is_none(local: LocalPayPal, calls: Calls, kind: Any) -> None:
    local.faults.add(Fault(kind=kind, path="/v1/notifications/webhooks", times=9))
    with pytest.raises(ProviderUnavailable):
        await calls.get("/v1/notifications/webhooks")


async def test_an_answer_without_end_is_not_read(local: LocalPayPal, calls: Calls) -> None:
    body = b" " * (MOST_BYTES + 1)
    path = "/v1/notifications/webhooks"
    local.faults.add(Fault(kind="malformed", path=path, times=3, body=body))
    with pytest.raises(ProviderUnavailable):
        await calls.get(path)


async def test_what_is_not_there_is_unknown_and_named_with_the_id_for_support(
    provider: PayPalProvider, calls: Calls
) -> None:
    with capture_logs() as lines, pytest.raises(ProviderRefused) as refused:
        await calls.get(ORDER)
    assert refused.value.why is Refusal.UNKNOWN_OBJECT
    [said] = [each for each in lines if each["event"] == "paypal.refused"]
    assert said["debug_id"]
    assert said["status"] == 404
    await provider.access.ping()


async def test_nothing_follows_where_an_answer_leads(local: LocalPayPal, calls: Calls) -> None:
    path = "/v1/notifications/webhooks"
    local.faults.add(Fault(kind="error", status=302, path=path, times=3))
    with pytest.raises(ProviderUnavailable):
        await calls.get(path)


def test_without_a_webhooks_id_it_does_not_begin(local: LocalPayPal, clock: Time) -> None:
    for missing in ([], [" "]):
        with pytest.raises(ValueError, match="webhook"):
            provider_of(local, clock, webhooks=missing)
