"""Each mail whole, as text and as a page, held against what was written down.

`SHOWN=write` writes them down again; read the difference.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from babel import Locale

from payments.domain.values.events import PaymentRefunded
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.time import HOUR, later
from payments.integrations.mail.letter import Letter, as_html, as_text
from payments.notifications.mail import words
from payments.notifications.mail.reader import MailReader
from payments.notifications.mail.words import Shop
from tests.support.make import ADA, GUILD, START, euros
from tests.support.ordered import ordered
from tests.support.paid import paid_payment

SHOP: Final = Shop(
    server="Harbour Guild", provider="Stripe", stop_url="https://bank.example/mail/stop/TOKEN"
)
HOSTILE: Final = Shop(
    server='<img src=x onerror=alert(1)>"&\r\nBcc: eve@example.org\u202e' + "x" * 200,
    stop_url="https://bank.example/mail/stop/A\"B'C<",
)


def _order(state: OrderState) -> Order:
    return ordered(
        state=state,
        fulfilled_at=later(START, HOUR),
        ended_at=later(START, 2 * HOUR),
        reason="It was out of <stock>",
    )


def _refunded() -> PaymentRefunded:
    paid = paid_payment()
    return PaymentRefunded(
        guild=GUILD,
        member=ADA,
        at=START,
        payment=paid.id,
        package=paid.package_name,
        points=paid.points,
        price=paid.price,
        refunded=euros(300),
        amount=euros(100),
        asked_by=None,
    )


LETTERS: Final = {
    "receipt": words.receipt(paid_payment(), SHOP),
    "refund": words.refund(_refunded(), paid_payment(), SHOP),
    "fulfilled": words.fulfilled(_order(OrderState.FULFILLED), SHOP),
    "returned": words.returned(_order(OrderState.RETURNED), SHOP),
    "trial": words.trial("Harbour Guild"),
    "hostile": words.receipt(paid_payment(package_name="<b>Big</b>\n.\nSubject: x"), HOSTILE),
    "unknown_server": words.receipt(paid_payment(), Shop(server=None)),
}
FOLDER: Final = Path(__file__).parent / "shown"


def shown(letter: Letter, language: str) -> str:
    reader = MailReader(Locale.parse(language))
    parts = (reader.say(letter.subject), as_text(letter, reader), as_html(letter, reader))
    return "\n=====\n".join(parts)


@pytest.mark.parametrize("language", ["en", "de", "ar"])
@pytest.mark.parametrize("name", LETTERS)
def test_each_mail_is_as_written_down(name: str, language: str) -> None:
    file = FOLDER / f"{name}.{language}.txt"
    found = shown(LETTERS[name], language)
    if os.environ.get("SHOWN") == "write":
        FOLDER.mkdir(exist_ok=True)
        file.write_text(found)
    assert found == file.read_text()


@pytest.mark.parametrize("name", LETTERS)
def test_a_page_has_no_picture_no_script_and_no_link_but_the_one_that_stops_mail(name: str) -> None:
    page = as_html(LETTERS[name], MailReader())
    lower = page.lower()
    for each in ("<img", "<script", "<link", "<style", "url(", "onerror=alert(1)>", "<iframe"):
        assert each not in lower
    assert lower.count("href=") == (LETTERS[name].stop_url is not None)
    assert lower.count("http") == lower.count("https://bank.example/mail/stop/")
