"""The webhook door: what is not genuine stays outside. Numbers are those of the known cases."""

import asyncio
import gzip
import io
import json
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from payments.domain.values.time import Instant
from payments.infra.outbound import Outbound
from payments.providers.stripe.provider import StripeProvider
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import START
from tests.support.web import OLD_SECRET, Web, event_body, kept, points, session_object, sign

pytestmark = only_on_sqlite

GENUINE = event_body()


@pytest.fixture(autouse=True)
async def nothing_forged_is_kept(
    web: Web, database: Database, request: pytest.FixtureRequest
) -> object:
    """After each test of something that must be rejected, nothing was stored."""
    del web
    yield
    if "rejected" in request.keywords or "is_rejected" in request.node.name:
        assert await kept(database) == 0


@on_both
async def test_a_genuine_event_brings_the_points(
    web: Web, open_payment: str, queries: Queries
) -> None:
    assert open_payment
    assert await web.post(GENUINE) == 200
    assert await points(queries) == 500


@pytest.mark.parametrize("secrets", [[], [""], [" "], ["whsec_1", ""]])
def test_case_01_without_a_signing_secret_nothing_starts(secrets: list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        StripeProvider(secret_key="sk_test_1", webhook_secrets=secrets, outbound=Outbound())


async def test_case_02_a_signature_that_is_not_ascii_is_rejected(web: Web) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(web.url.rsplit(":", 1)[1]))
    body = GENUINE.encode()
    head = (
        "POST /webhooks/stripe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\nStripe-Signature: t=1790000000,v1="
    )
    writer.write(head.encode() + "ü".encode() + b"\r\n\r\n" + body)
    assert (await reader.readline()).split()[1] == b"400"
    writer.close()
    await writer.wait_closed()


async def test_case_03_a_body_that_is_not_utf8_is_rejected(web: Web) -> None:
    assert await web.post(b"\xff\xfe{}", signature="t=1790000000,v1=00") == 400
    assert web.rejected("body") == 1


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "1", "[" * 100_000, '{"a":' * 50_000])
async def test_case_04_a_signed_body_that_is_no_object_is_rejected(web: Web, body: str) -> None:
    assert await web.post(body) == 400
    assert web.rejected("body") == 1


@pytest.mark.parametrize(
    "body",
    [
        GENUINE.replace('"amount_total": 499', '"amount_total": NaN'),
        GENUINE.replace('"amount_total": 499', '"amount_total": 1, "amount_total": 499'),
        GENUINE + "{}",
        "",
    ],
)
async def test_case_05_json_that_is_read_in_two_ways_is_rejected(web: Web, body: str) -> None:
    assert await web.post(body) == 400
    assert web.rejected("body") == 1


async def test_case_06_a_time_stamp_from_the_future_is_rejected(web: Web) -> None:
    body = GENUINE.encode()
    assert await web.post(body, signature=sign(body, web.clock, seconds=301)) == 400
    assert web.rejected("age") == 1


async def test_case_07_a_time_stamp_too_old_is_rejected_whatever_is_set(web: Web) -> None:
    """The tolerance is no setting: it cannot be turned off."""
    body = GENUINE.encode()
    assert await web.post(body, signature=sign(body, web.clock, seconds=-301)) == 400
    assert web.rejected("age") == 1


async def test_case_08_while_the_secret_is_rotated_any_good_signature_passes(
    web: Web, open_payment: str, queries: Queries
) -> None:
    assert open_payment
    body = GENUINE.encode()
    old = sign(body, web.clock, OLD_SECRET)
    assert await web.post(body, signature=old) == 200
    both = f"{old.split(',')[0]},v1={'0' * 64},{old.split(',')[1]}"
    assert await web.post(body, signature=both) == 200
    assert await points(queries) == 500


async def test_case_09_two_signature_headers_is_rejected(web: Web) -> None:
    body = GENUINE.encode()
    good = sign(body, web.clock)
    headers = [("Stripe-Signature", good), ("Stripe-Signature", good)]
    url = f"{web.url}/webhooks/stripe"
    async with web.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 400
    assert web.rejected("signature") == 1


async def test_case_09_no_signature_header_is_rejected(web: Web) -> None:
    async with web.session.post(f"{web.url}/webhooks/stripe", data=GENUINE) as answer:
        assert answer.status == 400
    assert web.rejected("signature") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda good: good.replace("v1=", "v0="),
        lambda good: good.split(",")[0],
        lambda good: good.split(",")[1],
        lambda good: f"t=,{good.split(',')[1]}",
        lambda good: f"{good.split(',')[0]},{good}",
        lambda good: good[:-1],
        lambda good: good.replace("t=", "t=+"),
        lambda _: ",",
        lambda _: "t=99999999999999999999,v1=0",
    ],
)
async def test_case_10_an_older_scheme_or_a_broken_header_is_rejected(
    web: Web, change: object
) -> None:
    assert callable(change)
    body = GENUINE.encode()
    assert await web.post(body, signature=change(sign(body, web.clock))) == 400
    assert web.rejected("signature") == 1


async def test_case_11_an_encoded_body_is_rejected_before_it_is_unpacked(web: Web) -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    headers = {"Content-Encoding": "gzip"}
    assert await web.post(packed, signature="t=1,v1=0", headers=headers) == 400
    assert web.rejected("encoding") == 1


async def test_case_11_a_body_over_one_mebibyte_is_rejected(web: Web) -> None:
    large = io.BytesIO(b"0" * (1024 * 1024 + 1))
    async with web.session.post(f"{web.url}/webhooks/stripe", data=large) as answer:
        assert answer.status == 413


async def test_case_11_nothing_is_unpacked_even_while_it_arrives(web: Web) -> None:
    """What says that it is packed is not looked into: this is no gzip, and nobody notices."""
    headers = {"Content-Encoding": "gzip"}
    assert await web.post(b"not packed at all", signature="t=1,v1=0", headers=headers) == 400
    assert web.rejected("encoding") == 1


@on_both
@pytest.mark.parametrize(
    "changes",
    [
        {"id": "evt_\x00"},
        {"id": "evt_\ud800"},
        {"id": "evt 1"},
        {"id": "e" * 256},
        {"id": 7},
        {"type": "x\x1b[31m"},
        {"created": 2**63},
        {"created": -1},
        {"data": {}},
        {"livemode": "no way"},
    ],
)
async def test_case_34_an_envelope_that_no_database_takes_is_rejected(
    web: Web, changes: dict[str, Any]
) -> None:
    assert await web.post(event_body(**changes)) == 400
    assert web.rejected("body") == 1


@on_both
@pytest.mark.parametrize(
    "changes",
    [
        {"id": "cs_\x00"},
        {"id": "cs_\ud800"},
        {"amount_total": 2**63},
        {"amount_subtotal": -499},
        {"currency": "euro"},
        {"metadata": {"guildbank_payment": "1 or 1=1"}, "client_reference_id": None},
    ],
)
async def test_case_34_a_session_that_no_database_takes_is_quarantined(
    web: Web, open_payment: str, database: Database, queries: Queries, changes: dict[str, Any]
) -> None:
    assert open_payment
    assert await web.post(event_body(session=session_object(**changes))) == 200
    assert await points(queries) == 0
    query = select(tables.provider_events.c.status)
    assert await database.transact(lambda c: list(c.execute(query).scalars())) == ["quarantined"]


async def test_case_12_the_raw_bytes_are_verified(
    web: Web, open_payment: str, queries: Queries
) -> None:
    """White space and order of keys are Stripe's, not ours."""
    assert open_payment
    spaced = json.dumps(json.loads(GENUINE), indent=7, sort_keys=True)
    assert await web.post(spaced) == 200
    assert await web.post(GENUINE, signature=sign(spaced.encode(), web.clock)) == 400
    assert await points(queries) == 500


async def test_case_13_a_thin_event_is_rejected_with_a_hint(web: Web) -> None:
    body = json.dumps({"id": "evt_1", "object": "v2.core.event", "type": "v1.billing.meter"})
    url = f"{web.url}/webhooks/stripe"
    headers = {"Stripe-Signature": sign(body.encode(), web.clock)}
    async with web.session.post(url, data=body, headers=headers) as answer:
        assert answer.status == 400
        assert "snapshot" in (await answer.json())["message"]
    assert web.rejected("thin") == 1


async def test_case_31_an_event_of_the_other_mode_is_rejected_and_counted(web: Web) -> None:
    assert await web.post(event_body(livemode=True)) == 400
    assert web.rejected("mode") == 1


async def test_a_wrong_signature_is_rejected_and_counted(web: Web) -> None:
    body = GENUINE.encode()
    assert await web.post(body, signature=sign(body, web.clock, "whsec_of_a_thief")) == 400
    assert web.rejected("signature") == 1


async def test_an_unknown_provider_is_not_found(web: Web) -> None:
    async with web.session.post(f"{web.url}/webhooks/paypal", data=GENUINE) as answer:
        assert answer.status == 404
    status, _, _ = await web.get("/webhooks/stripe")
    assert status == 405


async def test_without_database_the_provider_must_send_it_again(
    web: Web, open_payment: str, database: Database, queries: Queries
) -> None:
    """As on a full disk: nothing is lost, and it goes on once there is room."""
    assert open_payment

    def fill(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    def make_room(connection: Connection) -> None:
        connection.execute(text("PRAGMA max_page_count = 1000000"))

    await database.transact(fill)
    large = event_body(padding="x" * 900_000)
    assert await web.post(large) == 503
    assert await points(queries) == 0
    await database.transact(make_room)
    assert await web.post(large) == 200
    assert await points(queries) == 500


def test_the_clock_of_the_tests_is_near_the_events_time() -> None:
    assert Instant(1_790_000_000_000_000) == START
