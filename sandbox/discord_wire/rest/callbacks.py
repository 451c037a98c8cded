"""Endpoints of an interaction's token: the first answer, the original, followups.

After Discord's page "Receiving and Responding to Interactions": three seconds for the first
answer, fifteen minutes for all others, and whether it is ephemeral is settled by the first.
"""

from aiohttp import web

from payments.domain.values.time import MINUTE, SECOND
from sandbox.discord_wire import errors
from sandbox.discord_wire.command_options import focused_kind
from sandbox.discord_wire.components import EPHEMERAL, LOADING
from sandbox.discord_wire.form.answers import check_choices, check_modal
from sandbox.discord_wire.messages import Messages
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.call import answer, body, nothing, number
from sandbox.discord_wire.state import File, Interaction, Message, State

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FIRST_ANSWER = 3 * SECOND
TOKEN_LIFE = 15 * MINUTE
COMMAND_KIND, COMPONENT_KIND, AUTOCOMPLETE_KIND, SUBMIT_KIND = 2, 3, 4, 5
# Which answers each kind of interaction takes.
_ALLOWED = {
    COMMAND_KIND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT_KIND: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE_KIND: {CHOICES},
    SUBMIT_KIND: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}


class Callbacks:
    """How the bot answers members."""

    def __init__(self, state: State, messages: Messages) -> None:
        self._state = state
        self._messages = messages

    def add_routes(self, app: web.Application) -> None:
        """Register the endpoints."""
        hook = "/webhooks/{app}/{token}"
        app.router.add_post("/interactions/{interaction}/{token}/callback", self.callback)
        app.router.add_post(hook, self.followup)
        app.router.add_get(hook + "/messages/{message}", self.read)
        app.router.add_patch(hook + "/messages/{message}", self.edit)
        app.router.add_delete(hook + "/messages/{message}", self.delete)

    async def callback(self, request: web.Request) -> web.Response:
        """The first answer."""
        given, files = await body(request)
        interaction = self._waiting(request)
        kind, data = given.get("type"), given.get("data") or {}
        if kind not in _ALLOWED[interaction.payload["type"]]:
            raise errors.invalid_form(
                "type", "INTERACTION_RESPONSE_TYPE_INVALID", f"Type {kind} does not answer this."
            )
        interaction.acknowledged = self._state.clock()
        try:
            message = await self._first(interaction, kind, data, files)
        except errors.ApiError:
            interaction.acknowledged = None
            raise
        interaction.original = message
        interaction.callback = kind
        self._state.changed()
        if request.query.get("with_response", "") not in {"1", "true", "True"}:
            return nothing()
        return answer(_response(interaction, message))

    async def followup(self, request: web.Request) -> web.Response:
        """A further message; after a deferral the first one takes the place of "thinking"."""
        interaction = self._interaction(request)
        given, files = await body(request)
        original = interaction.original
        if interaction.callback == DEFERRED and original and _is_thinking(original):
            return answer((await self._messages.edit(original, given, files)).body)
        message = await self._messages.answer(interaction, given, files)
        interaction.followups.append(message)
        self._state.changed()
        return answer(message.body)

    async def read(self, request: web.Request) -> web.Response:
        """The original answer, or a followup."""
        return answer(self._message(request).body)

    async def edit(self, request: web.Request) -> web.Response:
        """Edit it."""
        given, files = await body(request)
        return answer((await self._messages.edit(self._message(request), given, files)).body)

    async def delete(self, request: web.Request) -> web.Response:
        """Delete it."""
        await self._messages.delete(self._message(request))
        return nothing()

    async def _first(
        self, interaction: Interaction, kind: int, data: Json, files: list[File]
    ) -> Message | None:
        if kind in {MESSAGE, DEFERRED}:
            loading = kind == DEFERRED
            return await self._messages.answer(interaction, data, files, loading=loading)
        if kind == CHOICES:
            check_choices(data, focused_kind(interaction.payload["data"]))
            interaction.choices = data["choices"]
        elif kind == MODAL:
            check_modal(data)
            interaction.modal = data
        elif interaction.source is None:
            raise errors.invalid_form(
                "type", "INTERACTION_RESPONSE_TYPE_INVALID", "No message here."
            )
        elif kind == UPDATE:
            return await self._messages.edit(interaction.source, data, files)
        return interaction.source if kind in {DEFERRED_UPDATE, UPDATE} else None

    def _waiting(self, request: web.Request) -> Interaction:
        interaction = self._state.interactions.get(number(request, "interaction"))
        if interaction is None or interaction.token != request.match_info["token"]:
            raise errors.unknown_interaction()
        if interaction.acknowledged is not None:
            raise errors.already_acknowledged()
        if self._state.clock() > interaction.created + FIRST_ANSWER:
            raise errors.unknown_interaction()
        return interaction

    def _interaction(self, request: web.Request) -> Interaction:
        interaction = self._state.interaction(request.match_info["token"])
        ours = request.match_info["app"] == str(self._state.application.id)
        if interaction is None or not ours:
            raise errors.unknown_webhook()
        if self._state.clock() > interaction.created + TOKEN_LIFE:
            raise errors.expired_token()
        if interaction.acknowledged is None:
            raise errors.unknown_webhook()
        return interaction

    def _message(self, request: web.Request) -> Message:
        interaction = self._interaction(request)
        named = request.match_info["message"]
        mine = [each for each in [interaction.original, *interaction.followups] if each]
        for message in mine:
            original = named == "@original" and message is interaction.original
            if (original or named == str(message.id)) and not message.deleted:
                return message
        raise errors.unknown_message()


def _is_thinking(message: Message) -> bool:
    return bool(message.body["flags"] & LOADING) and not message.deleted


def _response(interaction: Interaction, message: Message | None) -> Json:
    about: Json = {"id": str(interaction.id), "type": interaction.payload["type"]}
    found: Json = {"interaction": about}
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = bool(message.body["flags"] & LOADING)
        about["response_message_ephemeral"] = bool(message.body["flags"] & EPHEMERAL)
        if interaction.callback in {MESSAGE, UPDATE}:
            found["resource"] = {"type": interaction.callback, "message": message.body}
    return found
