"""The local Discord as one object: start it, let a bot log in, act as its members, close it."""

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from sandbox.discord_shop import Line, LocalShop
from sandbox.discord_shop.webhooks import DISCORD_PAUSES
from sandbox.discord_wire.components import walk
from sandbox.discord_wire.control import Control
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.faults import Faults
from sandbox.discord_wire.gateway import Gateway
from sandbox.discord_wire.limits import Limits
from sandbox.discord_wire.member_actions import MemberActions
from sandbox.discord_wire.messages import Messages
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.accounts import Accounts
from sandbox.discord_wire.rest.application import OwnApplication
from sandbox.discord_wire.rest.callbacks import Callbacks
from sandbox.discord_wire.rest.channels import Channels
from sandbox.discord_wire.rest.commands import Commands
from sandbox.discord_wire.rest.gate import PREFIX, Gate
from sandbox.discord_wire.rest.shop import ShopCalls
from sandbox.discord_wire.state import Request, State
from sandbox.discord_wire.world import World

_SHUTDOWN_SECONDS = 1.0


class WireDiscord(MemberActions):
    """A Discord of one's own on 127.0.0.1, that keeps its state in memory.

    discord.py logs in to it unchanged, with `discord.http.Route.BASE` at `api_url` and
    `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY` at `gateway_url`. What members do and see
    are its methods (see `MemberActions`).

    Args:
        world: Who and what exists at the start.
        token: The bot's token; every other is refused.
        clock: The time for ids, time stamps, and the life of interactions and nonces.
        heartbeat_seconds: How often the bot is to send a heartbeat, in real time.
        keep_exchanges: Whether all that is said by the API is kept, in `state.exchanges`.
        retry_pauses: Seconds of real time between the attempts to deliver a webhook event.

    Attributes:
        shop: What the application sells, with pages of its own at `shop_url`.
    """

    def __init__(
        self,
        world: World,
        *,
        token: str,
        clock: Clock = system_clock,
        heartbeat_seconds: float = 41.25,
        keep_exchanges: bool = False,
        retry_pauses: Sequence[float] = DISCORD_PAUSES,
    ) -> None:
        state = State(world, clock)
        state.exchanges = [] if keep_exchanges else None
        super().__init__(state, Gateway(state, token, heartbeat_seconds))
        self.shop = LocalShop(
            application=world.application.id,
            skus=world.application.skus,
            clock=state.clock,
            new_id=state.new_id,
            people=self._buyers,
            line=Line(tell=self._tell, leave=self._let_gateway),
            changed=state.changed,
            retry_pauses=retry_pauses,
        )
        state.skus = self.shop.state.skus
        self.faults = Faults()
        self.limits = Limits()
        self._token = token
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """Where the REST API is, such as `http://127.0.0.1:4242/api/v10`."""
        return self.state.address + PREFIX

    @property
    def gateway_url(self) -> str:
        """Where the gateway is, such as `ws://127.0.0.1:4242/gateway`."""
        return self.state.address.replace("http", "ws", 1) + "/gateway"

    @property
    def control_url(self) -> str:
        """Where another process acts as members, such as `http://127.0.0.1:4242/control`."""
        return self.state.address + "/control"

    @property
    def shop_url(self) -> str:
        """Where members buy what the application sells: `/store` and `/control`."""
        return self.shop.url

    @property
    def requests(self) -> tuple[Request, ...]:
        """All calls of the bot's so far."""
        return tuple(self.state.requests)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Start to serve; port 0 takes a free one.

        Raises:
            OSError: The port is taken.
        """
        messages = Messages(self.state, self.gateway)
        api = Gate(self.state, self.faults, self.limits, self._token).api()
        Accounts(self.state, self.gateway).add_routes(api)
        Channels(self.state, messages, self.threads).add_routes(api)
        Commands(self.state).add_routes(api)
        OwnApplication(self.state, self.shop).add_routes(api)
        ShopCalls(self.state, self.shop).add_routes(api)
        Callbacks(self.state, messages).add_routes(api)
        app = web.Application()
        app.add_subapp(PREFIX, api)
        app.router.add_get("/gateway", self.gateway.handle)
        # discord.py builds the address with a path of its own: /gateway and /gateway/ are the same.
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/attachments/{channel}/{file}/{name}", self._attachment)
        Control(self, self.faults, self.limits, self.buy_by_button).add_routes(app)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.state.address = f"http://{host}:{self._runner.addresses[0][1]}"
        await self.shop.start(host)

    async def close(self) -> None:
        """Stop serving."""
        self.faults.clear()
        self.limits.clear()
        await self.gateway.close()
        await self.shop.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def buy_by_button(self, user: int, message: int, sku: int) -> Json:
        """Press a premium button and buy; the entitlement. The bot gets no interaction.

        Raises:
            CannotAct: They do not see the message, or it has no such button to press.
            NotPossible: They cannot buy it (see `shop.buy`).
        """
        for component in walk(self._visible(user, message).body["components"]):
            if str(component.get("sku_id")) == str(sku) and not component.get("disabled"):
                return await self.shop.buy(user, sku)
        raise CannotAct(f"message {message} has no button for the SKU {sku}")

    def _buyers(self) -> dict[int, str]:
        users = self.state.users.values()
        return {each.id: each.global_name or each.username for each in users if not each.bot}

    async def _tell(self, event: str, data: Json, guild: int | None) -> None:
        await self.gateway.dispatch(event, data, guild=guild)

    async def _let_gateway(self, be_away: bool) -> None:  # noqa: FBT001 - the line's `Leave`
        """Take no connection and forget all sessions, so that nothing is replayed; or go on."""
        self.gateway.away = be_away
        if be_away:
            self.gateway.drop()
            self.gateway.sessions.clear()

    async def _attachment(self, request: web.Request) -> web.Response:
        file = self.state.files.get(int(request.match_info["file"]))
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.content, content_type="application/octet-stream")
