"""The gateway: sessions, their connections, and the events that reach the bot through them.

After Discord's page "Gateway": hello, identify, heartbeats, resume with replay.
"""

import json

from aiohttp import WSMsgType, web

from payments.domain.values.time import MINUTE
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
_UNREADABLE, _NOT_AUTHENTICATED, _ALREADY_AUTHENTICATED, _WRONG_SHARD = 4002, 4003, 4005, 4010
RESUMABLE = 5 * MINUTE
"""How long a session without a connection is kept; Discord promises no figure."""
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
        state: The world whose events it sends.
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
        self.recommended = 1
        """Number of shards that the bot is advised to have."""
        self.away = False
        """Whether no new connection is taken; those that are here go on."""

    @property
    def connected(self) -> bool:
        """Whether a bot is here and has identified itself."""
        return any(session.connection for session in self.sessions.values())

    @property
    def shards(self) -> list[tuple[int, int]]:
        """The shards that are connected: the number of each, and how many it says there are."""
        return sorted(each.shard for each in self.sessions.values() if each.connection)

    async def dispatch(
        self, event: str, data: object, *, guild: int | None, intent: int = 0
    ) -> None:
        """Tell the sessions of a guild's shard; those that are away get it when they resume.

        Args:
            event: Its name, such as `MESSAGE_CREATE`.
            data: What it carries.
            guild: Where it happened; none for direct messages.
            intent: Only sessions with this one; 0 for all.
        """
        for session in list(self.sessions.values()):
            if session.sees(guild) and (not intent or session.intents & intent):
                await session.dispatch(event, data)

    async def settle(self) -> None:
        """Wait until the bot has read what it was answered before now.

        Its calls and its gateway are different connections: what comes through one may overtake
        the other. A bot with one event loop has read the answers when it has answered some pings.
        """
        for connection in list(self._connections):
            for _ in range(_ROUND_TRIPS):
                await connection.round_trip()

    async def reconnect(self) -> None:
        """Ask the bot to connect again and resume (opcode 7)."""
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
        if self.away:
            return web.Response(status=503)
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

    def drop(self, shard: int | None = None) -> int:
        """Cut all connections, or a shard's, without a word; the number of them.

        Their sessions can be resumed.
        """
        cut = [
            each
            for each in self._connections
            if shard is None or any(of.shard[0] == shard for of in self._sessions_at(each))
        ]
        for connection in cut:
            connection.abort()
        return len(cut)

    def _sessions_at(self, connection: Connection) -> list[Session]:
        return [each for each in self.sessions.values() if each.connection is connection]

    def _leave(self, connection: Connection) -> None:
        for session in self._sessions_at(connection):
            session.connection, session.left = None, self._state.clock()
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
                connection.ponged(bytes(message.data))
            elif message.type is WSMsgType.TEXT:
                asked = _read(message.data)
                if asked is None:
                    await connection.socket.close(code=_UNREADABLE, message=b"Decode error.")
                    return
                await self._answer(connection, *asked)
            else:
                return

    async def _answer(self, connection: Connection, op: int, data: Json) -> None:
        if op == _HEARTBEAT:
            await connection.send(_ACK)
        elif op in {_IDENTIFY, _RESUME}:
            if str(data.get("token")).removeprefix("Bot ") != self._token:
                await connection.socket.close(code=_AUTH_FAILED, message=b"Authentication failed.")
            elif self._sessions_at(connection):
                await connection.socket.close(
                    code=_ALREADY_AUTHENTICATED, message=b"Already authenticated."
                )
            elif op == _IDENTIFY:
                await self._identify(connection, data)
            else:
                await self._resume(connection, data)
        elif not self._sessions_at(connection):
            await connection.socket.close(code=_NOT_AUTHENTICATED, message=b"Not authenticated.")
        elif op == _REQUEST_MEMBERS:
            await self._members(connection, data)
        elif op not in {3, 4}:  # presence and voice change nothing here
            await connection.socket.close(code=_UNKNOWN_OP, message=b"Unknown opcode.")

    async def _identify(self, connection: Connection, data: Json) -> None:
        intents = int(data.get("intents", 0))
        flags = self._state.application.flags
        if any(intents & intent and not flags & granted for intent, granted in _PRIVILEGED):
            await connection.socket.close(
                code=_DISALLOWED_INTENTS, message=b"Disallowed intent(s)."
            )
            return
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            await connection.socket.close(code=_WRONG_SHARD, message=b"Invalid shard.")
            return
        session = Session(intents, (number, count), connection)
        self._forget()
        self.sessions[session.id] = session
        guilds = [each for each in self._state.guilds.values() if session.sees(each.id)]
        ready = payloads.ready(
            session.id, session.shard, self._state.application, self._state.bot, guilds
        )
        ready["resume_gateway_url"] = self._state.address.replace("http", "ws", 1) + "/gateway"
        await session.dispatch("READY", ready)
        for guild in guilds:
            created = payloads.guild_create(guild, self._seen(guild, intents), self._state.bot.id)
            await session.dispatch("GUILD_CREATE", created)
        self._state.changed()

    def _forget(self) -> None:
        """Drop the sessions that were left too long ago."""
        oldest = self._state.clock() - RESUMABLE
        for session in list(self.sessions.values()):
            if session.left is not None and session.left < oldest:
                del self.sessions[session.id]

    async def _resume(self, connection: Connection, data: Json) -> None:
        self._forget()
        session = self.sessions.get(data.get("session_id", ""))
        if session is None or not await session.resume(connection, int(data.get("seq") or 0)):
            await connection.send(_INVALID, False)
            return
        self.resumes += 1
        self._state.changed()

    def _seen(self, guild: Guild, intents: int) -> list[Json]:
        return [
            payloads.member(each, self._state.users[each.user])
            for each in guild.members
            if intents & MEMBERS_INTENT or each.user == self._state.bot.id
        ]

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
        for session in self._sessions_at(connection):
            await session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _named(self, user: int) -> str:
        return self._state.users[user].username.lower()


def _read(text: str) -> tuple[int, Json] | None:
    """A message's opcode and data (empty where it is no object); None if it is unreadable."""
    try:
        asked = json.loads(text)
    except ValueError:
        return None
    if not isinstance(asked, dict) or not isinstance(asked.get("op"), int):
        return None
    data = asked.get("d")
    return asked["op"], data if isinstance(data, dict) else {}
