"""What an error of Stripe's means: error by error, and what an answer must be to be one."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
import stripe

from payments.domain.values.ids import PaymentId
from payments.infra.outbound import Line, Outbound, Policy, Purpose
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.providers.requests import RefundRequest
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.provider import StripeProvider
from tests.support.make import euros
from tests.support.stripe_errors import says

ONCE = Policy(attempts=1, failures_to_open=1)
UNTYPED: Any = stripe
"""The SDK: some of its errors have no types."""
MEMBERS = Line(integration="stripe", purpose=Purpose.MEMBERS)


@dataclass
class Answer:
    """As the SDK hands an answer out."""

    data: Any

    @property
    def last_response(self) -> "Answer | None":
        return None if self.data is None else self


def giving(*answers: Any) -> Callable[[], Awaitable[Any]]:
    """Answers one at a time; errors are raised."""
    left = list(answers)

    async def work() -> Any:
        answer = left.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return Answer(answer)

    return work


async def failed(error: BaseException, outbound: Outbound | None = None) -> Exception:
    """What a call raises that fails so."""
    calls = Calls(outbound or Outbound(ONCE), Purpose.MEMBERS)
    with pytest.raises((ProviderUnavailable, ProviderRefused, RuntimeError)) as raised:
        await calls.make(giving(error))
    return raised.value


@pytest.mark.parametrize(
    ("error", "opens", "spent", "answered"),
    [
        (says(500), True, True, True),
        (says(499), True, False, True),
        (says(501), True, False, False),
        (says(503), True, False, False),
        (says(None), True, False, True),
        (says(409), False, False, False),
        (says(429), False, False, False),
        (says(429, stripe.RateLimitError), False, False, False),
        (UNTYPED.APIConnectionError("no route"), True, False, False),
        (aiohttp.ClientError(), True, False, False),
        (OSError(), True, False, False),
        (TimeoutError(), True, False, False),
    ],
)
async def test_what_may_pass_is_unavailable_and_says_whether_the_key_is_spent(
    error: BaseException, *, opens: bool, spent: bool, answered: bool
) -> None:
    outbound = Outbound(ONCE)
    found = await failed(error, outbound)
    assert type(found) is ProviderUnavailable
    assert (found.key_spent, found.answered) == (spent, answered)
    assert found.__cause__ is error
    assert outbound.states == {MEMBERS: "opened" if opens else "closed"}
    assert "secret" not in str(found)
    assert str(found).startswith("Stripe: ")


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("resource_missing", Refusal.UNKNOWN_OBJECT),
        ("charge_disputed", Refusal.DISPUTED),
        ("charge_already_refunded", Refusal.REFUNDED),
        ("amount_too_small", Refusal.OTHER),
        (None, Refusal.OTHER),
    ],
)
async def test_a_no_says_why_and_opens_no_breaker(code: str | None, why: Refusal) -> None:
    outbound = Outbound(ONCE)
    error = UNTYPED.InvalidRequestError("sk_test_secret", None, code=code, http_status=400)
    found = await failed(error, outbound)
    assert isinstance(found, ProviderRefused)
    assert (found.code, found.why) == (code or "", why)
    assert str(found) == f"Stripe: InvalidRequestError, status 400, code {code}."
    assert outbound.states == {MEMBERS: "closed"}


async def test_a_key_that_was_used_for_something_else_is_a_no() -> None:
    error = stripe.IdempotencyError("other request", http_status=400)
    assert isinstance(await failed(error), ProviderRefused)


async def test_a_mistake_of_ours_is_none_of_stripes() -> None:
    error = RuntimeError("ours")
    assert await failed(error) is error


async def test_an_open_breaker_is_unavailable_and_was_not_answered() -> None:
    outbound = Outbound(ONCE)
    await failed(says(503), outbound)
    found = await failed(says(200), outbound)
    assert isinstance(found, ProviderUnavailable)
    assert str(found) == "stripe is not reachable at the moment."
    assert (found.key_spent, found.answered) == (False, False)


@pytest.mark.parametrize("status", [401, 403])
async def test_whoever_watches_the_key_hears_that_it_is_refused(status: int) -> None:
    result: list[AccessRefused] = []
    calls = Calls(Outbound(ONCE), Purpose.MEMBERS, result.append)
    with pytest.raises(AccessRefused) as raised:
        await calls.make(giving(says(status, stripe.AuthenticationError)))
    assert result == [raised.value]
    assert (raised.value.key_spent, raised.value.answered) == (False, False)
    with pytest.raises(AccessRefused):
        await Calls(Outbound(ONCE), Purpose.MEMBERS).make(giving(says(status)))


@pytest.mark.parametrize("data", [None, [], "text", 7])
async def test_an_answer_that_is_no_object_is_of_no_use(data: object) -> None:
    found = await failed(stripe.APIError(""))
    calls = Calls(Outbound(ONCE), Purpose.MEMBERS)
    with pytest.raises(ProviderUnavailable) as raised:
        await calls.make(giving(data))
    assert (str(raised.value), raised.value.answered) == (str(found), True)


@pytest.mark.parametrize("error", [AttributeError(), TypeError()])
async def test_what_the_sdk_trips_over_is_no_usable_answer(error: Exception) -> None:
    found = await failed(error)
    assert isinstance(found, ProviderUnavailable)
    assert found.answered


async def test_an_answer_is_cleaned_of_what_no_database_takes() -> None:
    calls = Calls(Outbound(ONCE), Purpose.MEMBERS)
    found = await calls.make(giving({"id": "cs_\x00"}))
    assert found == {"id": "cs_\ufffd"}


@pytest.mark.parametrize(
    ("headers", "asked"),
    [
        ({"retry-after": "2"}, [2.0]),
        ({"Retry-After": "3"}, [3.0]),
        ({"retry-after": "0"}, [0.0]),
        ({"retry-after": "soon"}, [None]),
        ({"retry-after": "-1"}, [None]),
        ({}, [None]),
        (None, [None]),
    ],
)
async def test_stripe_may_ask_for_a_pause(
    headers: dict[str, str] | None, asked: list[float | None]
) -> None:
    found: list[float | None] = []
    about: list[object] = []

    class Asking(Outbound):
        async def call(self, line: Line, work: Any, **more: Any) -> Any:
            about.append((line, more["about"]))
            try:
                return await work()
            except stripe.StripeError as error:
                found.append(more["retry_after"](error))
                raise

    calls = Calls(Asking(ONCE), Purpose.BACKGROUND)
    with pytest.raises(ProviderUnavailable):
        await calls.make(
            giving(stripe.RateLimitError("", http_status=429, headers=headers)), about="cs_1"
        )
    assert found == asked
    assert about == [(replace(MEMBERS, purpose=Purpose.BACKGROUND), "cs_1")]


@pytest.mark.parametrize(
    ("pages", "cursors"),
    [
        ([{"data": []}], [None]),
        ([{"data": [{"id": "a"}, {"id": "b"}], "has_more": False}], [None]),
        (
            [
                {"data": [{"id": "a"}, {"id": "b"}], "has_more": True},
                {"data": [{"id": "c"}], "has_more": True},
                {"data": [], "has_more": True},
            ],
            [None, "b", "c"],
        ),
    ],
)
async def test_all_pages_of_a_list_are_asked_for_and_none_twice(
    pages: list[dict[str, Any]], cursors: list[str | None]
) -> None:
    asked: list[dict[str, Any]] = []
    left = list(pages)

    async def ask(params: dict[str, Any]) -> Any:
        asked.append(params)
        return Answer(left.pop(0))

    calls = Calls(Outbound(ONCE), Purpose.MEMBERS)
    found = await calls.make_all(ask, {"charge": "ch_1", "limit": 3}, about="ch_1")
    assert found == [each for page in pages for each in page["data"]]
    assert [params.get("starting_after") for params in asked] == cursors
    assert all((params["charge"], params["limit"]) == ("ch_1", 100) for params in asked)


def test_what_is_not_said_is_not_so() -> None:
    """Of a failure: neither that a key is spent, nor that there was an answer."""
    plain = ProviderUnavailable("away")
    assert (plain.key_spent, plain.answered) == (False, False)
    refused = AccessRefused("no")
    assert (refused.permission, refused.is_found_by_look) == ("", False)
    no = ProviderRefused("no")
    assert (no.code, no.why) == ("", Refusal.OTHER)
    request: Any = {"refund": "r", "payment": "p", "installation": "i", "intent": "pi"}
    assert not RefundRequest(amount=euros(1), **request).fraudulent


def test_what_stripe_is_asked_for_is_written_in_one_order() -> None:
    """The same request under the same key must be the same text, whatever Python does."""
    provider = StripeProvider(
        secret_key="sk_test_1", webhook_secrets=["whsec_1"], outbound=Outbound()
    )
    asked = RefundRequest(
        refund="r",
        payment=PaymentId("p"),
        installation="this",
        intent="pi_1",
        amount=euros(1),
    )
    keys = list(json.loads(provider.refunds.request(asked)))
    assert keys == sorted(keys)
    metadata = list(json.loads(provider.refunds.request(asked))["metadata"])
    assert metadata == sorted(metadata)
