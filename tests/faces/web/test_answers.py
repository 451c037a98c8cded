"""What goes around every answer of the web face: headers, errors, links, and health."""

import json
import re
from urllib.parse import urljoin

import pytest
from sqlalchemy import text
from yarl import URL

from payments.store.engine.database import Database
from tests.support.databases import on_both, only_on_sqlite
from tests.support.web import BELOW, PAYMENT, Web

pytestmark = only_on_sqlite


@pytest.mark.usefixtures("open_payment")
@pytest.mark.parametrize(
    "path", [f"/pay/{PAYMENT}", f"/pay/{PAYMENT}/success", "/pay/x", "/x", "/static/x"]
)
async def test_every_answer_has_the_security_headers(web: Web, path: str) -> None:
    _, _, headers = await web.get(path)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "payment=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("name", ["pay.css", "pay.js", "coin.svg"])
async def test_what_the_pages_need_is_there(web: Web, name: str) -> None:
    status, _, headers = await web.get(f"/static/{name}")
    assert status == 200
    assert "max-age" in headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "/static",
        "/static/",
        "/static//",
        "/static//etc/passwd",
        "/static/nothing.css",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/pay.css/x",
        "/static/%00",
        pytest.param(f"/static/{'a' * 300}", id="longer than a file's name may be"),
    ],
)
async def test_what_the_pages_do_not_need_is_not_there(web: Web, path: str) -> None:
    async with web.session.get(URL(f"{web.url}{path}", encoded=True)) as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")
        assert await answer.json() == {"message": "There is nothing here."}


@on_both
async def test_an_error_of_ours_tells_nothing(web: Web, database: Database) -> None:
    await database.transact(lambda c: c.execute(text("ALTER TABLE payments RENAME TO gone")))
    status, shown, _ = await web.get(f"/pay/{PAYMENT}/success")
    assert status == 500
    assert "Something went wrong here" in shown
    assert "payments" not in shown


@on_both
async def test_health(web: Web) -> None:
    assert (await web.get("/healthz"))[0] == 200
    status, answer, _ = await web.get("/readyz")
    assert status == 200
    assert json.loads(answer)["status"] == "healthy"


@on_both
async def test_old_migrations_make_it_unready(web: Web, database: Database) -> None:
    old = text("UPDATE alembic_version SET version_num = '0000'")
    await database.transact(lambda connection: connection.execute(old))
    status, answer, _ = await web.get("/readyz")
    assert status == 503
    assert json.loads(answer)["degraded"] == ["migrations"]


@pytest.mark.usefixtures("open_payment")
async def test_all_links_are_relative_so_that_a_proxy_may_put_us_below_a_path(web: Web) -> None:
    for path in (f"/pay/{PAYMENT}/success", f"/pay/{PAYMENT}/cancel", "/pay/x/y/z/nothing"):
        shown = (await web.get(path))[1]
        found = re.findall(r'(?:href|src|data-ask)="([^"]*)"', shown)
        ours = [each for each in found if not each.startswith("https://discord.com/channels/")]
        assert ours
        for each in ours:
            joined = urljoin(f"https://shop.example/below{path}", each)
            assert joined.startswith(("https://shop.example/below/static/", BELOW)), each


@pytest.mark.parametrize(
    ("accept", "kind"), [("text/html,*/*", "text/html"), ("*/*", "application/json")]
)
async def test_errors_are_pages_for_browsers_and_json_for_programs(
    web: Web, accept: str, kind: str
) -> None:
    url = f"{web.url}/nothing/here"
    async with web.session.get(url, headers={"Accept": accept}) as answer:
        assert (answer.status, answer.content_type) == (404, kind)
        assert "There is nothing here" in await answer.text()


async def test_a_wrong_method_names_the_right_one(web: Web) -> None:
    headers = {"Accept": "text/html"}
    async with web.session.get(f"{web.url}/webhooks/stripe", headers=headers) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert "This does not work here" in await answer.text()


async def test_no_answer_tells_what_it_was_made_with(web: Web) -> None:
    for path in ("/healthz", "/pay/x", "/static/pay.css"):
        assert (await web.get(path))[2]["Server"] == "guildbank"
