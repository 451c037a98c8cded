"""SendGrid: sent once through its API as it is published, and stopped by its signed events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from sendgrid import SendGridAPIClient
from sendgrid.helpers.eventwebhook import EventWebhook

from payments.domain.values.time import HOUR, SECOND
from payments.integrations.mail.addresses import Addresses
from payments.integrations.mail.errors import MailAccessRefused, NotGenuine
from payments.integrations.mail.sendgrid.events import SendGridEvents, verification_key
from sandbox.base.faults import Fault
from sandbox.sendgrid import LocalSendGrid
from sandbox.sendgrid.webhooks import Endpoint
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.make import START
from tests.support.posting import ADDRESS, PostOffice, by_sendgrid, post_office
from tests.support.provider_shop import opened_web
from tests.support.schemas import Schemas, published

pytestmark = only_on_sqlite


@pytest.fixture
async def sendgrid(clock: Time) -> AsyncIterator[LocalSendGrid]:
    async with LocalSendGrid(api_key="SG.key", clock=clock, retry_pauses=()) as running:
        yield running


@pytest.fixture
def endpoint(sendgrid: LocalSendGrid) -> Endpoint:
    return sendgrid.add_webhook("http://127.0.0.1:9/webhooks/sendgrid")


@pytest.fixture
async def post(
    database_url: str, clock: Time, sendgrid: LocalSendGrid, endpoint: Endpoint
) -> AsyncIterator[PostOffice]:
    settings = by_sendgrid(sendgrid, endpoint.verification_key)
    async with post_office(database_url, clock, **settings) as office:
        yield office


async def test_a_receipt_goes_out_once_as_the_published_document_wants_it(
    post: PostOffice, sendgrid: LocalSendGrid
) -> None:
    exchanges = sendgrid.record()
    await post.buy()
    assert await post.send() == [("delivered", 0)]
    assert await post.send(after=HOUR) == [("delivered", 0)]
    [mail] = sendgrid.mails
    assert mail.to == ADDRESS
    assert "€4.99" in mail.text
    [asked] = [each.body for each in exchanges]
    assert asked is not None
    assert asked["tracking_settings"]["open_tracking"] == {"enable": False}
    schemas = Schemas(published("sendgrid-oai.json"))
    where = ("paths", "/mail/send", "post", "parameters", "0", "schema")
    assert schemas.violations(asked, *where) == []


@pytest.mark.parametrize(
    ("fault", "stands"),
    [
        ({"status": 401}, [("waiting", 0)]),
        ({"status": 403}, [("waiting", 0)]),
        ({"status": 429}, [("waiting", 0)]),
        ({"status": 500}, [("waiting", 0)]),
        ({"status": 503}, [("waiting", 0)]),
        ({"status": 502}, [("waiting", 1)]),
        ({"status": 413}, [("dead", 1)]),
        ({"status": 400}, [("dead", 1)]),
        ({"kind": "drop"}, [("waiting", 1)]),
    ],
)
async def test_what_an_answer_means_for_the_mail(
    post: PostOffice, sendgrid: LocalSendGrid, fault: dict[str, Any], stands: list[Any]
) -> None:
    await post.buy()
    sendgrid.faults.add(Fault(**{"kind": "error", **fault}))
    assert await post.send() == stands
    if stands[0][0] == "waiting":
        assert await post.send(after=2 * 60 * SECOND) == [("delivered", stands[0][1])]
        assert len(sendgrid.mails) == 1


async def test_a_refused_key_is_said_until_it_is_mended(
    post: PostOffice, sendgrid: LocalSendGrid
) -> None:
    await post.buy()
    sendgrid.faults.add(Fault(kind="error", status=401))
    await post.send()
    assert "refused: SendGrid said 401" in await post.health()
    await post.send(after=2 * 60 * SECOND)
    assert await post.health() == "ok"


async def test_a_sender_that_is_not_verified_is_found_by_a_look(
    database_url: str, clock: Time
) -> None:
    async with LocalSendGrid(api_key="SG.key", verified=["other@guild.example"]) as strict:
        settings = by_sendgrid(strict)
        async with post_office(database_url, clock, **settings) as post:
            with pytest.raises(MailAccessRefused, match="verified Sender Identity"):
                await post.desk.mailer.look()
            assert strict.mails == []


async def test_an_address_that_bounced_gets_nothing_more_and_is_deleted(
    post: PostOffice, sendgrid: LocalSendGrid, endpoint: Endpoint, clock: Time
) -> None:
    await post.buy()
    await post.send()
    async with opened_web(post.core, clock) as url:
        object.__setattr__(endpoint, "url", f"{url}/webhooks/sendgrid")
        sendgrid.bounce(sendgrid.mails[0])
        await sendgrid.drain()
    assert await post.stored() == []
    await post.buy("two")
    assert await post.send() == [("delivered", 0), ("given_up", 0)]
    assert await post.stored() == [], "it is not taken again"


@pytest.mark.parametrize(
    ("event", "stops"),
    [
        ({"event": "bounce", "type": "bounce"}, "bounced"),
        ({"event": "bounce"}, "bounced"),
        ({"event": "bounce", "type": "blocked"}, None),
        ({"event": "dropped", "reason": "Bounced Address"}, "dropped"),
        ({"event": "dropped", "reason": "Invalid"}, "dropped"),
        ({"event": "dropped", "reason": "Invalid SMTPAPI header"}, None),
        ({"event": "dropped"}, None),
        ({"event": "spamreport"}, "spam"),
        ({"event": "delivered"}, None),
        ({"event": "deferred"}, None),
        ({"event": "bounce", "email": 7}, None),
        ({"event": "bounce", "guildbank_mail": None}, None),
    ],
)
def test_which_events_stop_an_address(event: dict[str, Any], stops: str | None) -> None:
    made = Endpoint(id="one", url="")
    told = {"email": ADDRESS, "guildbank_mail": "n", **event}
    body = json.dumps([told, "odd", 7]).encode()
    read = _read(made, body, made.signed(body, START // SECOND))
    assert [each.reason for each in read] == ([] if stops is None else [stops])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"x-twilio-email-event-webhook-timestamp": ["1790000001"]}, "signature"),
        ({"x-twilio-email-event-webhook-timestamp": ["soon"]}, "signature"),
        ({"x-twilio-email-event-webhook-timestamp": []}, "signature"),
        ({"x-twilio-email-event-webhook-signature": ["AAAA"]}, "signature"),
        ({"x-twilio-email-event-webhook-signature": ["ä"]}, "signature"),
        ({"x-twilio-email-event-webhook-signature": ["A", "B"]}, "signature"),
    ],
)
def test_what_is_not_signed_is_refused(change: dict[str, list[str]], reason: str) -> None:
    made, body = Endpoint(id="one", url=""), b"[]"
    with pytest.raises(NotGenuine) as error:
        _read(made, body, made.signed(body, START // SECOND), change)
    assert error.value.reason == reason


@pytest.mark.parametrize("seconds", [26 * 3600, -2 * 3600])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(seconds: int) -> None:
    made, body = Endpoint(id="one", url=""), b"[]"
    with pytest.raises(NotGenuine, match="too old"):
        _read(made, body, made.signed(body, START // SECOND - seconds))


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"[" * 100_000])
def test_a_body_that_makes_no_sense_is_refused(body: bytes) -> None:
    made = Endpoint(id="one", url="")
    with pytest.raises(NotGenuine, match="The body is no"):
        _read(made, body, made.signed(body, START // SECOND))


def test_the_vendors_own_check_takes_what_the_local_one_signs() -> None:
    made, body = Endpoint(id="one", url=""), b'[{"event":"bounce"}]'
    head = made.signed(body, 1_790_000_000)
    check = EventWebhook(made.verification_key)
    assert check.verify_signature(
        body.decode(),
        head["X-Twilio-Email-Event-Webhook-Signature"],
        head["X-Twilio-Email-Event-Webhook-Timestamp"],
    )


async def test_the_vendors_own_sdk_sends_by_the_local_one(sendgrid: LocalSendGrid) -> None:
    client = SendGridAPIClient("SG.key", host=sendgrid.url)
    mail = {
        "personalizations": [{"to": [{"email": ADDRESS}]}],
        "from": {"email": "receipts@guild.example"},
        "subject": "Hello",
        "content": [{"type": "text/plain", "value": "Hello"}],
    }
    answer = await asyncio.to_thread(client.send, mail)
    assert (answer.status_code, sendgrid.mails[0].to) == (202, ADDRESS)


async def test_the_door_answers_strangers_as_it_answers_those_of_providers(
    post: PostOffice, clock: Time
) -> None:
    async with opened_web(post.core, clock) as url, aiohttp.ClientSession() as http:
        async with http.post(f"{url}/webhooks/sendgrid", data=b"[]") as answer:
            assert (answer.status, (await answer.json())["reason"]) == (400, "signature")
        async with http.post(f"{url}/webhooks/smtp", data=b"[]") as answer:
            assert answer.status == 404


async def test_while_the_key_of_mail_cannot_be_read_it_shall_send_again(
    post: PostOffice, endpoint: Endpoint, clock: Time
) -> None:
    post.desk.addresses = Addresses(post.core.encryptor, clock, keep_days=1)
    told = {"email": ADDRESS, "guildbank_mail": "n", "event": "bounce"}
    body = json.dumps([told]).encode()
    async with opened_web(post.core, clock) as url, aiohttp.ClientSession() as http:
        head = endpoint.signed(body, clock() // SECOND)
        async with http.post(f"{url}/webhooks/sendgrid", data=body, headers=head) as answer:
            assert answer.status == 503


def _read(made: Endpoint, body: bytes, head: dict[str, str], change: Any = None) -> list[Any]:
    headers = {name.lower(): [value] for name, value in head.items()} | (change or {})
    events = SendGridEvents(verification_key(made.verification_key))
    return events.read(body, headers, START)
