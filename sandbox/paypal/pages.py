"""The hosted pages: where a buyer approves an order."""

from pathlib import Path

from aiohttp import web
from yarl import URL

from sandbox.base.pages import Templates
from sandbox.paypal.objects.order import Order
from sandbox.paypal.play import Play

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """What a buyer sees."""

    def __init__(self, play: Play, templates: Templates) -> None:
        self._play = play
        self._templates = templates

    def add_routes(self, app: web.Application) -> None:
        """Serve the page on which an order is approved."""
        app.router.add_get("/checkoutnow", self._show)
        app.router.add_post("/checkoutnow/approve", self._approve)
        app.router.add_post("/checkoutnow/leave", self._leave)

    async def _show(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order is None:
            return self._templates.page("missing.html", status=404)
        return self._templates.page("approve.html", order=order)

    async def _approve(self, request: web.Request) -> web.Response:
        """Approve, then send the buyer back to the shop; a second click only sends them back."""
        order = self._order(request)
        if order is None:
            return self._templates.page("missing.html", status=404)
        fields = await request.post()
        if order.status != "COMPLETED":
            try:
                await self._play.approve(
                    order.id,
                    email=str(fields.get("email") or "buyer@example.com"),
                    funding=str(fields.get("funding") or "once"),
                )
            except ValueError as refused:
                return self._templates.page(
                    "approve.html", status=409, order=order, said=str(refused)
                )
        payer = {} if order.payer is None else {"PayerID": order.payer.id}
        raise _back(order, "return_url", {"token": order.id, **payer})

    async def _leave(self, request: web.Request) -> web.Response:
        order = self._order(request)
        if order is None:
            return self._templates.page("missing.html", status=404)
        raise _back(order, "cancel_url", {"token": order.id})

    def _order(self, request: web.Request) -> Order | None:
        return self._play.state.known_order(request.query.get("token", ""))


def _back(order: Order, name: str, query: dict[str, str]) -> web.HTTPSeeOther:
    """Where the shop wants the buyer, with what PayPal adds; this page if it did not say."""
    target = order.context.get(name)
    if target is None:
        return web.HTTPSeeOther(order.page)
    return web.HTTPSeeOther(URL(target).update_query(query))
