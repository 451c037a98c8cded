"""The mailbox as pages: what buyers would find in theirs."""

from http import HTTPStatus
from pathlib import Path
from typing import Final

from aiohttp import web

from sandbox.base.pages import Templates
from sandbox.mail.server import Mailbox, Received

TEMPLATES: Final = Path(__file__).parent / "templates"

_AS_MAIL: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What a mail program lets a page do: nothing but look as it wants."""


class MailPages:
    """Shows a mailbox at `/mailbox`.

    Args:
        mailbox: What arrived.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._templates = Templates(TEMPLATES)

    def add_routes(self, app: web.Application) -> None:
        """Serve the list, each mail, and its page as a mail program shows it."""
        app.router.add_get("/mailbox", self._list)
        app.router.add_get("/mailbox/{number:[0-9]+}", self._show)
        app.router.add_get("/mailbox/{number:[0-9]+}/page", self._page)

    async def _list(self, _request: web.Request) -> web.Response:
        mails = [
            {"number": number, "to": each.to, "subject": each.message["Subject"]}
            for number, each in enumerate(self._mailbox.mails)
        ]
        return self._templates.page("mailbox.html", mails=mails[::-1])

    async def _show(self, request: web.Request) -> web.Response:
        mail = self._mail(request)
        headers = [(name, str(value)) for name, value in mail.message.items()]
        number = request.match_info["number"]
        return self._templates.page("mail.html", number=number, headers=headers, text=mail.text)

    async def _page(self, request: web.Request) -> web.Response:
        html = self._mail(request).html
        return web.Response(text=html, content_type="text/html", headers=_AS_MAIL)

    def _mail(self, request: web.Request) -> Received:
        """The mail in the path. Raises HTTPNotFound."""
        number = int(request.match_info["number"][:9])
        if number >= len(self._mailbox.mails):
            raise web.HTTPNotFound(text=HTTPStatus.NOT_FOUND.phrase)
        return self._mailbox.mails[number]
