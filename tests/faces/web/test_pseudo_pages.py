"""Every page in the pseudo-language: no word of a template stands outside of a sentence."""

import re
from html.parser import HTMLParser

import pytest

from payments.runner.runner import Runner
from tests.support import pseudo
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.outgoing import glued, past_a_sentence
from tests.support.ways import begin_purchase
from tests.support.web import PAYMENT, Web, event_body, session_object

pytestmark = only_on_sqlite

KNOWN = frozenset({"Guildbank", "500 for 499"})
"""Names of the program and of what is for sale."""

READ_ALOUD = frozenset({"alt", "aria-label", "placeholder", "title", "value"})
"""Attributes that people read or hear."""

PAID = {"payment_status": "paid"}
COMING = {"payment_status": "unpaid"}


class _Words(HTMLParser):
    """Collects what people read in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.words += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_data(self, data: str) -> None:
        self.words += [data.strip()] if data.strip() else []


def words_of(page: str) -> list[str]:
    """All that people read in a page, text by text."""
    parser = _Words()
    parser.feed(re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL))
    return parser.words


@pytest.mark.parametrize(
    ("told", "path", "status", "sentences"),
    [
        (None, "/", 200, 2),
        (None, "/pay/nowhere", 404, 3),
        (None, f"/pay/{PAYMENT}/cancel", 200, 7),
        (None, f"/pay/{PAYMENT}/success", 200, 7),
        (COMING, f"/pay/{PAYMENT}/success", 200, 7),
        (PAID, f"/pay/{PAYMENT}/success", 200, 6),
        (PAID, f"/pay/{PAYMENT}/cancel", 200, 6),
    ],
)
@pytest.mark.usefixtures("open_payment")
async def test_whatever_stands_in_a_page_is_a_sentence(
    web: Web,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, str] | None,
    path: str,
    status: int,
    sentences: int,
) -> None:
    pseudo.speak(monkeypatch)
    if told is not None:
        session = session_object(**told)
        body = event_body("checkout.session.completed", id="evt_1", session=session)
        assert await web.post(body) == 200
    answered, page, _ = await web.get(path)
    assert answered == status
    words = words_of(page)
    assert sum(pseudo.OPENS in each for each in words) == sentences, words
    assert past_a_sentence(words, KNOWN) == {}
    assert glued(words) == []


async def test_so_is_what_stands_where_one_chooses_how_to_pay(
    web: Web, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    pseudo.speak(monkeypatch)
    await put_up(runner)
    await runner.run(begin_purchase(PAYMENT))
    answered, page, _ = await web.get(f"/pay/{PAYMENT}")
    words = words_of(page)
    assert (answered, sum(pseudo.OPENS in each for each in words)) == (200, 6), words
    assert past_a_sentence(words, KNOWN) == {}
    assert glued(words) == []
