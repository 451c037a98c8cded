"""Events are signed, lost, found, and as they are published."""

import base64
import hashlib
import hmac

import pytest

from sandbox.square import LocalSquare
from tests.sandbox.square.asking import KEY, SUBSCRIPTIONS, Asking, codes
from tests.sandbox.square.conftest import Hands, Inbox

EVENTS = "/v2/events"


async def test_a_message_is_signed_over_the_address_and_the_body(
    local: LocalSquare, ask: Asking, inbox: Inbox
) -> None:
    await ask.linked()
    await local.drain()
    (body,), (headers,) = inbox.bodies, inbox.headers
    digest = hmac.new(KEY.encode(), inbox.url.encode() + body, hashlib.sha256).digest()
    assert headers["x-square-hmacsha256-signature"] == base64.b64encode(digest).decode()


async def test_a_lost_event_is_found_once_the_search_is_on(
    local: LocalSquare, ask: Asking, inbox: Inbox, clock: Hands
) -> None:
    await ask.linked()
    assert (await ask("POST", EVENTS, {}))[1] == {}
    clock.move(60)
    await ask("PUT", f"{EVENTS}/enable")
    local.lose_next_message()
    await ask.linked()
    await local.drain()
    assert len(inbox.events) == 1
    _, found = await ask("POST", EVENTS, {"limit": 10})
    (lost,) = found["events"]
    await local.send_again(lost["event_id"])
    assert inbox.events[-1] == lost
    wanted = {"query": {"filter": {"event_types": ["payment.created"]}}}
    assert (await ask("POST", EVENTS, wanted))[1] == {}
    clock.move(28 * 24 * 3600 + 1)
    assert (await ask("POST", EVENTS, {}))[1] == {}
    await ask("PUT", f"{EVENTS}/disable")


async def test_an_address_is_registered_changed_and_taken_away(ask: Asking) -> None:
    wanted = {"notification_url": "https://example.com/hook", "event_types": ["payment.updated"]}
    _, answer = await ask("POST", SUBSCRIPTIONS, {"subscription": wanted})
    made = answer["subscription"]
    one = f"{SUBSCRIPTIONS}/{made['id']}"
    assert len((await ask("GET", SUBSCRIPTIONS))[1]["subscriptions"]) == 2
    _, changed = await ask("PUT", one, {"subscription": {"enabled": False}})
    assert changed["subscription"]["enabled"] is False
    _, renewed = await ask("POST", f"{one}/signature-key", {})
    assert renewed["signature_key"] != made["signature_key"]
    _, read = await ask("GET", one)
    assert read["subscription"]["signature_key"] == renewed["signature_key"]
    assert (await ask("DELETE", one))[0] == 200
    assert codes(await ask("GET", one)) == (404, ["NOT_FOUND"])


@pytest.mark.parametrize(
    "wanted",
    [
        {"notification_url": "http://example.com/hook"},
        {"notification_url": "https://example.com/hook", "event_types": ["payment.burnt"]},
        {"event_types": ["payment.updated"]},
    ],
)
async def test_an_address_that_square_would_not_take(
    ask: Asking, wanted: dict[str, object]
) -> None:
    assert (await ask("POST", SUBSCRIPTIONS, {"subscription": wanted}))[0] == 400
