"""`/`: whoever opens the bare address sees whose it is, and that it is alive."""

from typing import Final

from aiohttp import web

from webhooks.keys import PARTS
from webhooks.pages.language import reader_of
from webhooks.pages.views import RUNNING, WHAT_HERE

_KEPT: Final = {
    "Cache-Control": "public, max-age=3600",  # no sentence - for browsers
    "Vary": "Accept-Language",  # no sentence - for browsers
}


async def home(request: web.Request) -> web.Response:
    """A page that is the same for all who read its language: no names, no numbers, no links."""
    reader = reader_of(request)
    text = (
        request.app[PARTS]
        .templates.get_template("home.html")
        .render(
            language=reader.locale.language,
            title=reader.say(RUNNING),
            text=reader.say(WHAT_HERE),
        )
    )
    return web.Response(text=text, content_type="text/html", headers=_KEPT)
