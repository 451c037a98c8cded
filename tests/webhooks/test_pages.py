"""Pay links and the pages that members come back to, health, and what goes around every answer."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from payments.commands.base import Undo
from payments.domain.ids import PaymentId
from payments.runner import Runner
from payments.store.engine import Database
from tests.make import START, initiate
from tests.test_runner import put_up
from tests.webhooks.conftest import PAYMENT, Web, event_body, session_object

UNPAID = {"payment_status": "unpaid"}
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
    status, told, headers = await web.get(f"/pay/{PAYMENT}/state")
    assert status == 200
    assert headers["Content-Type"].startswith("application/json")
    found: dict[str, object] = json.loads(told)
    return found


@pytest.mark.usefixtures("open_payment")
async def test_the_pay_link_leads_to_the_checkout_while_it_is_open(web: Web) -> None:
    status, _, headers = await web.get(f"/pay/{PAYMENT}")
    assert (status, headers["Location"]) == (303, f"https://checkout.example/{PAYMENT}")


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
    assert "+500 points are yours" in await page(web)
    assert (await news(web))["final"] is True


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
    assert "+500 points are yours" in await page(web, "cancel")


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
@pytest.mark.parametrize("path", [f"/pay/{PAYMENT}", f"/pay/{PAYMENT}/success", "/pay/x", "/x"])
async def test_every_answer_has_the_security_headers(web: Web, path: str) -> None:
    _, _, headers = await web.get(path)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("name", ["pay.css", "pay.js", "coin.svg"])
async def test_what_the_pages_need_is_there(web: Web, name: str) -> None:
    status, _, headers = await web.get(f"/static/{name}")
    assert status == 200
    assert "max-age" in headers["Cache-Control"]


async def test_an_error_of_ours_tells_nothing(web: Web, database: Database) -> None:
    await database.transact(lambda c: c.execute(text("ALTER TABLE payments RENAME TO gone")))
    status, shown, _ = await web.get(f"/pay/{PAYMENT}/success")
    assert status == 500
    assert "Something went wrong here" in shown
    assert "payments" not in shown


async def test_health(web: Web) -> None:
    assert (await web.get("/healthz"))[0] == 200
    status, told, _ = await web.get("/readyz")
    assert status == 200
    assert json.loads(told)["status"] == "healthy"


async def test_old_migrations_make_it_unready(web: Web, database: Database) -> None:
    old = text("UPDATE alembic_version SET version_num = '0000'")
    await database.transact(lambda connection: connection.execute(old))
    status, told, _ = await web.get("/readyz")
    assert status == 503
    assert json.loads(told)["degraded"] == ["migrations"]
