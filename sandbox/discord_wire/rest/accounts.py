"""Endpoints of users, guilds and their members."""

from aiohttp import web

from sandbox.discord_wire import errors, payloads, rights
from sandbox.discord_wire.gateway import MEMBERS_INTENT, Gateway
from sandbox.discord_wire.rest.call import answer, any_body, nothing, number
from sandbox.discord_wire.state import State
from sandbox.discord_wire.world import Guild, Role


class Accounts:
    """Who there is."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        member = "/guilds/{guild}/members/{user}"
        app.router.add_get("/users/@me", self.me)
        app.router.add_get("/users/@me/guilds", self.own_guilds)
        app.router.add_get("/users/{user}", self.user)
        app.router.add_post("/users/@me/channels", self.open_dm)
        app.router.add_get("/gateway/bot", self.gateway)
        app.router.add_get("/gateway", self.gateway)
        app.router.add_get("/guilds/{guild}", self.guild)
        app.router.add_get("/guilds/{guild}/channels", self.channels)
        app.router.add_get("/guilds/{guild}/roles", self.roles)
        app.router.add_get("/guilds/{guild}/roles/{role}", self.role)
        app.router.add_get("/guilds/{guild}/members", self.members)
        app.router.add_get(member, self.member)
        app.router.add_put(member + "/roles/{role}", self.change_role)
        app.router.add_delete(member + "/roles/{role}", self.change_role)

    async def me(self, _: web.Request) -> web.Response:
        """The bot's own user."""
        return answer(payloads.bot_user(self._state.bot))

    async def own_guilds(self, request: web.Request) -> web.Response:
        """The bot's guilds by rising id; `after`, `before` and `limit` as in Discord."""
        before, after = request.query.get("before"), request.query.get("after")
        limit = int(request.query.get("limit", "200"))
        found = [
            guild
            for key, guild in sorted(self._state.guilds.items())
            if (before is None or key < int(before)) and (after is None or key > int(after))
        ]
        chosen = found[-limit:] if before is not None else found[:limit]
        return answer([payloads.own_guild(each, self._state.bot.id) for each in chosen])

    async def user(self, request: web.Request) -> web.Response:
        """Any user."""
        return answer(payloads.user(self._state.user(number(request, "user"))))

    async def open_dm(self, request: web.Request) -> web.Response:
        """The channel of direct messages with a user."""
        given = await any_body(request)
        recipient = self._state.users.get(int(given.get("recipient_id", 0)))
        if recipient is None or recipient.bot:
            raise errors.invalid_recipient()
        return answer(payloads.dm_channel(self._state.dm(recipient.id), recipient))

    async def gateway(self, _: web.Request) -> web.Response:
        """Where the gateway is, how many shards it wants, and how often a bot may identify."""
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        url = self._state.address.replace("http", "ws", 1) + "/gateway"
        shards = self._gateway.recommended
        return answer({"url": url, "shards": shards, "session_start_limit": limit})

    async def guild(self, request: web.Request) -> web.Response:
        """A guild."""
        return answer(payloads.guild(self._guild(request)))

    async def channels(self, request: web.Request) -> web.Response:
        """A guild's channels."""
        guild = self._guild(request)
        return answer([payloads.channel(each, guild) for each in guild.channels])

    async def roles(self, request: web.Request) -> web.Response:
        """A guild's roles."""
        return answer([payloads.role(each) for each in self._guild(request).roles])

    async def role(self, request: web.Request) -> web.Response:
        """One role."""
        identity = number(request, "role")
        for role in self._guild(request).roles:
            if role.id == identity:
                return answer(payloads.role(role))
        raise errors.unknown_role()

    async def members(self, request: web.Request) -> web.Response:
        """Members by rising id, after one of them, as many as were asked for."""
        guild = self._guild(request)
        after, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "1"))
        found = sorted(each.user for each in guild.members if each.user > after)[:limit]
        return answer(
            [
                payloads.member(self._state.member(guild, each), self._state.user(each))
                for each in found
            ]
        )

    async def member(self, request: web.Request) -> web.Response:
        """One member."""
        who = self._state.user(number(request, "user"))
        return answer(payloads.member(self._state.member(self._guild(request), who.id), who))

    async def change_role(self, request: web.Request) -> web.Response:
        """Give a member a role, or take it."""
        guild = self._guild(request)
        member = self._state.member(guild, number(request, "user"))
        role = self._role_to_give(guild, number(request, "role"))
        roles = [each for each in member.roles if each != role.id]
        if request.method == "PUT":
            roles.append(role.id)
        changed = member.model_copy(update={"roles": tuple(roles)})
        self._state.replace_member(guild, changed)
        self._state.changed()
        payload = payloads.member(changed, self._state.user(member.user))
        payload["guild_id"] = str(guild.id)
        await self._gateway.dispatch(
            "GUILD_MEMBER_UPDATE", payload, guild=guild.id, intent=MEMBERS_INTENT
        )
        return nothing()

    def _guild(self, request: web.Request) -> Guild:
        return self._state.guild(number(request, "guild"))

    def _role_to_give(self, guild: Guild, identity: int) -> Role:
        by_id = {each.id: each for each in guild.roles}
        if identity not in by_id or identity == guild.id:
            raise errors.unknown_role()
        bot = self._state.member(guild, self._state.bot.id)
        highest = max((by_id[each].position for each in bot.roles), default=0)
        allowed = rights.permissions(bot, guild) & rights.MANAGE_ROLES
        if not allowed or by_id[identity].position >= highest:
            raise errors.missing_permissions()
        return by_id[identity]
