"""The demo's page: the simulated Discord on the left, who takes the money on the right.

It is also the one address of the demo: the bot's own web pages and SimCord's Preview are passed on
from here, so that they can be shown in frames.
"""

import html
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from itertools import groupby
from pathlib import Path

import aiohttp
import jinja2
from aiohttp import web

from sandbox.demo.drawn import Drawn, Json, is_shown, is_stale
from sandbox.demo.forward import forward, let_ourselves_frame, own_origin
from sandbox.demo.premium import SKUS
from sandbox.demo.screen import SEATS, Screen
from sandbox.demo.takers import DISCORD, TITLES
from sandbox.demo.world import PARTS
from sandbox.mail.pages import MailPages
from sandbox.mail.server import Mailbox

HERE = Path(__file__).parent

_DISCORD_PAGE = "/discord"
_ACTION, _STATE = "/api/action", "/api/state"
_GIVES_STATE = frozenset({("POST", "/api/pages"), ("GET", _STATE)})
_INJECTED = (
    '<meta name="people" content="{people}"><meta name="store" content="{store}">'
    '<link rel="stylesheet" href="/shell/frame.css">'
    '<script src="/shell/frame.js" defer></script></head>'
)
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "frame-src http://127.0.0.1:* http://localhost:*; base-uri 'none'; frame-ancestors 'none'"
)
_OPENED = {".html": "text/html; charset=utf-8", ".pdf": "application/pdf"}
"""Kinds of files that a browser shows."""

_OF_FILES = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Shell:
    """The page's server.

    Args:
        port: Where it is; 0 takes a free port.
        mailbox: What the bot has mailed.
    """

    def __init__(self, *, port: int = 0, mailbox: Mailbox | None = None) -> None:
        self._port = port
        self._mailbox = mailbox or Mailbox()
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession
        self._screen: Screen | None = None
        self._web = ""
        self._takers: Mapping[str, str] = {}
        self._pages: Mapping[str, str] = {}
        self._turns = 0
        self._drawn = Drawn()
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
        )

    @property
    def url(self) -> str:
        """Where the page is, such as `http://127.0.0.1:8000`."""
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: The port is taken.
        """
        app = web.Application(middlewares=[self._only_here], client_max_size=32 * 1024**2)
        app.router.add_get("/", self._page)
        app.router.add_get("/shell/state", self._state)
        app.router.add_post("/shell/seat/{seat}", self._sit)
        app.router.add_get("/shell/files/{message:[0-9]+}/{name}", self._file)
        app.router.add_static("/shell/", HERE / "static")
        for name in TITLES:
            app.router.add_route("*", f"/{{taker:{name}}}/{{path:.*}}", self._to_taker)
        MailPages(self._mailbox).add_routes(app)
        for of_bot in ("pay", "mail", "webhooks", "static"):
            app.router.add_route("*", f"/{of_bot}/{{rest:.*}}", self._to_bot)
        app.router.add_route("*", "/store/{rest:.*}", self._to_store)
        app.router.add_route("*", "/{rest:.*}", self._to_discord)
        # Connections are not kept, so that no timer of theirs outlives a command (see `stage`).
        connector = aiohttp.TCPConnector(force_close=True)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        except OSError:
            await self.close()
            raise
        self._port = self._runner.addresses[0][1]

    def connect(self, takers: Mapping[str, str], pages: Mapping[str, str]) -> None:
        """Say where who takes the money is, by name; the bot needs it from its start.

        Args:
            takers: Where their APIs are.
            pages: Where their pages are.
        """
        self._takers, self._pages = takers, pages

    def show(self, *, screen: Screen, web: str) -> None:
        """Say what is to be shown: the Discord, and the bot's web server."""
        self._screen = screen
        self._web = web

    async def close(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
        await self._session.close()

    @web.middleware
    async def _only_here(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer this machine's own browser only, and no other site's page in it."""
        if request.host not in {f"127.0.0.1:{self._port}", f"localhost:{self._port}"}:
            raise web.HTTPForbidden(text="The demo is for this machine only.")
        return await handler(request)

    async def _page(self, request: web.Request) -> web.Response:
        del request
        template = self._templates.get_template("shell.html")
        people = [(person, list(seats)) for person, seats in groupby(SEATS, lambda s: s.person)]
        takers = [
            {"name": name, "title": TITLES[name], "control": f"{address}/control"}
            for name, address in self._pages.items()
        ]
        text = template.render(
            people=people, parts=PARTS, seat=self._ready.seat.name, takers=takers
        )
        response = web.Response(text=text, content_type="text/html")
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _state(self, request: web.Request) -> web.Response:
        """What the page asks for from time to time: whether there is something new elsewhere."""
        del request
        screen = self._ready
        return web.json_response({"seat": screen.seat.name, "newest": screen.newest()})

    async def _sit(self, request: web.Request) -> web.Response:
        """Look from another seat; tells the address of the frame."""
        if request.headers.get("Origin") != own_origin(request):
            raise web.HTTPForbidden(text="Only from the demo's own page.")
        seat = next((each for each in SEATS if each.name == request.match_info["seat"]), None)
        if seat is None:
            raise web.HTTPNotFound(text="There is no such seat.")
        key = await self._ready.sit(seat)
        self._drawn.forget()
        self._turns += 1
        return web.json_response({"frame": f"{_DISCORD_PAGE}?turn={self._turns}#{key}"})

    async def _file(self, request: web.Request) -> web.Response:
        """A page or PDF that the bot has sent, as whoever sits there sees it."""
        name = request.match_info["name"]
        kind = _OPENED.get(Path(name).suffix)
        content = self._ready.file(int(request.match_info["message"]), name)
        if kind is None or content is None:
            raise web.HTTPNotFound(text="There is no such file in what you see.")
        return web.Response(body=content, headers=_OF_FILES | {"Content-Type": kind})

    async def _to_discord(self, request: web.Request) -> web.Response:
        """Pass on to SimCord's Preview; what may act waits for its turn."""
        if request.method == "GET":
            response = await self._ask_preview(request)
        else:
            async with self._ready.turn():
                response = await self._ask_preview(request)
                if request.path == _ACTION:
                    response = await self._upon_newest(request, response)
                    if response.status != HTTPStatus.OK or not is_shown(_json(response)):
                        self._ready.outdated()
        if (request.method, request.path) in _GIVES_STATE and response.status == HTTPStatus.OK:
            self._drawn.note(_json(response))
        let_ourselves_frame(response)
        if request.path == _DISCORD_PAGE and isinstance(response.body, bytes):
            people = html.escape(json.dumps(self._ready.names()))
            store = html.escape(json.dumps(self._store()))
            injected = _INJECTED.format(people=people, store=store).encode()
            response.body = response.body.replace(b"</head>", injected, 1)
        return response

    async def _ask_preview(
        self,
        request: web.Request,
        *,
        path: str | None = None,
        method: str | None = None,
        body: bytes | None = None,
    ) -> web.Response:
        """Pass a request on to SimCord's Preview, or ask something else in its place."""
        path = path or ("/" if request.path == _DISCORD_PAGE else request.path)
        with self._ready.asking() as address:
            if address is None:
                raise web.HTTPNotFound(text="Nobody looks at the moment.")
            return await forward(
                request, self._session, address + path, as_origin=address, method=method, body=body
            )

    async def _upon_newest(self, request: web.Request, answer: web.Response) -> web.Response:
        """What became of an action, which is asked again if its page was drawn meanwhile."""
        if answer.status == HTTPStatus.OK and is_stale(_json(answer)):
            state = await self._ask_preview(request, path=_STATE, method="GET", body=b"")
            if state.status != HTTPStatus.OK or request.content_type != "application/json":
                return answer
            again = self._drawn.upon(_json(state), await request.json())
            if again is not None:
                answer = await self._ask_preview(request, body=json.dumps(again).encode())
        return answer

    async def _to_bot(self, request: web.Request) -> web.Response:
        """Pass on to the bot's own web server: pay links and the pages that one comes back to."""
        response = await forward(request, self._session, self._web + request.path)
        let_ourselves_frame(response)
        return response

    def _store(self) -> dict[str, str]:
        """The page that sells what stands on a premium button, for whoever sits there."""
        user = self._ready.viewer
        return {each.name: f"/store/{each.id}?user={user}" for each in SKUS}

    async def _to_store(self, request: web.Request) -> web.Response:
        """Pass on to Discord's own store, which a premium button leads to."""
        address = self._pages.get(DISCORD)
        if address is None:
            raise web.HTTPNotFound(text="Nothing is sold in Discord's own shop here.")
        return await forward(request, self._session, address + request.path)

    async def _to_taker(self, request: web.Request) -> web.Response:
        """Pass a call of the bot on to the API of who takes the money."""
        address = self._takers.get(request.match_info["taker"])
        if address is None:
            raise web.HTTPNotFound(text="Nobody of this name takes money here.")
        url = f"{address}/{request.match_info['path']}"
        response = await forward(request, self._session, url)
        response.force_close()
        return response

    @property
    def _ready(self) -> Screen:
        if self._screen is None:
            raise web.HTTPServiceUnavailable(text="The demo is just starting. Try again.")
        return self._screen


def _json(response: web.Response) -> Json:
    """What another server has answered as JSON."""
    answered: Json = json.loads(response.text or "")
    return answered
