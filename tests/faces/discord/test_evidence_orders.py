"""Evidence says what the points of a payment bought, and when it was delivered."""

import io

import pytest
from pypdf import PdfReader

from bot.features.evidence.document import render
from bot.features.evidence.pdf import render_pdf
from payments.commands.points.move import TransferPoints
from payments.commands.shop.end import DenyOrder
from payments.commands.shop.fulfil import FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.ids import PaymentId
from payments.domain.values.items import ItemKind
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.services.evidence import Evidence, gather
from payments.store.queries import Queries
from tests.support.commands import grant, put_up
from tests.support.make import ADA, BEN, START, checkout_update, event, initiate, package
from tests.support.shopping import about, add_codes, add_item, offer, place

HUNDRED = package(100, 1000)
LATER = later(START, 73 * HOUR)


@pytest.fixture
async def delivered(runner: Runner, queries: Queries) -> Evidence:
    """Of a payment of 100 points: a code, a dinner, and what Ben ordered with some of them."""
    await put_up(runner, HUNDRED)
    await runner.run(initiate("one", of=HUNDRED))
    await runner.run(event(checkout_update("one", of=HUNDRED)))
    code, dinner, map_ = (
        offer("Key <b>", ItemKind.CODE, price=10),
        offer("Dinner", price=20),
        offer("Map", price=15),
    )
    for each in (code, dinner, map_):
        await runner.run(add_item(each))
    await runner.run(add_codes(code, 3))
    await runner.run(place(code, "code", quantity=2, at=LATER))
    for name in ("dinner-1", "dinner-2", "dinner-3"):
        await runner.run(place(dinner, name, at=LATER))
    at = later(LATER, HOUR)
    await runner.run(FulfilOrder(**about("dinner-1", at), reason="at table 4"))
    await runner.run(DenyOrder(**about("dinner-2", at), reason="closed"))
    await runner.run(FulfilOrder(**about("dinner-3", at)))
    await runner.run(ReturnOrder(**about("dinner-3", later(at, HOUR)), reason="cold"))
    moved = {**about("x", at, ADA), "member": ADA, "points": 10, "recipient": BEN}
    del moved["order"]
    await runner.run(TransferPoints(**moved))
    await runner.run(grant(5, BEN))
    await runner.run(place(map_, "map", member=BEN, at=at))
    payment = await queries.payment(PaymentId("one"))
    assert payment is not None
    return await gather(queries, payment, later(at, 2 * HOUR))


WORDS = (
    "What the points of this payment bought",
    "2 of “Key <b>”, codes that nobody else gets",
    "delivered 2026-09-24 15:13:20 UTC",
    "1 of “Dinner”, given by a person",
    "delivered 2026-09-24 16:13:20 UTC: “at table 4”",
    "not delivered, denied 2026-09-24 16:13:20 UTC: “closed”",
    "delivered 2026-09-24 16:13:20 UTC, taken back 2026-09-24 17:13:20 UTC: “cold”",
    "10 of 15",
    "1 of “Map”, given by a person",
    "not delivered yet",
)


async def test_the_page_says_what_was_bought_and_when_it_was_delivered(
    delivered: Evidence,
) -> None:
    page = render(delivered, None).replace("&lt;", "<").replace("&gt;", ">")
    for words in WORDS:
        assert words in page
    rows = page.split(WORDS[0])[1].split("<h2>")[0].count("<tr>")
    assert rows == 1 + 5


async def test_the_pdf_says_it_too(delivered: Evidence) -> None:
    pages = PdfReader(io.BytesIO(render_pdf(delivered, None))).pages
    text = "".join("".join(page.extract_text() for page in pages).split())
    for words in WORDS:
        assert "".join(words.split()) in text


async def test_a_payment_that_bought_nothing_says_so(runner: Runner, queries: Queries) -> None:
    await put_up(runner, HUNDRED)
    await runner.run(initiate("one", of=HUNDRED))
    payment = await queries.payment(PaymentId("one"))
    assert payment is not None
    page = render(await gather(queries, payment, START), None)
    assert "<p>Nothing.</p>" in page.split(WORDS[0])[1]
