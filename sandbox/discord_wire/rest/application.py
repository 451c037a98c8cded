"""Endpoints of the bot's own application (Discord: Application Resource)."""

from aiohttp import web

from sandbox.discord_shop import LocalShop
from sandbox.discord_shop.webhooks import EVENT_TYPES, OFF, ON
from sandbox.discord_wire import payloads
from sandbox.discord_wire.errors import invalid_form
from sandbox.discord_wire.form.rules import Form, link, listed, one_of, record
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.call import answer, body
from sandbox.discord_wire.state import State

_CHANGE = record(
    {
        "event_webhooks_url": link("http", "https"),
        "event_webhooks_status": one_of(OFF, ON),
        "event_webhooks_types": listed(one_of(*EVENT_TYPES), len(EVENT_TYPES), unique=True),
    }
)
_URL, _STATUS, _TYPES = "event_webhooks_url", "event_webhooks_status", "event_webhooks_types"


class OwnApplication:
    """The application, and its address for webhook events."""

    def __init__(self, state: State, shop: LocalShop) -> None:
        self._state = state
        self._shop = shop

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        app.router.add_get("/oauth2/applications/@me", self.show)
        app.router.add_get("/applications/@me", self.show)
        app.router.add_patch("/applications/@me", self.edit)

    async def show(self, _: web.Request) -> web.Response:
        """The application as it is now."""
        return answer(self._shown())

    async def edit(self, request: web.Request) -> web.Response:
        """Change what is said about webhook events; other fields are refused here.

        A new address must answer a PING with 204 and a forged one with 401.
        """
        given, _ = await body(request)
        form = Form()
        _CHANGE(form, (), given)
        for name in given.keys() - {_URL, _STATUS, _TYPES}:
            form.refuse((name,), "BASE_TYPE_BAD", "The local Discord does not change this.")
        form.close()
        now = self._events()
        wanted = {name: now[name] if given.get(name) is None else given[name] for name in now}
        if _URL in given:
            wanted[_URL] = given[_URL]
        if not await self._shop.register(wanted[_URL], wanted[_TYPES], wanted[_STATUS]):
            # The code is the one that Discord has for an address of interactions.
            raise invalid_form(
                _URL,
                "APPLICATION_EVENT_WEBHOOKS_URL_INVALID",
                "The specified event webhooks URL could not be verified.",
            )
        return answer(self._shown())

    def _shown(self) -> Json:
        owner = self._state.user(self._state.application.owner)
        of = payloads.application(self._state.application, owner)
        return of | self._events() | {"verify_key": self._shop.verify_key}

    def _events(self) -> Json:
        webhook = self._shop.state.webhooks.get("events")
        if webhook is None:
            return {_URL: None, _STATUS: OFF, _TYPES: []}
        return {_URL: webhook.url, _STATUS: webhook.status, _TYPES: list(webhook.types)}
