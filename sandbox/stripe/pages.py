"""The hosted pages: where a buyer pays, and the receipt."""

from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from sandbox.base.common import NotPossible
from sandbox.base.pages import Templates
from sandbox.stripe.acts.customers import of_session
from sandbox.stripe.objects.session import Session
from sandbox.stripe.play import Play

TEMPLATES = Path(__file__).parent / "templates"


class Pages:
    """What a buyer sees."""

    def __init__(self, play: Play, templates: Templates) -> None:
        self._play = play
        self._templates = templates

    def add_routes(self, app: web.Application) -> None:
        """Serve the hosted checkout and receipts."""
        app.router.add_get("/c/pay/{id}", self._show)
        app.router.add_post("/c/pay/{id}/pay", self._pay)
        app.router.add_post("/c/pay/{id}/decline", self._decline)
        app.router.add_post("/c/pay/{id}/later", self._later)
        app.router.add_get("/c/pay/{id}/recover", self._recover)
        app.router.add_get("/receipts/{id}", self._receipt)

    async def _show(self, request: web.Request) -> web.Response:
        session = self._session(request)
        if session is None:
            return self._templates.page("missing.html", status=404)
        customer = of_session(self._play.state, session)
        known = None if customer is None else customer.email
        base = f"/c/pay/{session.id}"
        return self._templates.page("checkout.html", session=session, known=known, base=base)

    async def _pay(self, request: web.Request) -> web.Response:
        return await self._leave(request, later=False)

    async def _later(self, request: web.Request) -> web.Response:
        return await self._leave(request, later=True)

    async def _leave(self, request: web.Request, *, later: bool) -> web.Response:
        """Pay, then send the buyer back to the shop; a second click only sends them back."""
        session = self._session(request)
        if session is None:
            return self._templates.page("missing.html", status=404)
        form = await request.post()
        email = str(form.get("email") or "buyer@example.com")
        if session.status == "open" and later:
            await self._play.pay_later(session.id, email=email)
        elif session.status == "open":
            country = str(form.get("country") or "").strip().upper()
            place = (country, str(form.get("postal_code") or "").strip()) if country else None
            await self._play.pay(session.id, email=email, place=place)
        if session.status != "complete":
            raise web.HTTPSeeOther(f"/c/pay/{session.id}")
        target = session.success_url.replace("{CHECKOUT_SESSION_ID}", quote(session.id))
        raise web.HTTPSeeOther(target)

    async def _decline(self, request: web.Request) -> web.Response:
        session = self._session(request)
        if session is None:
            return self._templates.page("missing.html", status=404)
        if session.status == "open":
            code = str((await request.post()).get("code") or "generic_decline")
            await self._play.decline(session.id, code=code)
        raise web.HTTPSeeOther(f"/c/pay/{session.id}")

    async def _recover(self, request: web.Request) -> web.Response:
        session = self._session(request)
        if session is None or not session.recovery:
            return self._templates.page("missing.html", status=404)
        try:
            opened = await self._play.recover(session.id)
        except NotPossible:
            raise web.HTTPSeeOther(f"/c/pay/{session.id}") from None
        raise web.HTTPSeeOther(opened["url"])

    async def _receipt(self, request: web.Request) -> web.Response:
        charge = self._play.state.charges.get(request.match_info["id"])
        if charge is None:
            return self._templates.page("missing.html", status=404)
        return self._templates.page("receipt.html", charge=charge)

    def _session(self, request: web.Request) -> Session | None:
        self._play.sweep()
        return self._play.state.sessions.get(request.match_info["id"])
