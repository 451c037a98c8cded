"""The store: where a member buys what the application sells."""

from pathlib import Path

from aiohttp import web

from sandbox.base.common import NotPossible
from sandbox.base.fields import read_fields
from sandbox.base.pages import Templates
from sandbox.discord_shop.objects import Kind
from sandbox.discord_shop.play import Play

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """What a buyer sees.

    Args:
        play: Buys.
        templates: The pages' templates.
    """

    def __init__(self, play: Play, templates: Templates) -> None:
        self._play = play
        self._templates = templates

    def add_routes(self, app: web.Application) -> None:
        """Serve the store and the page of each SKU."""
        app.router.add_get("/store", self._store)
        app.router.add_get(r"/store/{sku:\d+}", self._sku)
        app.router.add_post(r"/store/{sku:\d+}/{act:buy|test}", self._buy)

    async def _store(self, request: web.Request) -> web.Response:
        skus = [each for each in self._play.state.skus.values() if each.for_sale]
        return self._templates.page("store.html", skus=skus, user=request.query.get("user", ""))

    async def _sku(self, request: web.Request) -> web.Response:
        return self._page(request, request.query.get("user", ""))

    async def _buy(self, request: web.Request) -> web.Response:
        """Buy, then show that; what cannot be bought is said on the page."""
        fields = await read_fields(request)
        user, sku = fields["user"], int(request.match_info["sku"])
        kind = Kind.TEST_MODE_PURCHASE if request.match_info["act"] == "test" else Kind.PURCHASE
        if not user.isdecimal():
            return self._page(request, "", said="Choose who buys.", status=409)
        try:
            bought = await self._play.buy(int(user), sku, kind=kind)
        except NotPossible as reason:
            return self._page(request, user, said=f"{reason}.", status=409)
        return self._page(request, user, bought=bought["id"])

    def _page(
        self,
        request: web.Request,
        user: str,
        *,
        said: str = "",
        bought: str = "",
        status: int = 200,
    ) -> web.Response:
        sku = self._play.state.skus.get(int(request.match_info["sku"]))
        if sku is None or not sku.for_sale:
            return self._templates.page("missing.html", status=404)
        people = self._play.state.people()
        return self._templates.page(
            "sku.html", status=status, sku=sku, people=people, user=user, said=said, bought=bought
        )
