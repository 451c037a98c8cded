"""The control page, and the same acts by POST."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import LocalStripe
from sandbox.stripe.control import ACTS
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.inbox import WebhookInbox


@pytest.fixture
async def remote(local: LocalStripe) -> AsyncIterator[ClientSession]:
    async with ClientSession(base_url=local.url) as remote:
        yield remote


async def do(remote: ClientSession, act: str, *, answers: int = 200, **fields: str) -> Any:
    async with remote.post(f"/control/{act}", data=fields) as answer:
        assert answer.status == answers, await answer.text()
        return await answer.json()


async def test_the_page_shows_everything(
    client: stripe.StripeClient, local: LocalStripe, remote: ClientSession
) -> None:
    async with remote.get("/") as empty:
        assert "No checkout yet" in await empty.text()
    session = await open_session(client)
    other = await open_session(client)
    await local.pay(session.id)
    await local.pay_later(other.id)
    await local.refund(session.id, 99, status="pending")
    await local.open_inquiry(session.id)
    await local.open_dispute(session.id)
    local.plan("lose", "refund.*")
    await local.drain()
    async with remote.get("/control") as page:
        text = await page.text()
    for expected in (
        *(session.id, other.id, "Money arrives", "Debit fails", "Refund in the dashboard"),
        *("charge_for_pending_refund_disputed", "Becomes a dispute", "Submit evidence"),
        *("charge.dispute.created", "1 attempt", "delivered", "events: lose refund.*"),
    ):
        assert expected in text


async def test_a_whole_story_by_post(
    client: stripe.StripeClient, local: LocalStripe, remote: ClientSession, inbox: WebhookInbox
) -> None:
    session = (await open_session(client)).id
    assert (await do(remote, "decline", id=session))["status"] == "open"
    assert (await do(remote, "pay", id=session))["payment_status"] == "paid"
    await do(remote, "plan_refund", status="pending")
    refund = await do(remote, "refund", id=session, amount="99")
    assert refund["status"] == "pending"
    await do(remote, "succeed_refund", id=refund["id"])
    await do(remote, "hang_refund", id=refund["id"])
    assert (await do(remote, "fail_refund", id=refund["id"]))["status"] == "failed"
    await do(remote, "warn_of_fraud", id=session)
    inquiry = await do(remote, "open_inquiry", id=session)
    await do(remote, "escalate_inquiry", id=inquiry["id"])
    await do(remote, "answer_dispute", id=inquiry["id"])
    await do(remote, "lose_dispute", id=inquiry["id"])
    await do(remote, "reinstate", id=inquiry["id"], amount="1")
    assert (await do(remote, "win_dispute", id=inquiry["id"]))["status"] == "won"
    dispute = await do(remote, "open_dispute", id=session, amount="10", reason="duplicate")
    assert (dispute["amount"], dispute["reason"]) == (10, "duplicate")
    await local.drain()
    await do(remote, "resend", id=inbox.events[0]["id"])
    await local.drain()
    assert inbox.events[-1]["id"] == inbox.events[0]["id"]


async def test_the_other_ends_of_a_checkout_by_post(
    client: stripe.StripeClient, remote: ClientSession
) -> None:
    ids = [(await open_session(client)).id for _ in range(3)]
    for session in ids[:2]:
        await do(remote, "pay_later", id=session)
    assert (await do(remote, "succeed_later", id=ids[0]))["payment_status"] == "paid"
    assert (await do(remote, "fail_later", id=ids[1]))["payment_status"] == "unpaid"
    assert (await do(remote, "expire", id=ids[2]))["status"] == "expired"
    assert (await do(remote, "recover", id=ids[2]))["recovered_from"] == ids[2]


async def test_bad_luck_by_post(
    client: stripe.StripeClient, local: LocalStripe, remote: ClientSession, inbox: WebhookInbox
) -> None:
    await do(remote, "plan_events", treatment="hold", types="checkout.*", times="2")
    for act in ("release", "lose"):
        session = (await open_session(client)).id
        await do(remote, "expire", id=session)
        event = local.events()[-1]["id"]
        await do(remote, act, id=event)
    await local.drain()
    assert [event["id"] for event in inbox.events] == [local.events()[0]["id"]]


@pytest.mark.parametrize(
    ("act", "fields", "message"),
    [
        ("pay", {"id": "cs_test_none"}, "there is no session"),
        ("pay", {}, "id is missing"),
        ("refund", {"id": "pi_none"}, "has no charge"),
        ("refund", {"id": "pi_none", "amount": "4.99"}, "has no charge|whole number"),
        ("win_dispute", {"id": "du_none"}, "there is no dispute"),
        ("fail_refund", {"id": "re_none"}, "there is no refund"),
        ("resend", {"id": "evt_none"}, "there is no event"),
        ("plan_events", {"treatment": "burn"}, "none of"),
    ],
)
async def test_what_cannot_be_done_is_told(
    remote: ClientSession, act: str, fields: dict[str, str], message: str
) -> None:
    answer = await do(remote, act, answers=409, **fields)
    assert any(part in answer["error"] for part in message.split("|"))


async def test_a_dispute_turns_round_by_buttons(
    client: stripe.StripeClient, local: LocalStripe, remote: ClientSession
) -> None:
    session = await open_session(client)
    await local.pay(session.id)
    dispute = await do(remote, "open_dispute", id=session.id, currency="jpy", amount="300")
    assert (dispute["currency"], dispute["amount"]) == ("jpy", 300)
    for act, status, offered in (
        ("win_dispute", "won", ["lose_dispute", "appeal_dispute", "reopen_dispute"]),
        ("reopen_dispute", "needs_response", ["answer_dispute", "win_dispute", "lose_dispute"]),
        ("lose_dispute", "lost", ["win_dispute", "appeal_dispute", "reopen_dispute"]),
        ("appeal_dispute", "appeal_needs_response", ["answer_dispute", "lose_dispute"]),
        ("answer_dispute", "appeal_under_review", ["win_dispute", "lose_dispute"]),
    ):
        assert (await do(remote, act, id=dispute["id"]))["status"] == status
        async with remote.get("/control") as shown:
            page = await shown.text()
        assert all(f"/control/{each}" in page for each in offered)
        assert "/control/say_of_dispute" in page
    said = await do(remote, "say_of_dispute", id=dispute["id"], status="in_mediation")
    assert said["status"] == "in_mediation"
    corrected = await do(remote, "correct_dispute", id=dispute["id"], amount="3")
    assert corrected["balance_transactions"][-1]["amount"] == 3


async def test_people_come_back_to_the_page_with_the_reason(remote: ClientSession) -> None:
    headers = {"Accept": "text/html"}
    async with remote.post("/control/pay", data={"id": "cs_x"}, headers=headers) as page:
        assert page.url.path == "/control"
        assert "there is no session cs_x" in await page.text()


async def test_other_sites_cannot_press_the_buttons(remote: ClientSession) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with remote.post("/control/pay", data={"id": "x"}, headers=headers) as answer:
        assert answer.status == 403


async def test_an_unknown_act_names_the_known_ones(remote: ClientSession) -> None:
    async with remote.post("/control/dance") as answer:
        assert answer.status == 404
        text = await answer.text()
    assert all(act in text for act in ACTS)


async def test_faults_by_post(client: stripe.StripeClient, remote: ClientSession) -> None:
    fault = {"method": "POST", "path": "/v1/checkout/sessions", "status": 429, "retry_after": 3}
    async with remote.post("/control/faults", json=fault) as answer:
        assert (await answer.json())["kind"] == "error"
    with pytest.raises(stripe.RateLimitError):
        await open_session(client)
    await do(remote, "faults", kind="slow", seconds="0.001", times="2")
    async with remote.get("/control/faults") as waiting:
        assert [each["kind"] for each in await waiting.json()] == ["slow"]
    await open_session(client)
    async with remote.delete("/control/faults") as cleared:
        assert await cleared.json() == {"faults": []}
    assert "kind is one of" in (await do(remote, "faults", answers=400, kind="fire"))["error"]


async def test_a_discount_is_taken_off_an_open_session(
    client: stripe.StripeClient, remote: ClientSession
) -> None:
    session = (await open_session(client)).id
    async with remote.get("/control") as page:
        assert "Take a discount off" in await page.text()
    assert (await do(remote, "adjust", id=session, amount="100"))["amount_total"] == 399
    for amount in ("", "much"):
        assert (
            "minor units"
            in (await do(remote, "adjust", answers=409, id=session, amount=amount))["error"]
        )


@pytest.mark.parametrize(
    ("act", "status", "fields", "words"),
    [
        ("plan_events", 409, {"treatment": "delay", "times": "x"}, "times is a whole number"),
        ("plan_events", 409, {"treatment": "delay", "seconds": "x"}, "seconds are a number"),
        ("faults", 400, {"status": "x"}, "status is a whole number"),
        ("faults", 400, {"seconds": "nan"}, "seconds are a number"),
    ],
)
async def test_what_is_no_number_is_said_in_words_of_ours(
    remote: ClientSession, act: str, status: int, fields: dict[str, str], words: str
) -> None:
    answer = await do(remote, act, answers=status, **fields)
    assert answer["error"].startswith(words)


async def test_every_field_has_a_label_that_can_be_seen(
    client: stripe.StripeClient, local: LocalStripe, remote: ClientSession
) -> None:
    """On the control page with every kind of form, and on the hosted page."""
    await open_session(client)
    session = await open_session(client)
    await local.pay(session.id)
    await local.refund(session.id, 99, status="pending")
    await local.open_dispute(session.id)
    (dispute,) = local.state.disputes
    await local.lose_dispute(dispute)
    for path in ("/control", urlsplit(session.url or "").path):
        async with remote.get(path) as answer:
            fields = Fields(await answer.text())
        assert fields.bare == []
        assert path != "/control" or fields.labelled > 10


class Fields(HTMLParser):
    """The fields of a page that somebody fills in: how many have a label, and which have none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bare: list[str] = []
        self.labelled = 0
        self._named = set(re.findall(r'<label for="([^"]+)"', text))
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._inside = self._inside or tag == "label"
        if tag not in {"input", "select", "textarea"} or given.get("type") == "hidden":
            return
        if self._inside or given.get("id") in self._named:
            self.labelled += 1
        else:
            self.bare.append(f"{tag} {given.get('name')}")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "label"
