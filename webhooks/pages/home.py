"""`/`: whoever opens the bare address sees whose it is, and that it is alive."""

from typing import Final

from aiohttp import web

from webhooks.keys import PARTS

_KEPT: Final = {"Cache-Control": "public, max-age=3600"}


async def home(request: web.Request) -> web.Response:
    """A page that is the same for all: no names, no numbers, no links."""
    text = request.app[PARTS].templates.get_template("home.html").render()
    return web.Response(text=text, content_type="text/html", headers=_KEPT)
