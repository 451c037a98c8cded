"""The hosted pages: where a buyer pays a link."""

from pathlib import Path

from aiohttp import web
from yarl import URL

from sandbox.base.pages import Templates
from sandbox.square.objects.checkout import Link
from sandbox.square.play import Play

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """What a buyer sees.

    Args:
        play: Pays.
        templates: The pages' templates.
        appends_ids: Whether ids are appended to the address of the shop, as they are in production.
    """

    def __init__(self, play: Play, templates: Templates, *, appends_ids: bool) -> None:
        self._play = play
        self._templates = templates
        self._appends_ids = appends_ids

    def add_routes(self, app: web.Application) -> None:
        """Serve the hosted checkout and receipts."""
        app.router.add_get("/u/{id}", self._show)
        app.router.add_get("/checkout/{id}/order/{order}", self._show)
        app.router.add_post("/u/{id}/{act:pay|decline|later}", self._act)
        app.router.add_get("/receipts/{id}", self._receipt)

    async def _show(self, request: web.Request) -> web.Response:
        link = self._link(request)
        if link is None:
            return self._templates.page("missing.html", status=404)
        order = self._play.state.orders[link.order]
        return self._templates.page("checkout.html", link=link, order=order)

    async def _act(self, request: web.Request) -> web.Response:
        """Pay, then send the buyer back to the shop; a second click only sends them back."""
        link = self._link(request)
        if link is None:
            return self._templates.page("missing.html", status=404)
        email = str((await request.post()).get("email") or "buyer@example.com")
        order = self._play.state.orders[link.order]
        if order.payment is None:
            acts = {
                "pay": self._play.pay,
                "decline": self._play.decline,
                "later": self._play.pay_later,
            }
            await acts[request.match_info["act"]](link.id, email=email)
        if order.payment is None or link.back is None:
            raise web.HTTPSeeOther(link.url)
        target = URL(link.back)
        if self._appends_ids:
            target = target.update_query(orderId=order.id, transactionId=order.payment)
        raise web.HTTPSeeOther(target)

    async def _receipt(self, request: web.Request) -> web.Response:
        payment = self._play.state.payments.get(request.match_info["id"])
        if payment is None:
            return self._templates.page("missing.html", status=404)
        return self._templates.page("receipt.html", payment=payment)

    def _link(self, request: web.Request) -> Link | None:
        return self._play.state.links.get(request.match_info["id"])
