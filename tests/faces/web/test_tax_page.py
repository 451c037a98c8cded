"""Where a way to pay must be given the tax, its buyer says where they live, and sees the total."""

import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import cast

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.tax import PaymentTax, TaxBehavior, TaxRule
from payments.integrations.tax.errors import TaxRefused, TaxUnavailable
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.taxes import Taxes
from payments.services.ways import Ways
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.tax_quotes import TaxQuotes
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import checkout_update, event, package
from tests.support.selling import sellers_of
from tests.support.taxing import FlatTaxes
from tests.support.ways import begin_purchase
from tests.support.web import PAYMENT, Web, serve
from webhooks.keys import Parts
from webhooks.server.tries import MOST, Tries

pytestmark = only_on_sqlite

OURS = {"Origin": "https://bank.example"}
GERMANY = {"country": "DE", "postal_code": "10115"}
AGREED = GERMANY | {"tax": "95", "total": "594"}


@dataclass(slots=True, kw_only=True)
class Shop:
    """The page, the provider behind it, and who computes taxes."""

    web: Web
    queries: Queries
    provider: FakeProvider
    flat: FlatTaxes
    tries: Tries

    async def post(self, form: dict[str, str] | None = None) -> tuple[int, str, str | None]:
        """Press a button: status, page and where it leads."""
        url = f"{self.web.url}/pay/{PAYMENT}/by/other"
        async with self.web.session.post(
            url, data=form, headers=OURS, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location")

    async def payment(self) -> Payment:
        found = await self.queries.payment(PaymentId(PAYMENT))
        assert found is not None
        return found

    @property
    def asked(self) -> int:
        return len(self.flat.asked)


Open = Callable[..., Awaitable[Shop]]


@pytest.fixture
async def open_shop(
    parts: Parts, runner: Runner, queries: Queries, database: Database, clock: Time
) -> AsyncIterator[Open]:
    stack = []

    async def start(behavior: TaxBehavior = TaxBehavior.EXCLUSIVE) -> Shop:
        provider, flat, tries = FakeProvider(name="other", title="Other"), FlatTaxes(), Tries()
        taxes = Taxes(services={"flat": flat}, quotes=TaxQuotes(database), clock=clock)

        async def sells(_: object) -> None:
            """Everywhere."""

        numbers = itertools.count(1)
        ways = Ways(
            runner=runner,
            queries=queries,
            sellers=sellers_of({"other": cast("PaymentProvider", provider)}, queries=queries),
            clock=clock,
            new_id=lambda: f"0199a3c4-0000-7000-8000-{next(numbers):012}",
            public_url="https://bank.example",
            is_away=lambda _: False,
            check_sells_in=sells,
            taxes=taxes,
        )
        taxed = replace(package(), tax=TaxRule(behavior=behavior))
        await put_up(runner, taxed)
        await runner.run(begin_purchase(PAYMENT, of=taxed))
        serving = serve(replace(parts, ways=ways, tax_tries=tries), clock)
        web = await serving.__aenter__()
        stack.append(serving)
        return Shop(web=web, queries=queries, provider=provider, flat=flat, tries=tries)

    yield start
    for serving in stack:
        await serving.__aexit__(None, None, None)


def text_of(page: str) -> str:
    """What stands on a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_the_place_is_asked_then_the_total_shown_and_only_then_it_is_opened(
    open_shop: Open,
) -> None:
    shop = await open_shop()
    status, asking, _ = await shop.post()
    assert (status, len(shop.provider.opened), shop.asked) == (200, 0, 0)
    assert "Where do you live?" in asking
    assert "Test mode: no real money" in asking
    assert '<option value="DE">Germany</option>' in asking
    status, shown, _ = await shop.post(GERMANY)
    assert (status, len(shop.provider.opened)) == (200, 0)
    assert "Price €4.99 Tax €0.95 You pay €5.94" in text_of(shown)
    assert "Pay €5.94" in shown
    status, _, url = await shop.post(AGREED)
    assert (status, url) == (303, f"https://pay.example/cs_{PAYMENT}")
    payment = await shop.payment()
    assert payment.tax == PaymentTax(
        rule=TaxRule(behavior=TaxBehavior.EXCLUSIVE), asked=95, quote="flat:calc_1"
    )
    assert payment.price == Money(minor=499, currency="EUR")
    assert payment.mismatch is None
    assert shop.asked == 1  # the second press found it


async def test_a_tax_that_is_in_the_price_is_shown_and_changes_no_total(open_shop: Open) -> None:
    shop = await open_shop(TaxBehavior.INCLUSIVE)
    _, shown, _ = await shop.post(GERMANY)
    assert "Price €4.99 Tax included €0.80 You pay €4.99" in text_of(shown)
    status, _, _ = await shop.post(GERMANY | {"tax": "80", "total": "499"})
    assert status == 303
    payment = await shop.payment()
    assert payment.tax is not None
    assert (payment.tax.asked, payment.mismatch) == (80, None)


async def test_below_a_page_stands_what_was_paid_and_before_that_what_comes_on_top(
    open_shop: Open, runner: Runner, clock: Time
) -> None:
    shop = await open_shop()
    await shop.post(AGREED)

    async def shown() -> str:
        async with shop.web.session.get(f"{shop.web.url}/pay/{PAYMENT}/success") as answer:
            return text_of(await answer.text())

    assert "500 for 499 · €4.99 plus tax" in await shown()
    paid = replace(checkout_update(PAYMENT, tax=95), tax=95)
    await runner.run(event(paid, at=clock()))
    assert "500 for 499 · €5.94" in await shown()


@pytest.mark.parametrize(
    "form", [AGREED | {"tax": "0", "total": "499"}, AGREED | {"total": "1"}, AGREED | {"tax": "x"}]
)
async def test_a_total_that_is_not_the_computed_one_is_shown_again(
    open_shop: Open, form: dict[str, str]
) -> None:
    """Whatever the browser sends, nobody pays another tax than was computed."""
    shop = await open_shop()
    status, shown, _ = await shop.post(form)
    assert (status, len(shop.provider.opened)) == (200, 0)
    assert "The tax has just changed." in shown
    assert "You pay €5.94" in text_of(shown)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"country": "", "postal_code": ""}, "Choose your country from the list."),
        ({"country": "XX", "postal_code": ""}, "Choose your country from the list."),
        ({"country": "US", "postal_code": ""}, "The tax depends on your postal code there."),
        ({"country": "US", "postal_code": "1000"}, "A ZIP code has five digits."),
        ({"country": "DE", "postal_code": "<b>"}, "This is not a postal code."),
        ({"country": "FR", "postal_code": "75001"}, "No tax is known for this place."),
    ],
)
async def test_a_place_that_cannot_be_is_asked_again_with_the_reason(
    open_shop: Open, form: dict[str, str], words: str
) -> None:
    shop = await open_shop()
    status, shown, _ = await shop.post(form)
    assert (status, len(shop.provider.opened)) == (200, 0)
    assert words in shown
    assert "<b>" not in shown.partition("Where do you live?")[2].partition("</b>")[2]


async def test_while_nobody_answers_nothing_is_sold_this_way(open_shop: Open) -> None:
    shop = await open_shop()
    shop.flat.trouble = TaxUnavailable("away")
    status, shown, _ = await shop.post(GERMANY)
    assert (status, len(shop.provider.opened)) == (200, 0)
    assert "The tax cannot be computed right now, so this way to pay cannot be used." in shown
    assert "Choose another way to pay" in shown


async def test_what_is_refused_for_another_reason_is_said_without_its_words(
    open_shop: Open,
) -> None:
    shop = await open_shop()
    shop.flat.trouble = TaxRefused("Flat: secret words")
    _, shown, _ = await shop.post(GERMANY)
    assert "The tax could not be computed. Nothing was charged." in shown
    assert "secret" not in shown


async def test_nobody_makes_us_compute_without_end(open_shop: Open) -> None:
    shop = await open_shop()
    for number in range(MOST):
        await shop.post({"country": "DE", "postal_code": f"{10000 + number}"})
    status, shown, _ = await shop.post({"country": "DE", "postal_code": "99999"})
    assert (status, shop.asked) == (200, MOST)
    assert "This was tried too often." in shown


async def test_a_form_that_is_too_long_is_not_read(open_shop: Open) -> None:
    shop = await open_shop()
    status, _, _ = await shop.post(GERMANY | {"more": "x" * 5000})
    assert (status, shop.asked) == (413, 0)


async def test_one_that_is_open_is_found_without_asking_again(open_shop: Open) -> None:
    shop = await open_shop()
    await shop.post(AGREED)
    await shop.post(AGREED)
    status, _, url = await shop.post()
    assert (status, url) == (303, f"https://pay.example/cs_{PAYMENT}")


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("application/x-www-form-urlencoded; charset=nonsense", b"country=DE", 200),
        ("application/x-www-form-urlencoded; charset=utf-16", b"country=DE", 200),
        ("multipart/form-data", b"country=DE", 200),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nDE\r\n--x--", 200),
        ("application/x-www-form-urlencoded", b"country=\xff", 400),
        ("application/x-www-form-urlencoded", b"country=%FF%00&postal_code=%ED%A0%80", 200),
        ("application/x-www-form-urlencoded", b"&".join(b"x=1" for _ in range(100)), 400),
    ],
)
async def test_a_form_that_no_browser_sends_is_no_fault_of_ours(
    open_shop: Open, head: str, body: bytes, status: int
) -> None:
    shop = await open_shop()
    url, headers = f"{shop.web.url}/pay/{PAYMENT}/by/other", OURS | {"Content-Type": head}
    async with shop.web.session.post(url, data=body, headers=headers) as answer:
        assert (answer.status, len(shop.provider.opened)) == (status, 0)


async def test_a_form_that_does_not_say_its_length_is_not_read_to_its_end(open_shop: Open) -> None:
    shop = await open_shop()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"country=DE&postal_code=10115&more="
        yield b"x" * 5000

    url = f"{shop.web.url}/pay/{PAYMENT}/by/other"
    headers = OURS | {"Content-Type": "application/x-www-form-urlencoded"}
    async with shop.web.session.post(url, data=pieces(), headers=headers) as answer:
        assert (answer.status, shop.asked) == (413, 0)


async def test_no_tax_is_computed_for_a_purchase_that_has_ended(
    open_shop: Open, clock: Time
) -> None:
    """Each computation costs money, and whoever has the link could ask for another place."""
    shop = await open_shop()
    clock.pass_(CHECKOUT_LIFE)
    status, shown, _ = await shop.post(GERMANY)
    assert (status, shop.asked) == (200, 0)
    assert "expired" in shown
