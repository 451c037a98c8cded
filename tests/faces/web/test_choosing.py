"""The page on which a member chooses how to pay."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import cast

import pytest
from playwright.async_api import Browser, Request

from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.providers.errors import ProviderError, ProviderRefused, ProviderUnavailable
from payments.providers.protocol import PaymentProvider
from payments.providers.requests import OpenedCheckout
from payments.runner.runner import Runner
from payments.services.ways import Ways
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.browsers import CHROMIUM, _function_scoped_runner, browser
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, checkout_update, event, found
from tests.support.selling import sellers_of
from tests.support.ways import begin_purchase
from tests.support.web import PAYMENT, Web, serve
from webhooks.keys import Parts

__all__ = ["_function_scoped_runner", "browser"]

pytestmark = only_on_sqlite

OURS = {"Origin": "https://bank.example"}
FIRST = f"https://pay.example/cs_{PAYMENT}"


@dataclass(slots=True, kw_only=True)
class Shops:
    """The page, and the two providers behind it."""

    web: Web
    queries: Queries
    stripe: FakeProvider
    other: FakeProvider
    away: set[str]
    shut_out: set[GuildId]

    async def post(
        self, provider: str = "stripe", headers: dict[str, str] | None = None, back: str = ""
    ) -> tuple[int, str, str | None]:
        """Press a button: status, page and where it leads."""
        url = f"{self.web.url}/pay/{PAYMENT}/by/{provider}{back}"
        sent = OURS if headers is None else headers
        async with self.web.session.post(url, headers=sent, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers.get("Location")

    async def page(self) -> str:
        status, shown, _ = await self.web.get(f"/pay/{PAYMENT}")
        assert status == 200
        return shown

    async def began(self) -> Payment:
        found = await self.queries.payment(PaymentId(PAYMENT))
        assert found is not None
        return found

    @property
    def opened(self) -> tuple[int, int]:
        return len(self.stripe.opened), len(self.other.opened)


@pytest.fixture
async def shops(
    parts: Parts, runner: Runner, queries: Queries, clock: Time
) -> AsyncIterator[Shops]:
    stripe, other = FakeProvider(), FakeProvider(name="other", title="Other")
    away, shut_out = set[str](), set[GuildId]()

    async def check_sells_in(guild: GuildId) -> None:
        if guild in shut_out:
            raise Refused("Points are not sold on this server.")

    numbers = itertools.count(1)
    both = {each.name: cast("PaymentProvider", each) for each in (stripe, other)}
    ways = Ways(
        runner=runner,
        queries=queries,
        sellers=sellers_of(both, queries=queries),
        clock=clock,
        new_id=lambda: f"0199a3c4-0000-7000-8000-{next(numbers):012}",
        public_url="https://bank.example",
        is_away=away.__contains__,
        check_sells_in=check_sells_in,
    )
    await put_up(runner)
    await runner.run(begin_purchase(PAYMENT))
    async with serve(replace(parts, ways=ways), clock) as web:
        yield Shops(
            web=web, queries=queries, stripe=stripe, other=other, away=away, shut_out=shut_out
        )


async def test_the_page_shows_what_is_bought_and_a_button_for_each_way(shops: Shops) -> None:
    shown = await shops.page()
    for words in ("500 points for €4.99", "Choose how to pay", "500 for 499", "Test mode"):
        assert words in shown
    assert (shown.count("Pay by card (Stripe)"), shown.count("Pay with Other")) == (1, 1)
    assert f'action="../pay/{PAYMENT}/by/stripe"' in shown
    assert "disabled" not in shown


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("end", ["", "/by/stripe", "/success", "/cancel", "/state"])
async def test_whoever_only_looks_opens_nothing(shops: Shops, method: str, end: str) -> None:
    """Previews of links and scanners of messages do."""
    async with shops.web.session.request(method, f"{shops.web.url}/pay/{PAYMENT}{end}") as answer:
        assert answer.status == (405 if end == "/by/stripe" else 200)
    assert (shops.opened, (await shops.began()).provider) == ((0, 0), "")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://bank.example"},
        {"Origin": "https://[bank.example"},
        {"Origin": "https://x@bank.example"},
        {"Origin": "https://bank.example", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_press_that_comes_from_elsewhere_opens_nothing(
    shops: Shops, headers: dict[str, str]
) -> None:
    status, shown, _ = await shops.post(headers=headers)
    assert (status, shops.opened) == (403, (0, 0))
    assert "use the button there" in shown


@pytest.mark.parametrize("headers", [OURS, {"Sec-Fetch-Site": "same-origin"}])
async def test_a_press_leads_to_the_providers_page(shops: Shops, headers: dict[str, str]) -> None:
    status, _, url = await shops.post(headers=headers)
    assert (status, url, shops.opened) == (303, FIRST, (1, 0))


async def test_a_press_again_leads_to_the_same_page_and_the_other_to_another(shops: Shops) -> None:
    pressed = await asyncio.gather(*(shops.post() for _ in range(4)))
    assert {(status, url) for status, _, url in pressed} == {(303, FIRST)}
    assert (await shops.post())[2] == FIRST
    status, _, url = await shops.post("other")
    assert (status, url == FIRST, shops.opened) == (303, False, (1, 1))


async def test_where_the_member_was_goes_along(shops: Shops) -> None:
    _, shown, _ = await shops.web.get(f"/pay/{PAYMENT}?channel=123456789012345678")
    assert 'by/stripe?channel=123456789012345678"' in shown
    assert "https://discord.com/channels/900000000000000001/123456789012345678" in shown
    await shops.post(back="?channel=123456789012345678")
    assert "success?channel=123456789012345678" in (await shops.began()).request


@pytest.mark.parametrize(
    ("failure", "says"),
    [
        (ProviderUnavailable("away"), "cannot be reached right now"),
        (ProviderUnavailable("half a body", answered=True), "cannot be reached right now"),
        (ProviderUnavailable("broken", key_spent=True), "cannot be reached right now"),
        (ProviderRefused("no"), "did not accept this purchase"),
    ],
)
async def test_one_that_fails_closes_only_its_own_button(
    shops: Shops, failure: ProviderError, says: str
) -> None:
    shops.stripe.failures = [failure]
    status, shown, _ = await shops.post()
    assert (status, shown.count("disabled"), shown.count('role="alert"')) == (200, 1, 1)
    assert says in shown
    before, _, after = shown.partition("Pay by card (Stripe)")
    assert "disabled" in before.rpartition("<button")[2]
    assert "disabled" not in after.partition("Pay with Other")[0].rpartition("<button")[2]
    assert (await shops.post("other"))[0] == 303
    assert (await shops.post())[0] == 303, "it may be tried again"
    assert shops.opened == (1, 1)


async def test_one_that_is_known_to_be_away_is_closed_before_it_is_pressed(shops: Shops) -> None:
    shops.away.add("other")
    shown = await shops.page()
    assert shown.count("disabled") == 1
    assert "This can&#39;t be used right now" in shown


async def test_one_that_opens_something_else_leads_nobody_there(shops: Shops) -> None:
    update = checkout_update(PAYMENT, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    dear = OpenedCheckout(url=FIRST, update=replace(update, subtotal=1))
    shops.stripe.opened[f"{PAYMENT}:checkout:1"] = dear
    status, shown, _ = await shops.post()
    assert status == 200
    assert "does not fit this package" in shown
    assert (await shops.post("other"))[0] == 303


@pytest.mark.parametrize("chosen", [False, True])
async def test_where_points_are_not_sold_any_more_nothing_is_chosen_and_nobody_led_on(
    shops: Shops, *, chosen: bool
) -> None:
    """A server was shut out, or left out of the settings, since the purchase was begun."""
    if chosen:
        await shops.post()
    opened = shops.opened
    shops.shut_out.add(GUILD)
    for shown in (await shops.page(), (await shops.post())[1], (await shops.post("other"))[1]):
        assert "Points are not sold on this server." in shown
    assert shops.opened == opened


@pytest.mark.parametrize("name", ["nobody", "%20", "stripe%2Fx"])
async def test_a_way_that_is_not_offered_is_not_opened(shops: Shops, name: str) -> None:
    status, _, _ = await shops.post(name)
    assert (status, shops.opened) == (200, (0, 0))


async def test_once_it_is_paid_the_link_says_so(shops: Shops, runner: Runner) -> None:
    await shops.post()
    await shops.post("other")
    installation = await shops.queries.installation()
    paid = checkout_update(PAYMENT)
    told = replace(event(paid), found=(found(paid, installation),))
    assert (await runner.run(told)).status == "handled"
    status, shown, _ = await shops.web.get(f"/pay/{PAYMENT}")
    assert (status, "500 points added" in shown) == (200, True)
    [other] = [each for each in await shops.queries.ways(await shops.began()) if each.paid_instead]
    _, shown, _ = await shops.web.get(f"/pay/{other.id}/cancel")
    assert "500 points added" in shown, "whoever comes back by the other way reads the same"
    status, shown, _ = await shops.post("other")
    assert (status, "500 points added" in shown) == (200, True)


async def test_after_its_time_it_leads_to_what_is_open_or_says_that_it_is_over(
    shops: Shops, clock: Time
) -> None:
    clock.pass_(CHECKOUT_LIFE - 1)
    assert (await shops.post())[2] == FIRST
    clock.pass_(1)
    _, _, headers = await shops.web.get(f"/pay/{PAYMENT}")
    assert headers["Location"] == FIRST
    clock.pass_(CHECKOUT_LIFE)
    assert "has expired" in await shops.page()


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium")
@pytest.mark.parametrize("scripts", [True, False])
async def test_it_is_used_by_keyboard_without_scripts_and_leads_on(
    shops: Shops, browser: Browser, *, scripts: bool
) -> None:
    """A browser holds the page's policy against where the form leads, and tells its origin."""
    complaints: list[str] = []
    context = await browser.new_context(
        viewport={"width": 390, "height": 740}, java_script_enabled=scripts
    )
    page = await context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(f"{shops.web.url}/pay/{PAYMENT}")
    width = await page.locator("main").bounding_box()
    assert width is not None
    assert width["x"] + width["width"] <= 390
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    async with page.expect_event("requestfailed", _is_away) as left:
        await page.keyboard.press("Enter")
    assert (await left.value).method == "GET", "the name leads nowhere, and it was tried"
    assert (shops.opened, complaints) == ((0, 1), [])


def _is_away(request: Request) -> bool:
    return request.url.startswith("https://pay.example/")
