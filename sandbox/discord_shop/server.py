"""Discord's shop as one object: its pages, what buyers do, and the events about it."""

from collections.abc import Callable, Mapping, Sequence

from aiohttp import web

from payments.domain.values.time import Clock
from sandbox.base.control import Control
from sandbox.base.pages import Templates
from sandbox.base.server import LocalService
from sandbox.discord_shop.control import ACTS, shown
from sandbox.discord_shop.line import Line
from sandbox.discord_shop.objects import Sku
from sandbox.discord_shop.pages import TEMPLATES, Pages
from sandbox.discord_shop.play import Play
from sandbox.discord_shop.state import State
from sandbox.discord_shop.webhooks import (
    DISCORD_PAUSES,
    PATIENCE_SECONDS,
    EventDispatcher,
    Signer,
)


class LocalShop(Play, LocalService):
    """Discord's shop on 127.0.0.1, that keeps its state in memory (see `Play`).

    Args:
        application: The id of the application that sells.
        skus: What it sells at the start.
        clock: The time for all objects.
        new_id: Makes snowflakes.
        people: Who may buy: names by id.
        line: Tells the bot by the gateway.
        changed: Called after everything that happens.
        signer: Signs webhook events.
        retry_pauses: Seconds of real time between the attempts to deliver an event.
    """

    def __init__(
        self,
        *,
        application: int,
        skus: Sequence[Sku] = (),
        clock: Clock,
        new_id: Callable[[], int],
        people: Callable[[], Mapping[int, str]],
        line: Line,
        changed: Callable[[], None] = lambda: None,
        signer: Signer | None = None,
        retry_pauses: Sequence[float] = DISCORD_PAUSES,
    ) -> None:
        state = State(
            application=application,
            clock=clock,
            new_id=new_id,
            people=people,
            line=line,
            signer=signer or Signer(),
            changed=changed,
            skus={each.id: each for each in skus},
        )
        dispatcher = EventDispatcher(
            signer=state.signer,
            now=state.now,
            webhooks=state.webhooks,
            pauses=retry_pauses,
            timeout_seconds=PATIENCE_SECONDS,
            concurrency=64,
        )
        state.dispatcher = dispatcher
        Play.__init__(self, state, dispatcher)
        LocalService.__init__(self, now=state.now, sender=dispatcher)
        self._address = ""

    @property
    def url(self) -> str:
        """Where its pages are, such as `http://127.0.0.1:4243`: `/store` and `/control`."""
        return self._address

    @property
    def verify_key(self) -> str:
        """The application's public key: 64 hex digits."""
        return self.state.signer.verify_key

    def application(self) -> web.Application:
        """The store and `/control`."""
        app = web.Application()
        templates = Templates(TEMPLATES)
        Pages(self, templates).add_routes(app)
        Control(
            play=self,
            acts=ACTS,
            show=lambda: shown(self),
            faults=self.faults,
            templates=templates,
            every_path="/api/*",
        ).add_routes(app)
        return app

    def listening(self, address: str) -> None:
        """Take in where it is served."""
        self._address = address

    def sweep(self) -> None:
        """Nothing lapses by itself here."""

    async def close(self) -> None:
        """Stop serving and sending."""
        await self.state.line.close()
        await super().close()
