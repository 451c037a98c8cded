"""A look at an account of Stripe's: what each answer means, and what is sent to get it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from payments.domain.values.time import DAY, later, to_seconds
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.stripe.inspection import (
    EVENTS,
    NEEDED,
    NEEDED_EVENTS,
    NOT_NEEDED,
    USEFUL,
    Inspector,
    SeenEndpoint,
    TrialAnswer,
)
from payments.providers.stripe.updates import API_VERSION
from sandbox.stripe import Fault, LocalStripe
from tests.support.make import START

KEY = "sk_test_1"
DOOR = "https://shop.example/webhooks/stripe"


@pytest.fixture
async def stripe() -> AsyncIterator[LocalStripe]:
    async with LocalStripe(secret_key=KEY, clock=lambda: START, seed=1) as running:
        yield running


@pytest.fixture
async def inspector(stripe: LocalStripe) -> AsyncIterator[Inspector]:
    opened = Inspector(KEY, api_url=stripe.url)
    yield opened
    await opened.close()


Ask = Callable[[Inspector], Awaitable[Any]]

ASKED: dict[str, Ask] = {
    "endpoints": lambda inspector: inspector.endpoints(),
    "written": lambda inspector: inspector.written(START, later(START, DAY)),
    "create_endpoint": lambda inspector: inspector.create_endpoint(DOOR),
    "lacking": lambda inspector: inspector.lacking((EVENTS,)),
}
"""Each look that depends on an answer of use."""


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_stripe_in_trouble_says_nothing_of_the_account(
    stripe: LocalStripe, inspector: Inspector, asked: str, status: int
) -> None:
    stripe.faults.add(Fault(kind="error", status=status))
    with pytest.raises(ProviderUnavailable, match=rf"^Stripe answered {status}\.$"):
        await ASKED[asked](inspector)


@pytest.mark.parametrize("asked", ["endpoints", "written", "create_endpoint"])
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refusal_is_told_with_its_status(
    stripe: LocalStripe, inspector: Inspector, asked: str, status: int
) -> None:
    stripe.faults.add(Fault(kind="error", status=status))
    with pytest.raises(ProviderRefused, match=rf"^Stripe answered {status}\.$") as refused:
        await ASKED[asked](inspector)
    assert refused.value.code == str(status)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("kind", ["drop", "half", "malformed"])
async def test_a_stripe_that_cannot_be_reached_is_told_as_such(
    stripe: LocalStripe, inspector: Inspector, asked: str, kind: Any
) -> None:
    stripe.faults.add(Fault(kind=kind, times=3))
    with pytest.raises(ProviderUnavailable, match=r"^Stripe cannot be reached\.$"):
        await ASKED[asked](inspector)


async def test_a_stripe_that_does_not_answer_in_time_cannot_be_reached(
    stripe: LocalStripe,
) -> None:
    hanging = stripe.faults.add(Fault(kind="timeout"))
    inspector = Inspector(KEY, api_url=stripe.url, timeout_seconds=0.05)
    with pytest.raises(ProviderUnavailable, match="cannot be reached"):
        await inspector.endpoints()
    hanging.released.set()
    await inspector.close()


@pytest.mark.parametrize(
    ("asked", "body", "words"),
    [
        ("endpoints", b"[]", "its answer is no object"),
        ("endpoints", b'{"data": [{"url": 7}]}', "its endpoints cannot be read"),
        ("written", b'{"data": {}}', "its list of events makes no sense"),
        ("written", b'{"data": [{"id": 7, "created": 1}]}', "its list of events makes no sense"),
        ("written", b"{}", "its list of events makes no sense"),
        ("create_endpoint", b'{"secret": null}', "the new endpoint has no secret"),
        ("create_endpoint", b"7", "its answer is no object"),
    ],
)
async def test_an_answer_that_makes_no_sense_is_no_answer(
    stripe: LocalStripe, inspector: Inspector, asked: str, body: bytes, words: str
) -> None:
    stripe.faults.add(Fault(kind="malformed", body=body))
    with pytest.raises(ProviderUnavailable, match=words):
        await ASKED[asked](inspector)


async def test_an_account_without_endpoints_has_none(
    stripe: LocalStripe, inspector: Inspector
) -> None:
    assert await inspector.endpoints() == []
    stripe.faults.add(Fault(kind="malformed", body=b"{}"))
    assert await inspector.endpoints() == []


async def test_the_endpoint_that_is_asked_for_sends_all_that_is_needed_in_our_version(
    stripe: LocalStripe, inspector: Inspector
) -> None:
    secret = await inspector.create_endpoint(DOOR)
    (made,) = stripe.state.endpoints.values()
    assert made.secrets == (secret,)
    assert made.description == "Guildbank"
    (found,) = await inspector.endpoints()
    assert found == SeenEndpoint(
        url=DOOR, status="enabled", enabled_events=NEEDED_EVENTS, api_version=API_VERSION
    )
    assert found.is_enabled
    assert found.leads_to(DOOR)
    assert not found.missing_events


@pytest.mark.parametrize(
    ("changes", "enabled", "leads", "missing"),
    [
        ({"status": "disabled"}, False, True, frozenset()),
        ({"url": f"{DOOR}/"}, True, True, frozenset()),
        ({"url": f"{DOOR}/other"}, True, False, frozenset()),
        ({"enabled_events": frozenset({"*"})}, True, True, frozenset()),
        (
            {"enabled_events": NEEDED_EVENTS - {"refund.failed"} | {"invoice.paid"}},
            True,
            True,
            frozenset({"refund.failed"}),
        ),
    ],
)
def test_what_an_endpoint_is_good_for(
    changes: dict[str, Any], *, enabled: bool, leads: bool, missing: frozenset[str]
) -> None:
    facts: dict[str, Any] = {"url": DOOR, "status": "enabled", "enabled_events": NEEDED_EVENTS}
    endpoint = SeenEndpoint(**(facts | changes))
    assert (endpoint.is_enabled, endpoint.leads_to(DOOR)) == (enabled, leads)
    assert endpoint.missing_events == missing


@pytest.mark.parametrize(
    ("status", "key_refused", "permitted"),
    [
        (200, False, True),
        (400, False, True),
        (401, True, False),
        (403, False, False),
        (404, False, True),
        (429, False, None),
        (499, False, True),
        (500, False, None),
        (503, False, None),
    ],
)
def test_a_call_about_nothing_shows_what_the_key_may_do(
    status: int,
    key_refused: bool,  # noqa: FBT001 - a case
    permitted: bool | None,  # noqa: FBT001 - a case
) -> None:
    answer = TrialAnswer(status=status, date=None, body={})
    assert (answer.is_key_refused, answer.is_permitted) == (key_refused, permitted)


@pytest.mark.parametrize("permissions", [NEEDED, USEFUL, NOT_NEEDED])
async def test_a_full_key_lacks_nothing_and_one_without_permissions_all(
    stripe: LocalStripe, inspector: Inspector, permissions: Any
) -> None:
    assert await inspector.lacking(permissions) == []
    stripe.add_restricted_key("rk_test_nothing", ())
    bare = Inspector("rk_test_nothing", api_url=stripe.url)
    assert await bare.lacking(permissions) == list(permissions)
    await bare.close()


async def test_the_answer_has_its_status_the_time_and_the_object(inspector: Inspector) -> None:
    answer = await inspector.try_out(EVENTS)
    assert answer.status == 200
    assert answer.date is not None
    assert answer.body["object"] == "list"
    wrong = await inspector.try_out(NEEDED[0])
    assert (wrong.status, wrong.body) == (404, {})
    assert wrong.date is not None


@pytest.mark.parametrize(
    ("key", "restricted", "live"),
    [
        ("sk_test_1", False, False),
        ("rk_test_1", True, False),
        ("sk_live_1", False, True),
        ("rk_live_1", True, True),
    ],
)
async def test_a_key_says_what_it_is(key: str, *, restricted: bool, live: bool) -> None:
    inspector = Inspector(key)
    assert (inspector.is_restricted, inspector.livemode) == (restricted, live)
    await inspector.close()


async def test_events_are_asked_for_by_kind_and_time(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From `since` on, up to before `until`."""
    asked: list[dict[str, Any]] = []
    real = inspector._client.raw_request_async

    async def noting(method: str, path: str, **params: Any) -> Any:
        asked.append(params)
        return await real(method, path, **params)

    monkeypatch.setattr(inspector._client, "raw_request_async", noting)
    assert await inspector.written(START, later(START, DAY)) == []
    (params,) = asked
    assert params == {
        "types": sorted(NEEDED_EVENTS),
        "created": {"gte": to_seconds(START), "lt": to_seconds(START) + 86_400},
        "limit": 100,
    }
