"""What goes around every answer, in every form in which it is asked for."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs
from yarl import URL

from payments.providers.errors import ProviderUnavailable
from payments.providers.messages import USUAL
from payments.providers.requests import ProviderEvent
from payments.runner.errors import BooksUnavailable
from payments.services.health import Check, Health
from payments.services.inbox import Inbox
from tests.conftest import Time
from tests.support.databases import only_on_sqlite
from tests.support.web import PAYMENT, Web, event_body, serve, sign
from webhooks.app import create_metrics_app
from webhooks.guards import MESSAGES, guard
from webhooks.keys import Parts
from webhooks.server.headers import NOT_KEPT, SECURITY_HEADERS
from webhooks.server.server import WebServer
from webhooks.server.tally import TALLY

pytestmark = only_on_sqlite

NOWHERE = "There is nothing here."


def test_every_answer_tells_browsers_what_they_may_not_do() -> None:
    """The page loads its own style, script, picture and news, and nothing else from anywhere."""
    policy = SECURITY_HEADERS["Content-Security-Policy"].split("; ")
    assert policy == [
        "default-src 'none'",
        *(f"{what}-src 'self'" for what in ("style", "script", "img", "connect")),
        *(f"{what} 'none'" for what in ("base-uri", "form-action", "frame-ancestors")),
    ]
    assert {name: value for name, value in SECURITY_HEADERS.items() if "Policy" not in name} == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000",
        "Server": "guildbank",
    }
    assert SECURITY_HEADERS["Referrer-Policy"] == "no-referrer"
    for kind in ("Opener", "Resource"):
        assert SECURITY_HEADERS[f"Cross-Origin-{kind}-Policy"] == "same-origin"
    assert all(each.endswith("=()") for each in SECURITY_HEADERS["Permissions-Policy"].split(", "))
    assert dict(NOT_KEPT) == {**SECURITY_HEADERS, "Cache-Control": "no-store"}


async def raised(status: int) -> web.Response:
    class Said(web.HTTPException):
        status_code = status

    raise Said(text="what happened inside")


class Metrics:
    """An application without pages, in which handlers fail as they are told."""

    def __init__(self) -> None:
        self.app = create_metrics_app(CollectorRegistry(), Health({}))
        self.app.router.add_get("/fail/{status}", self.fail, name="failing")

    async def fail(self, request: web.Request) -> web.Response:
        status = int(request.match_info["status"])
        if status:
            return await raised(status)
        raise LookupError("what happened inside")


@pytest.fixture
async def url() -> AsyncIterator[str]:
    """Where the application without pages is."""
    server = WebServer(Metrics().app, host="127.0.0.1", port=0)
    await server.start()
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


@pytest.mark.parametrize("accept", ["*/*", "text/html"])
@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This makes no sense."),
        (404, NOWHERE),
        (405, "Not this way."),
        (408, "This takes too long."),
        (413, "The body is too large."),
        (429, "Too much of what this address sent was not genuine."),
        (503, "There is no room for it now. Please send it again."),
        (418, "Something went wrong."),
        (0, "Something went wrong."),
    ],
)
async def test_each_status_has_one_sentence_that_tells_nothing_of_the_inside(
    url: str, status: int, message: str, accept: str
) -> None:
    """Where there are no pages, browsers read what programs read."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{url}/fail/{status}", headers={"Accept": accept}) as answer,
    ):
        assert (answer.status, await answer.json()) == (status or 500, {"message": message})
        assert {name: answer.headers[name] for name in NOT_KEPT} == NOT_KEPT
        assert "Allow" not in answer.headers
    assert len(MESSAGES) == 7


async def test_a_fault_of_ours_is_logged_with_the_way_that_was_asked_for(url: str) -> None:
    with capture_logs() as lines:
        async with aiohttp.ClientSession() as session:
            await session.get(f"{url}/fail/0")
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("web.failed", "error")
    assert (line["kind"], line["route"]) == ("LookupError", "failing")
    assert str(line["exc_info"]) == "what happened inside"


async def test_a_fault_on_a_way_without_a_name_is_logged_too() -> None:
    app = create_metrics_app(CollectorRegistry(), Health({"one": Check(look=_never)}))
    with capture_logs() as lines:
        server = WebServer(app, host="127.0.0.1", port=0)
        app.router.add_get("/other", _fail)
        await server.start()
        async with aiohttp.ClientSession() as session:
            await session.get(f"http://127.0.0.1:{server.port}/other")
        await server.close()
    assert [(line["event"], line["route"]) for line in lines] == [("web.failed", "")]


async def _fail(request: web.Request) -> web.Response:
    del request
    raise LookupError


async def _never() -> str:
    return "ok"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/webhooks/stripe", "POST"),
        ("PUT", "/webhooks/stripe", "POST"),
        ("POST", "/healthz", "GET,HEAD"),
        ("DELETE", f"/pay/{PAYMENT}/state", "GET,HEAD"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(
    web: Web, method: str, path: str, allowed: str
) -> None:
    async with web.session.request(method, f"{web.url}{path}") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, allowed)
        assert await answer.json() == {"message": "Not this way."}


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/pay/nobody", "*/*", "text/html"),
        ("/pay/nobody/success", "application/json", "text/html"),
        ("/pay/nobody/state", "*/*", "application/json"),
        ("/pay/nobody/state", "text/html,*/*", "text/html"),
        ("/payment", "*/*", "application/json"),
        ("/webhooks/nobody", "", "application/json"),
        ("/nowhere", "text/html", "text/html"),
    ],
)
async def test_people_read_a_page_and_programs_json(
    web: Web, path: str, accept: str, kind: str
) -> None:
    async with web.session.get(f"{web.url}{path}", headers={"Accept": accept}) as answer:
        assert answer.content_type == kind
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("open_payment")
async def test_a_redirection_has_the_headers_and_is_kept_by_nobody(web: Web) -> None:
    status, _, headers = await web.get(f"/pay/{PAYMENT}")
    assert status == 303
    assert {name: headers[name] for name in NOT_KEPT} == NOT_KEPT


async def test_what_may_be_kept_says_so_and_everything_else_may_not(web: Web) -> None:
    for path, kept in (
        ("/static/pay.css", "max-age=3600"),
        ("/static/nothing", "no-store"),
        ("/healthz", "no-store"),
        ("/readyz", "no-store"),
        ("/pay/nobody", "no-store"),
    ):
        headers = (await web.get(path))[2]
        assert headers["Cache-Control"] == kept, path
        assert headers["X-Frame-Options"] == "DENY", path


@pytest.mark.parametrize("path", ["/healthz%00", "/healthz%ED%A0%80", "/static/%00"])
async def test_a_path_that_no_database_takes_leads_nowhere_before_anybody_reads_it(
    web: Web, path: str
) -> None:
    async with web.session.get(URL(f"{web.url}{path}", encoded=True)) as answer:
        assert (answer.status, await answer.json()) == (404, {"message": NOWHERE})


async def test_a_path_that_cannot_be_stored_reaches_no_handler() -> None:
    asked: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response()

    app = web.Application(middlewares=[guard])
    app[TALLY] = create_metrics_app(CollectorRegistry(), Health({}))[TALLY]
    app.router.add_get("/{rest}", handler)
    server = WebServer(app, host="127.0.0.1", port=0)
    await server.start()
    async with aiohttp.ClientSession() as session:
        for path, status in (("/a%00", 404), ("/a", 200)):
            found = URL(f"http://127.0.0.1:{server.port}{path}", encoded=True)
            async with session.get(found) as answer:
                assert answer.status == status
    await server.close()
    assert asked == ["/a"]


async def test_what_was_not_kept_shall_be_sent_again(
    parts: Parts, clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unavailable(*_: object) -> None:
        raise BooksUnavailable("the disk is full")

    monkeypatch.setattr(Inbox, "receive", unavailable)
    async with serve(parts, clock) as web_face:
        body = event_body("invoice.paid")
        url, headers = f"{web_face.url}/webhooks/stripe", signed(web_face, body)
        async with web_face.session.post(url, data=body, headers=headers) as answer:
            message = json.loads(await answer.text())
            assert (answer.status, message) == (503, {"message": "Not kept. Please send it again."})
        name, labels = "guildbank_webhook_requests_total", {"provider": "stripe", "status": "503"}
        assert web_face.registry.get_sample_value(name, labels) == 1


class CannotAsk:
    """Reads messages of which only the provider can tell whether they are genuine; it is away."""

    answers = USUAL

    async def read(self, _body: bytes, _headers: object, _now: object) -> ProviderEvent:
        raise ProviderUnavailable("it does not answer")


async def test_what_could_not_be_checked_shall_be_sent_again(parts: Parts, clock: Time) -> None:
    provider, _ = parts.webhooks["stripe"]
    asking = replace(parts, webhooks={"stripe": (provider, CannotAsk())})
    async with serve(asking, clock) as web_face:
        url = f"{web_face.url}/webhooks/stripe"
        for _ in range(2):
            async with web_face.session.post(url, data="{}") as answer:
                assert (answer.status, await answer.json()) == (
                    503,
                    {"message": "Not kept. Please send it again."},
                )
    rows = await parts.queries.due_inbox_events(clock())
    assert list(rows) == []


def signed(web_face: Web, body: str) -> dict[str, str]:
    return {"Stripe-Signature": sign(body.encode(), web_face.clock)}
