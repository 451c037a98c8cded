"""What the door takes to the last byte, and in which words it says no."""

import io
import json

import pytest

from tests.support.databases import only_on_sqlite
from tests.support.web import Web, event_body, sign
from webhooks.provider_webhooks import MAX_BODY_BYTES
from webhooks.server.failures import FAILURES

pytestmark = only_on_sqlite

MEBIBYTE = 1024 * 1024


def genuine_of(size: int) -> bytes:
    """A genuine event that takes `size` bytes."""
    empty = event_body("something.else", padding="")
    return event_body("something.else", padding="x" * (size - len(empty))).encode()


async def test_case_11_a_body_of_one_mebibyte_is_taken(web: Web) -> None:
    assert MAX_BODY_BYTES == MEBIBYTE
    body = genuine_of(MEBIBYTE)
    assert len(body) == MEBIBYTE
    assert await web.post(body) == 200


async def test_case_11_one_byte_more_is_too_large_and_says_so(web: Web) -> None:
    body = genuine_of(MEBIBYTE + 1)
    headers = {"Stripe-Signature": sign(body, web.clock)}
    url = f"{web.url}/webhooks/stripe"
    for chunked in (None, True):  # its length is said beforehand, or it is not
        parts = io.BytesIO(body)
        async with web.session.post(url, data=parts, headers=headers, chunked=chunked) as answer:
            said = await answer.json()
            assert (answer.status, said) == (413, {"message": "The body is too large."})


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/nowhere", 404, "There is nothing here."),
        ("POST", "/webhooks/nobody", 404, "There is nothing here."),
        ("DELETE", "/webhooks/stripe", 405, "Not this way."),
    ],
)
async def test_programs_read_why_in_a_sentence(
    web: Web, method: str, path: str, status: int, message: str
) -> None:
    async with web.session.request(method, f"{web.url}{path}") as answer:
        assert (answer.status, await answer.json()) == (status, {"message": message})


async def test_a_rejection_names_its_reason_until_there_were_too_many(web: Web) -> None:
    url, headers = f"{web.url}/webhooks/stripe", {"Stripe-Signature": "t=1,v1=0"}
    for number in range(FAILURES + 2):
        async with web.session.post(url, data=b"{}", headers=headers) as answer:
            body = json.loads(await answer.text())
            assert body["reason"] == "signature"
            assert body["message"]
            assert answer.status == (400 if number < FAILURES else 429)
            assert ("Too much of what this address sent" in body["message"]) == (number >= FAILURES)
    assert web.rejected("signature") == FAILURES + 2
    assert await web.post(genuine_of(2000)) == 200, "what is genuine passes all the same"
