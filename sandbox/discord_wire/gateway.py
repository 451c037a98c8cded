"""The gateway: sessions, their connections, and the events that reach the bot through them.

After Discord's page "Gateway": hello, identify, heartbeats, resume with replay.
"""

import json
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.discord_wire import payloads
from sandbox.discord_wire.compression import compressor
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.session import Connection, Session
from sandbox.discord_wire.state import State
from sandbox.discord_wire.world import Guild

MEMBERS_INTENT = 1 << 1
PRESENCES_INTENT = 1 << 8
GUILD_MESSAGES_INTENT = 1 << 9
DIRECT_MESSAGES_INTENT = 1 << 12
CONTENT_INTENT = 1 << 15
_HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT = 1, 2, 6, 7
_REQUEST_MEMBERS, _INVALID, _HELLO, _ACK = 8, 9, 10, 11
_AUTH_FAILED, _UNKNOWN_OP, _DISALLOWED_INTENTS, _TIMED_OUT = 4004, 4001, 4014, 4009
_NOT_AUTHENTICATED = 4003
# The privileged intents, and the application flags (granted, or limited to small bots) for each.
_PRIVILEGED = (
    (PRESENCES_INTENT, 1 << 12 | 1 << 13),
    (MEMBERS_INTENT, 1 << 14 | 1 << 15),
    (CONTENT_INTENT, 1 << 18 | 1 << 19),
)
_ROUND_TRIPS = 3
_ENDING_SESSION = (1000, 1001)


class Gateway:
    """All sessions of the bot.

    Args:
        state: The world that it tells of.
        token: The bot's token.
        heartbeat_seconds: How often the bot is to send a heartbeat; twice as long without any
            word from it ends the connection with 4009.
    """

    def __init__(self, state: State, token: str, heartbeat_seconds: float) -> None:
        self._state = state
        self._token = token
        self._heartbeat_seconds = heartbeat_seconds
        self._connections: set[Connection] = set()
        self.sessions: dict[str, Session] = {}
        self.resumes = 0
        """How often a session was resumed."""

    @property
    def connected(self) -> bool:
        """Whether a bot is here and has identified itself."""
        return any(session.connection for session in self.sessions.values())

    async def dispatch(self, event: str, data: object, *, intent: int = 0) -> None:
        """Tell all sessions with this intent (0: all); those that are away get it later."""
        for session in list(self.sessions.values()):
            if not intent or session.intents & intent:
                await session.dispatch(event, data)

    async def settle(self) -> None:
        """Let the bot read what it was answered before now.

        Its calls and its gateway are different connections: what comes through one may overtake
        the other. A bot with one event loop has read the answers when it has answered some pings.
        """
        for connection in list(self._connections):
            for _ in range(_ROUND_TRIPS):
                await connection.round_trip()

    async def reconnect(self) -> None:
        """Ask the bot to connect anew and resume (opcode 7)."""
        for connection in list(self._connections):
            await connection.send(_RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell the bot that its session is invalid (opcode 9)."""
        connections = list(self._connections)
        if not resumable:
            self.sessions.clear()
        for connection in connections:
            await connection.send(_INVALID, resumable)

    async def close(self, code: int = 1001) -> None:
        """Close all connections in order."""
        for connection in list(self._connections):
            await connection.socket.close(code=code)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection from hello to its end."""
        kind = request.query.get("compress")
        compress = compressor(kind) if kind else None
        if (kind and compress is None) or request.query.get("encoding", "json") != "json":
            return web.Response(status=400, text="no such compression or encoding here")
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(request, socket, compress)
        self._connections.add(connection)
        try:
            await connection.send(
                _HELLO, {"heartbeat_interval": int(self._heartbeat_seconds * 1000)}
            )
            await self._listen(connection)
        finally:
            self._connections.discard(connection)
            self._leave(connection)
        return socket

    def drop(self) -> int:
        """Cut all connections without a word; the number of them. Their sessions can be resumed."""
        for connection in self._connections:
            connection.abort()
        return len(self._connections)

    def _leave(self, connection: Connection) -> None:
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                if connection.socket.close_code in _ENDING_SESSION:
                    del self.sessions[session.id]
        self._state.changed()

    async def _listen(self, connection: Connection) -> None:
        while True:
            try:
                message = await connection.socket.receive(timeout=2 * self._heartbeat_seconds)
            except TimeoutError:
                await connection.socket.close(code=_TIMED_OUT)
                return
            if message.type is WSMsgType.PING:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                connection.ponged()
            elif message.type is WSMsgType.TEXT:
                asked = json.loads(message.data)
                await self._answer(connection, asked["op"], asked.get("d"))
            else:
                return

    async def _answer(self, connection: Connection, op: int, data: Any) -> None:  # noqa: ANN401 - whatever a client sends
        if op == _HEARTBEAT:
            await connection.send(_ACK)
        elif op in {_IDENTIFY, _RESUME}:
            if data["token"].removeprefix("Bot ") != self._token:
                await connection.socket.close(code=_AUTH_FAILED, message=b"Authentication failed.")
            elif op == _IDENTIFY:
                await self._identify(connection, data)
            else:
                await self._resume(connection, data)
        elif not any(each.connection is connection for each in self.sessions.values()):
            await connection.socket.close(code=_NOT_AUTHENTICATED, message=b"Not authenticated.")
        elif op == _REQUEST_MEMBERS:
            await self._members(connection, data)
        elif op not in {3, 4}:  # presence and voice change nothing here
            await connection.socket.close(code=_UNKNOWN_OP, message=b"Unknown opcode.")

    async def _identify(self, connection: Connection, data: Json) -> None:
        intents = int(data["intents"])
        flags = self._state.application.flags
        if any(intents & intent and not flags & granted for intent, granted in _PRIVILEGED):
            await connection.socket.close(
                code=_DISALLOWED_INTENTS, message=b"Disallowed intent(s)."
            )
            return
        session = Session(intents, connection)
        guilds = [{"id": str(each), "unavailable": True} for each in self._state.guilds]
        ready = {
            "v": 10,
            "user": payloads.bot_user(self._state.bot),
            "guilds": guilds,
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._state.address.replace("http", "ws", 1) + "/gateway",
            "application": {
                "id": str(self._state.application.id),
                "flags": self._state.application.flags,
            },
            "private_channels": [],
        }
        if "shard" in data:
            ready["shard"] = data["shard"]
        # A bot that identifies anew begins anew: what was lost stays lost.
        self.sessions = {key: each for key, each in self.sessions.items() if each.connection}
        self.sessions[session.id] = session
        await session.dispatch("READY", ready)
        for guild in self._state.guilds.values():
            await session.dispatch("GUILD_CREATE", self._guild(guild, intents))
        self._state.changed()

    async def _resume(self, connection: Connection, data: Json) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None:
            await connection.send(_INVALID, False)
            return
        session.connection = connection
        await session.replay(int(data["seq"] or 0))
        self.resumes += 1
        await session.dispatch("RESUMED", {"_trace": []})
        self._state.changed()

    def _guild(self, guild: Guild, intents: int) -> Json:
        seen = guild.members
        if not intents & MEMBERS_INTENT:
            seen = tuple(each for each in seen if each.user == self._state.bot.id)
        return payloads.guild(guild) | {
            "joined_at": payloads.JOINED,
            "large": False,
            "unavailable": False,
            "member_count": len(guild.members),
            "members": [payloads.member(each, self._state.users[each.user]) for each in seen],
            "channels": [payloads.channel(each, guild) for each in guild.channels],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }

    async def _members(self, connection: Connection, data: Json) -> None:
        guild = self._state.guild(int(data["guild_id"]))
        asked = data.get("user_ids") or []
        wanted = {int(each) for each in (asked if isinstance(asked, list) else [asked])}
        start, limit = str(data.get("query") or "").lower(), int(data.get("limit") or 0)
        found = [
            payloads.member(each, self._state.users[each.user])
            for each in guild.members
            if (each.user in wanted if wanted else self._named(each.user).startswith(start))
        ]
        chunk = {
            "guild_id": str(guild.id),
            "members": found[: limit or None],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(each) for each in wanted - {each.user for each in guild.members}],
            "presences": [],
        }
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        for session in self.sessions.values():
            if session.connection is connection:
                await session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _named(self, user: int) -> str:
        return self._state.users[user].username.lower()
