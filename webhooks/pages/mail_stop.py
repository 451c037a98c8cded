"""`/mail/stop/…`: whoever got a mail asks for no more of them.

The link in a mail only shows the page: scanners of mail open links. What stops mail is the button.
"""

from typing import Final

from aiohttp import web

from payments.domain.sentences.sentence import Sentence
from webhooks.keys import PARTS, MailDoor
from webhooks.pages.common import root_of
from webhooks.pages.language import reader_of
from webhooks.server.headers import with_forms

ASK: Final = Sentence("No more mail about purchases?")
WHAT: Final = Sentence(
    "You then get no receipts and no other mail about your purchases at this address. Messages on "
    "Discord stay as they are."
)
BUTTON: Final = Sentence("Send no more mail")
DONE: Final = Sentence("You get no more mail")
DONE_TEXT: Final = Sentence("Nothing is sent to this address any more. You can close this page.")


async def ask(request: web.Request) -> web.Response:
    """The page with the button; it changes nothing. Raises HTTPNotFound for another's link."""
    _door_of(request)
    return _page(request, title=ASK, text=WHAT, button=BUTTON)


async def stop(request: web.Request) -> web.Response:
    """Stop mail; pressed again, it says the same. Raises HTTPNotFound as above."""
    await _door_of(request).stop(request.match_info["token"])
    return _page(request, title=DONE, text=DONE_TEXT)


def _door_of(request: web.Request) -> MailDoor:
    door = request.app[PARTS].mail
    if door is None or not door.is_stop_link(request.match_info["token"]):
        raise web.HTTPNotFound
    return door


def _page(
    request: web.Request, *, title: Sentence, text: Sentence, button: Sentence | None = None
) -> web.Response:
    reader = reader_of(request)
    shown = (
        request.app[PARTS]
        .templates.get_template("mail_stop.html")
        .render(
            language=reader.locale.language,
            title=reader.say(title),
            text=reader.say(text),
            button=None if button is None else reader.say(button),
            root=root_of(request),
        )
    )
    headers = with_forms(http=request.app[PARTS].ways.public_url.startswith("http:"))
    return web.Response(text=shown, content_type="text/html", headers=headers)
