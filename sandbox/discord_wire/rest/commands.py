"""Endpoints of application commands, global and of a guild."""

from aiohttp import web

from sandbox.discord_wire import errors
from sandbox.discord_wire.form.commands import (
    check_command,
    check_commands,
    check_count,
    command_key,
)
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.call import answer, any_body, nothing, number
from sandbox.discord_wire.state import State


class Commands:
    """What the bot registers."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        for prefix in ("/applications/{app}", "/applications/{app}/guilds/{guild}"):
            app.router.add_get(prefix + "/commands", self.listing)
            app.router.add_put(prefix + "/commands", self.replace)
            app.router.add_post(prefix + "/commands", self.add)
            app.router.add_get(prefix + "/commands/{command}", self.one)
            app.router.add_patch(prefix + "/commands/{command}", self.edit)
            app.router.add_delete(prefix + "/commands/{command}", self.remove)

    async def listing(self, request: web.Request) -> web.Response:
        """All commands."""
        return answer(self._state.commands.get(self._scope(request), []))

    async def replace(self, request: web.Request) -> web.Response:
        """Put these in the place of all; who keeps name and type keeps the id."""
        scope = self._scope(request)
        given = await any_body(request)
        check_commands(given)
        before = {command_key(each): each for each in self._state.commands.get(scope, [])}
        made = [self._made(each, before.get(command_key(each)), scope) for each in given]
        self._state.commands[scope] = made
        self._state.changed()
        return answer(made)

    async def add(self, request: web.Request) -> web.Response:
        """Add one command, or put it in the place of the one with its name and type."""
        scope = self._scope(request)
        given = await any_body(request)
        check_command(given)
        held = self._state.commands.setdefault(scope, [])
        before = next((each for each in held if command_key(each) == command_key(given)), None)
        made = self._made(given, before, scope)
        check_count([each for each in held if each is not before] + [made])
        self._put(scope, before, made)
        return answer(made, 200 if before else 201)

    async def edit(self, request: web.Request) -> web.Response:
        """Change what is given of one command."""
        scope, before = self._scope(request), self._found(request)
        given = before | await any_body(request) | {"version": str(self._state.new_id())}
        check_command(given)
        self._put(scope, before, given)
        return answer(given)

    async def one(self, request: web.Request) -> web.Response:
        """One command."""
        return answer(self._found(request))

    async def remove(self, request: web.Request) -> web.Response:
        """Take a command away."""
        self._state.commands[self._scope(request)].remove(self._found(request))
        self._state.changed()
        return nothing()

    def _put(self, scope: int | None, before: Json | None, made: Json) -> None:
        held = self._state.commands[scope]
        self._state.commands[scope] = [each for each in held if each is not before] + [made]
        self._state.changed()

    def _scope(self, request: web.Request) -> int | None:
        if number(request, "app") != self._state.application.id:
            raise errors.ApiError(404, 10002, "Unknown Application")
        return (
            self._state.guild(number(request, "guild")).id
            if "guild" in request.match_info
            else None
        )

    def _found(self, request: web.Request) -> Json:
        for command in self._state.commands.get(self._scope(request), []):
            if command["id"] == request.match_info["command"]:
                return command
        raise errors.unknown_command()

    def _made(self, given: Json, before: Json | None, guild: int | None) -> Json:
        made = {
            "id": before["id"] if before else str(self._state.new_id()),
            "application_id": str(self._state.application.id),
            "type": 1,
            "description": "",
            "options": [],
            "default_member_permissions": None,
            "dm_permission": True,
            "nsfw": False,
            "contexts": None,
            "integration_types": [0],
            "version": str(self._state.new_id()),
        } | given
        asked = made["default_member_permissions"]
        made["default_member_permissions"] = None if asked is None else str(asked)
        return made if guild is None else made | {"guild_id": str(guild)}
