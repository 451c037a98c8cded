"""Pay links and the pages that members come back to, health, and what goes around every answer."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from payments.commands.base import SYSTEM, Undo
from payments.commands.guild.settings import ChangeSettings
from payments.commands.payments.provider_calls import EndCall
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.points_names import PointsNames
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest, CallStatus
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import Instant
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import on_both, only_on_sqlite
from tests.support.make import GUILD, START, checkout_update, event, initiate, key
from tests.support.web import PAYMENT, Web, event_body, serve, session_object
from webhooks.keys import Parts

pytestmark = only_on_sqlite

UNPAID = {"payment_status": "unpaid"}
PAST_ITS_END = 2_000_000_000_000_000
EXPIRED = {"payment_status": "unpaid", "status": "expired", "payment_intent": None}


async def tell(web: Web, kind: str, number: int = 1, **changes: Any) -> None:
    session = session_object(**changes)
    body = event_body(f"checkout.session.{kind}", id=f"evt_{number}", session=session)
    assert await web.post(body) == 200


async def page(web: Web, end: str = "success") -> str:
    status, shown, _ = await web.get(f"/pay/{PAYMENT}/{end}")
    assert status == 200
    return shown


async def news(web: Web) -> dict[str, object]:
    status, answer, headers = await web.get(f"/pay/{PAYMENT}/state")
    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    found: dict[str, object] = json.loads(answer)
    return found


@pytest.mark.usefixtures("open_payment")
async def test_the_pay_link_leads_to_the_checkout_while_it_is_open(web: Web) -> None:
    status, _, headers = await web.get(f"/pay/{PAYMENT}")
    assert (status, headers["Location"]) == (303, f"https://checkout.example/{PAYMENT}")


async def test_a_buyer_whose_money_was_declined_is_led_back_to_the_checkout(
    parts: Parts, clock: Time, runner: Runner, open_payment: str
) -> None:
    came: list[Payment] = []
    call = CallRequest(kind=CallKind.CAPTURE, object=f"cs_{open_payment}", request="{}")
    update = checkout_update(open_payment, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    await runner.run(event(replace(update, call=call)))
    async with serve(replace(parts, came_back=came.append), clock) as web:
        assert "Waiting for the confirmation" in await page(web)
        refused = EndCall(
            key=key(),
            at=START,
            actor=SYSTEM,
            guild=GUILD,
            call=CallKey("stripe", CallKind.CAPTURE, call.object),
            payment=PaymentId(open_payment),
            attempt=1,
            status=CallStatus.REFUSED,
            reason="declined",
        )
        await runner.run(refused)
        shown = await page(web)
        assert "The payment was declined" in shown
        assert f'href="../../pay/{open_payment}"' in shown
        assert (await news(web))["final"] is False
        await tell(web, "completed")
        assert "500 points" in await page(web)
    assert {each.id for each in came} == {open_payment}
    assert len(came) == 4, "whoever waits, too"


@pytest.mark.usefixtures("open_payment")
async def test_then_to_what_became_of_it(web: Web) -> None:
    await tell(web, "completed")
    status, _, headers = await web.get(f"/pay/{PAYMENT}")
    assert (status, headers["Location"]) == (303, f"../pay/{PAYMENT}/success")


async def test_a_link_whose_checkout_is_not_open_yet_waits(web: Web, runner: Runner) -> None:
    await put_up(runner)
    await runner.run(initiate(PAYMENT))
    status, shown, _ = await web.get(f"/pay/{PAYMENT}")
    assert status == 200
    assert "Waiting for the confirmation" in shown


@pytest.mark.usefixtures("open_payment")
async def test_the_success_page_waits_until_the_points_are_there(web: Web) -> None:
    """Whoever comes back is not believed: only the provider's word counts."""
    assert "Waiting for the confirmation" in await page(web)
    assert (await news(web))["final"] is False
    await tell(web, "completed")
    assert "500 points added" in await page(web)
    assert (await news(web))["final"] is True


@pytest.mark.usefixtures("open_payment")
async def test_the_pages_call_points_as_the_guild_does(web: Web, runner: Runner) -> None:
    names = PointsNames(one="shell", many="shells", symbol="🐚")
    settings = GuildSettings(guild=GUILD, points=names)
    await runner.run(
        ChangeSettings(key=key(), at=START, actor=SYSTEM, guild=GUILD, settings=settings)
    )
    assert "Then 500 shells 🐚 are yours" in await page(web)
    await tell(web, "completed")
    assert "500 shells 🐚 added" in await page(web)
    assert (await news(web))["title"] == "500 shells 🐚 added"


@pytest.mark.usefixtures("open_payment")
@pytest.mark.parametrize(
    ("kind", "changes", "title"),
    [
        ("completed", UNPAID, "Your payment is on its way"),
        ("async_payment_failed", UNPAID, "The payment did not go through"),
        ("expired", EXPIRED, "This checkout has expired"),
        ("completed", {"amount_subtotal": 1}, "A moderator is looking at this payment"),
    ],
)
async def test_each_state_has_its_words(
    web: Web, kind: str, changes: dict[str, Any], title: str
) -> None:
    await tell(web, kind, **changes)
    assert title in await page(web)
    assert (await news(web))["title"] == title


@pytest.mark.usefixtures("open_payment")
async def test_the_cancel_page_says_that_nothing_was_charged_and_leads_back(web: Web) -> None:
    shown = await page(web, "cancel")
    assert "Nothing was charged" in shown
    assert f'href="../../pay/{PAYMENT}"' in shown


@pytest.mark.usefixtures("open_payment")
async def test_the_cancel_page_tells_the_truth_to_whoever_has_paid(web: Web) -> None:
    await tell(web, "completed")
    assert "500 points added" in await page(web, "cancel")


async def test_a_payment_that_was_given_up_says_so(web: Web, runner: Runner) -> None:
    await put_up(runner)
    begun = initiate(PAYMENT)
    await runner.run(begun)
    await runner.run(Undo.of(begun, PaymentId(PAYMENT), at=START))
    assert "The payment did not go through" in await page(web)


@pytest.mark.parametrize(
    "path",
    [
        "/pay/nobody",
        "/pay/nobody/success",
        "/pay/nobody/cancel",
        "/pay/%3Cscript%3E/success",
        "/pay/..%2f..%2fetc%2fpasswd/success",
        f"/pay/{'9' * 3000}/success",
        "/pay/%00/success",
    ],
)
async def test_a_link_that_leads_nowhere_has_a_friendly_page(web: Web, path: str) -> None:
    status, shown, headers = await web.get(path)
    assert status == 404
    assert "There is nothing here" in shown
    assert "<script>" not in shown
    assert headers["Content-Type"].startswith("text/html")


@pytest.mark.usefixtures("open_payment")
async def test_what_people_named_is_escaped(web: Web, database: Database) -> None:
    rename = text("UPDATE payments SET package_name = '<img src=x onerror=alert(1)>'")
    await database.transact(lambda connection: connection.execute(rename))
    shown = await page(web)
    assert "&lt;img" in shown
    assert "<img" not in shown


@pytest.mark.usefixtures("open_payment")
async def test_a_page_says_nothing_of_who_bought_and_how(web: Web) -> None:
    await tell(web, "completed")
    shown = await page(web)
    assert "100000000000000001" not in shown
    assert "cs_" not in shown
    assert "pi_" not in shown


@pytest.mark.usefixtures("open_payment")
@pytest.mark.parametrize("end", ["", "/success", "/cancel"])
async def test_a_checkout_whose_time_is_over_is_not_offered(
    web: Web, clock: Time, end: str
) -> None:
    await tell(web, "expired", payment_status="unpaid", status="open", payment_intent=None)
    clock.now = Instant(PAST_ITS_END)
    status, shown, _ = await web.get(f"/pay/{PAYMENT}{end}")
    assert status == 200
    assert "This checkout has expired" in shown
    assert "checkout.example" not in shown
    assert (await news(web))["final"] is False  # it may have been paid in its last second


@pytest.mark.usefixtures("open_payment")
async def test_a_payment_in_doubt_is_not_paid_again(web: Web) -> None:
    await tell(web, "expired", amount_subtotal=1, payment_status="unpaid", status="open")
    for end in ("", "/cancel"):
        status, shown, _ = await web.get(f"/pay/{PAYMENT}{end}")
        assert status == 200
        assert "A moderator is looking at this payment" in shown


@pytest.mark.usefixtures("open_payment")
async def test_no_real_money_says_so(web: Web, database: Database) -> None:
    assert "Test mode" in await page(web)
    live = text("UPDATE payments SET livemode = 1")
    await database.transact(lambda connection: connection.execute(live))
    assert "Test mode" not in await page(web)


@pytest.mark.usefixtures("open_payment")
async def test_one_point_is_one_point(web: Web, database: Database) -> None:
    one = text("UPDATE payments SET points = 1")
    await database.transact(lambda connection: connection.execute(one))
    assert "Then 1 point is yours." in await page(web)


@pytest.mark.usefixtures("open_payment")
async def test_an_id_in_another_spelling_is_none(web: Web) -> None:
    for spelling in (PAYMENT.upper(), PAYMENT.replace("-", ""), f"{{{PAYMENT}}}"):
        assert (await web.get(f"/pay/{spelling}/success"))[0] == 404


@pytest.mark.usefixtures("open_payment")
async def test_the_page_renews_itself_without_scripts_until_it_is_final(web: Web) -> None:
    assert '<noscript><meta http-equiv="refresh"' in await page(web)
    await tell(web, "completed")
    shown = await page(web)
    assert "refresh" not in shown
    assert "<script" not in shown


@on_both
@pytest.mark.parametrize("end", ["", "/success", "/state"])
async def test_an_address_that_no_database_can_look_for_leads_nowhere(web: Web, end: str) -> None:
    status, _, _ = await web.get(f"/pay/a%00b{end}")
    assert status == 404
