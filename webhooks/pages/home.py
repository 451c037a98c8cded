"""`/`: whoever opens the bare address sees whose it is, and that it is alive."""

from typing import Final

from aiohttp import web

from payments.infra.reader import ENGLISH
from webhooks.keys import PARTS
from webhooks.pages.views import RUNNING, WHAT_HERE

_KEPT: Final = {"Cache-Control": "public, max-age=3600"}  # no sentence - for browsers


async def home(request: web.Request) -> web.Response:
    """A page that is the same for all: no names, no numbers, no links."""
    text = (
        request.app[PARTS]
        .templates.get_template("home.html")
        .render(language=ENGLISH.language, title=str(RUNNING), text=str(WHAT_HERE))
    )
    return web.Response(text=text, content_type="text/html", headers=_KEPT)
