"""Endpoints of channels and the messages in them."""

from aiohttp import web

from sandbox.discord_wire import errors, payloads, rights
from sandbox.discord_wire.messages import Messages, check_dm
from sandbox.discord_wire.rest.call import answer, body, nothing, number
from sandbox.discord_wire.state import State
from sandbox.discord_wire.threads import Threads
from sandbox.discord_wire.world import PRIVATE_THREAD


class Channels:
    """Channels of guilds and direct messages."""

    def __init__(self, state: State, messages: Messages, threads: Threads) -> None:
        self._state = state
        self._threads = threads
        self._messages = messages

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        messages = "/channels/{channel}/messages"
        app.router.add_get("/channels/{channel}", self.channel)
        app.router.add_post("/channels/{channel}/typing", self.typing)
        app.router.add_post("/channels/{channel}/threads", self.start_thread)
        app.router.add_put("/channels/{channel}/thread-members/{user}", self.add_to_thread)
        app.router.add_get(messages, self.history)
        app.router.add_post(messages, self.post)
        app.router.add_get(messages + "/{message}", self.message)
        app.router.add_patch(messages + "/{message}", self.edit)
        app.router.add_delete(messages + "/{message}", self.delete)

    async def channel(self, request: web.Request) -> web.Response:
        """A channel."""
        identity = self._seen(request)
        found = self._state.channel(identity)
        if found is None:
            recipient = self._state.user(self._state.dms[identity])
            return answer(payloads.dm_channel(identity, recipient))
        guild, channel = found
        return answer(payloads.channel(channel, guild))

    async def typing(self, request: web.Request) -> web.Response:
        """Show that the bot types; nobody looks."""
        self._seen(request)
        return nothing()

    async def start_thread(self, request: web.Request) -> web.Response:
        """Start a thread that belongs to no message; Discord's default kind is a private one."""
        channel = self._seen(request)
        given, _ = await body(request)
        made = await self._threads.start(
            self._state.bot.id,
            channel,
            name=given.get("name") or "",
            kind=given.get("type", PRIVATE_THREAD),
        )
        guild, thread = self._state.channel(made.id) or (None, made)
        if guild is None:
            raise errors.unknown_channel()
        return answer(payloads.channel(thread, guild), 201)

    async def add_to_thread(self, request: web.Request) -> web.Response:
        """Add somebody to a thread."""
        await self._threads.add(self._seen(request), number(request, "user"))
        return nothing()

    async def history(self, request: web.Request) -> web.Response:
        """A channel's messages, newest first; `limit`, `before` and `after` as in Discord."""
        channel = self._seen(request)
        before, after = request.query.get("before"), request.query.get("after")
        found = [
            message
            for message in self._state.messages.values()
            if message.channel == channel
            and not message.deleted
            and message.visible_to is None
            and (before is None or message.id < int(before))
            and (after is None or message.id > int(after))
        ]
        limit = int(request.query.get("limit", "50"))
        chosen = found[:limit] if after is not None else found[-limit:]
        return answer([message.body for message in reversed(chosen)])

    async def post(self, request: web.Request) -> web.Response:
        """Send a message."""
        channel = self._seen(request)
        given, files = await body(request)
        if channel in self._state.dms:
            check_dm(self._state, self._state.dms[channel])
        elif not self._allowed(channel) & self._needed(channel):
            raise errors.missing_permissions()
        return answer((await self._messages.post(channel, given, files)).body)

    async def message(self, request: web.Request) -> web.Response:
        """One message."""
        channel = self._seen(request)
        return answer(self._state.message(channel, number(request, "message")).body)

    async def edit(self, request: web.Request) -> web.Response:
        """Edit one of the bot's messages."""
        channel = self._seen(request)
        message = self._state.message(channel, number(request, "message"))
        given, files = await body(request)
        return answer((await self._messages.edit(message, given, files)).body)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete one of the bot's messages."""
        channel = self._seen(request)
        await self._messages.delete(self._state.message(channel, number(request, "message")))
        return nothing()

    def _needed(self, channel: int) -> int:
        """What somebody must be allowed who writes there."""
        found = self._state.channel(channel)
        in_thread = found is not None and found[1].is_thread
        return rights.SEND_MESSAGES_IN_THREADS if in_thread else rights.SEND_MESSAGES

    def _allowed(self, channel: int) -> int:
        return self._state.permissions(self._state.bot.id, channel)

    def _seen(self, request: web.Request) -> int:
        channel = number(request, "channel")
        if not self._allowed(channel) & rights.VIEW_CHANNEL:
            raise errors.missing_access()
        return channel
