"""Evidence: all that is known of a payment, in one file that needs nothing else."""

import html.parser
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from bot.features.evidence.document import render
from bot.features.evidence.pdf import MOST_BYTES, MOST_PAGES, render_pdf
from bot.features.evidence.sections import TITLE, EvidencePerson
from bot.interaction.moderators import NOT_A_MODERATOR
from payments.commands.base import by_member
from payments.commands.payments.refund import REASON_LENGTH
from payments.commands.points.move import NOTE_LENGTH, SpendPoints, TransferPoints
from payments.domain.rules.payment_events import about
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.events import FraudWarned, PaymentDisputed
from payments.domain.values.ids import MemberId
from payments.domain.values.ledger import TransferKind
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.share import Share
from payments.domain.values.time import DAY, HOUR, later
from payments.domain.values.written_text import check_words
from payments.runner.runner import Runner
from payments.services.evidence import Evidence, gather
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World
from tests.support.make import (
    GUILD,
    checkout_update,
    dispute_update,
    euros,
    event,
    key,
    refund_update,
)
from tests.support.moderating import decide

HOSTILE = "<script>alert('hello')</script>"


@pytest.fixture
async def disputed(
    world: World, runner: Runner, queries: Queries, clock: Time, payment: Payment
) -> Evidence:
    """Ada has spent and passed on what she has bought, and disputes it."""
    await runner.run(event(checkout_update("p1", member=world.ada_id, tax=95), at=clock()))
    clock.pass_(73 * HOUR)
    common: dict[str, Any] = {
        "at": clock(),
        "actor": by_member(world.ada_id),
        "guild": GUILD,
        "member": world.ada_id,
    }
    await runner.run(SpendPoints(key=key(), points=120, note=HOSTILE, **common))
    ben = MemberId(world.ben.id)
    await runner.run(TransferPoints(key=key(), points=80, recipient=ben, **common))
    await runner.run(
        SpendPoints(
            key=key(),
            at=clock(),
            actor=by_member(ben),
            guild=GUILD,
            member=ben,
            points=30,
            note="a map",
        )
    )
    update = dispute_update("p1", "dp_1", 594, DisputeStatus.OPEN)
    await runner.run(event(update, at=clock()))
    found = await queries.payment(payment.id)
    assert found is not None
    return await gather(queries, found, clock())


class Page(html.parser.HTMLParser):
    """Notes the tags and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def read(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


def words_of(file: bytes) -> str:
    """The words of a PDF, with one space for each break of a line."""
    pages = PdfReader(io.BytesIO(file)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_each_step_of_the_points_is_found_wherever_they_were(
    disputed: Evidence, world: World
) -> None:
    ada, ben = world.ada.id, world.ben.id
    steps = [(each.kind, each.member, each.points, each.other) for each in disputed.steps]
    assert steps[0] == (TransferKind.PURCHASE, ada, 500, None)
    assert set(steps[1:]) == {
        (TransferKind.SPEND, ada, -120, None),
        (TransferKind.PASS_ON, ada, -80, ben),
        (TransferKind.PASS_ON, ben, 80, ada),
        (TransferKind.SPEND, ben, -30, None),
        (TransferKind.HOLD, ada, -300, None),
        (TransferKind.HOLD, ben, -50, None),
    }
    assert len(steps) == 7
    assert {each.event for each in disputed.messages} == {
        "payment.success",
        "payment.disputed",
        "points.claimed",
    }


async def test_the_page_says_who_bought_what_and_what_for_and_stands_alone(
    disputed: Evidence, world: World
) -> None:
    buyer = EvidencePerson(name=HOSTILE, since=datetime(2020, 2, 3, tzinfo=UTC))
    page = read(render(disputed, buyer))
    for words in (
        f"Discord user {world.ada.id}, “{HOSTILE}”, account made 2020-02-03 00:00:00 UTC",
        "“500 for 499”: 500 points",
        "€5.94",
        "spent: “<script>",
        f"passed on to user {world.ben.id}",
        "spent: “a map”",
        "put on hold for a refund or dispute",
        "dp_1",
        "direct message to the buyer",
        "not delivered yet",
        "Stripe, pi_p1, cs_p1 (test mode: no real money)",
    ):
        assert words in page.words
    names = {tag for tag, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "a"}
    assert not [1 for _, attributes in page.tags if {"src", "href", "onload"} & attributes.keys()]


async def test_the_page_shows_a_claim_in_its_own_currency_and_what_came_back_of_it(
    disputed: Evidence, runner: Runner, queries: Queries, clock: Time
) -> None:
    share = Share(part=1, whole=4)
    yen = dispute_update("p1", "dp_2", 900, DisputeStatus.LOST, currency="JPY", share=share)
    update = replace(yen, returned=Share(part=1, whole=3))
    await runner.run(event(update, at=clock()))
    back = refund_update("p1", "re_1", 150, currency="JPY", share=share)
    await runner.run(event(replace(back, unknown="in_limbo"), at=clock()))
    payment = await queries.payment(disputed.payment.id)
    assert payment is not None
    page = read(render(await gather(queries, payment, clock()), None))
    for words in ("¥900, all but ¥600 came back", "¥150", "in_limbo", "€5.94"):
        assert words in page.words
    assert "€9.00" not in page.words


async def test_the_page_names_the_server_and_what_messages_were_about(disputed: Evidence) -> None:
    page = read(render(replace(disputed, server="Harbour & Co"), None))
    for words in (
        f"Discord server “Harbour & Co” ({GUILD}), by the slash command /buy",
        "The payment succeeded",
        "The payment was disputed",
    ):
        assert words in page.words
    assert "payment.success" not in page.words


async def test_the_pdf_says_the_same_and_stays_small_however_much_there_is(
    disputed: Evidence,
) -> None:
    buyer = EvidencePerson(name="Zoë 漢", since=datetime(2020, 2, 3, tzinfo=UTC))
    few = words_of(render_pdf(disputed, buyer))
    for words in (TITLE, "“Zoë [U+6F22]”", "“500 for 499”: 500 points", "dp_1", "€5.94"):
        assert words in few
    note = "a long note that takes more than one line of its column " * 4
    steps = tuple(replace(disputed.steps[0], note=note) for _ in range(1_000))
    file = render_pdf(replace(disputed, steps=steps), buyer)
    assert len(file) <= MOST_BYTES
    assert len(PdfReader(io.BytesIO(file)).pages) <= MOST_PAGES
    assert "more rows are in the HTML file." in words_of(file)


async def test_no_row_is_too_high_for_a_page(disputed: Evidence, payment: Payment) -> None:
    """Characters that the font lacks are written as numbers, and take much more room."""
    words = "👨\u200d👩\u200d👧\u200d👦" * 80
    check_words(words, Sentence("Note"), NOTE_LENGTH)
    reason = "字" * REASON_LENGTH
    refund = Refund(
        id="re_1",
        status=RefundStatus.PROPOSED,
        amount=euros(1),
        share=Share(part=1, whole=499),
        order=RefundOrder(by=payment.member, at=disputed.gathered_at, reason=reason, request=""),
    )
    found = replace(
        disputed,
        steps=(replace(disputed.steps[0], note=words),) * 3,
        messages=(replace(disputed.messages[0], status="dead", error="no\n" * 500),) * 3,
        payment=replace(disputed.payment, refunds=(refund,) * 3),
    )
    read_back = words_of(render_pdf(found, None))
    assert read_back.count("(whole in the HTML file)") == 9
    assert "None." not in read_back


def test_a_name_turns_nothing_around_it(disputed: Evidence) -> None:
    buyer = EvidencePerson(name="a\u202eb", since=datetime(2020, 2, 3, tzinfo=UTC))
    page = render(replace(disputed, server="c\u202e\nd"), buyer)
    assert "\u202e" not in page
    assert "“ab”" in page
    assert "“c d”" in page


async def test_a_payment_that_was_never_paid_has_a_page_too(
    queries: Queries, payment: Payment, clock: Time
) -> None:
    page = read(render(await gather(queries, payment, clock()), None))
    assert "No points were given." in page.words
    assert "nothing yet" in page.words


async def test_the_button_sends_the_file_to_the_moderator_alone(
    disputed: Evidence, world: World, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    await decide(world, runner, clock)
    payment = disputed.payment
    happened = PaymentDisputed(
        **about(payment, clock()),
        dispute="dp_1",
        disputed=payment.price,
        reason="fraudulent",
        due_by=later(clock(), DAY),
    )
    await deliver("mod", happened)
    card = world.mods.last_message
    assert card is not None
    pressed = await world.mira.click(card, label="Evidence")
    sent = pressed.response
    assert sent is not None
    assert sent.ephemeral
    document, file = sent.attachments
    assert (document.filename, file.filename) == ("evidence-p1.pdf", "evidence-p1.html")
    assert (await document.read()).startswith(b"%PDF-")
    page = read((await file.read()).decode())
    assert "“ada”" in page.words


async def test_the_button_is_for_moderators(
    disputed: Evidence, world: World, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    await decide(world, runner, clock)
    await deliver("mod", FraudWarned(**about(disputed.payment, clock())))
    card = world.mods.last_message
    assert card is not None
    pressed = await world.ben.click(card, label="Evidence")
    assert pressed.response is not None
    assert pressed.response.content == str(NOT_A_MODERATOR)
