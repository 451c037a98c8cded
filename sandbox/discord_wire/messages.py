"""Messages: made, edited, deleted, and told to the gateway."""

import copy

from payments.domain.values.time import SECOND
from sandbox.discord_wire import errors, payloads
from sandbox.discord_wire.component_view import show
from sandbox.discord_wire.components import COMPONENTS_V2, EPHEMERAL, LOADING
from sandbox.discord_wire.form.messages import check_given, check_message
from sandbox.discord_wire.gateway import DIRECT_MESSAGES_INTENT, GUILD_MESSAGES_INTENT, Gateway
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.state import File, Interaction, Message, State

NONCE_SECONDS = 180
"""How long a nonce stands for its message: Discord's page says "the past few minutes"."""

_PARTS = ("content", "embeds", "components", "flags")
_COMMAND_ANSWER = 20


class Messages:
    """The bot's messages."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self._state = state
        self._gateway = gateway
        self._nonces: dict[str, Message] = {}

    async def post(self, channel: int, given: Json, files: list[File]) -> Message:
        """An ordinary message of the bot; the one before, where its nonce was used just now."""
        check_given(given)
        nonce = given.get("nonce")
        if nonce is not None and given.get("enforce_nonce") and (before := self._with(str(nonce))):
            return before
        return await self._add(self._new(channel, given, files))

    async def answer(
        self, interaction: Interaction, given: Json, files: list[File], *, loading: bool = False
    ) -> Message:
        """A message that answers an interaction; `loading` for one that is still to be filled."""
        check_given(given)
        flags = (given.get("flags") or 0) & ~LOADING
        given = given | {"flags": flags | (LOADING if loading else 0)}
        message = self._new(interaction.channel, given, files, empty=loading)
        message.token = interaction.token
        message.visible_to = interaction.user if flags & EPHEMERAL else None
        message.body |= {
            "type": _COMMAND_ANSWER if interaction.source is None else 0,
            "webhook_id": str(self._state.application.id),
            "interaction_metadata": self._metadata(interaction),
        }
        return await self._add(message)

    async def edit(self, message: Message, given: Json, files: list[File]) -> Message:
        """Change the parts that are given; what it was is kept in its history."""
        check_given(given)
        body = copy.deepcopy(message.body)
        body |= {key: given[key] for key in _PARTS if key in given}
        body["content"] = body["content"] or ""
        for key in ("embeds", "components"):
            body[key] = body[key] or []
        kept = message.body["flags"] & (EPHEMERAL | COMPONENTS_V2)
        body["flags"] = (body["flags"] or 0) & ~(LOADING | EPHEMERAL) | kept
        self._dress(body)
        listed = _listed(given, files, message.body["attachments"])
        stay = [each for each in message.body["attachments"] if each["id"] in listed]
        if given.get("attachments") is None and not files:
            stay = message.body["attachments"]
        names = {each["filename"] for each in stay} | _names(given, files)
        check_message(body, names, self._state.skus)
        body["attachments"] = stay + self._keep(message.channel, given, files)
        body["components"] = show(body["components"], body["attachments"], self._state.new_id)
        body["edited_timestamp"] = payloads.timestamp(self._state.clock())
        message.edits.append(message.body)
        message.body = body
        await self._tell("MESSAGE_UPDATE", message, body)
        return message

    async def delete(self, message: Message) -> None:
        """Take a message away."""
        message.deleted = True
        gone = {"id": str(message.id), "channel_id": str(message.channel)}
        await self._tell("MESSAGE_DELETE", message, gone)

    def _metadata(self, interaction: Interaction) -> Json:
        """What a message says of the interaction that it answers."""
        payload = interaction.payload
        said: Json = {
            "id": str(interaction.id),
            "type": payload["type"],
            "user": payloads.user(self._state.users[interaction.user]),
            "authorizing_integration_owners": payload["authorizing_integration_owners"],
        }
        if interaction.trigger is not None:
            said["triggering_interaction_metadata"] = self._metadata(interaction.trigger)
        elif interaction.source is not None:
            said["interacted_message_id"] = str(interaction.source.id)
        return said

    def _with(self, nonce: str) -> Message | None:
        message = self._nonces.get(nonce)
        oldest = payloads.timestamp(self._state.clock() - NONCE_SECONDS * SECOND)
        if message is None or message.deleted or message.body["timestamp"] < oldest:
            return None
        return message

    def _new(self, channel: int, given: Json, files: list[File], *, empty: bool = False) -> Message:
        identity = self._state.new_id()
        body: Json = {
            "id": str(identity),
            "channel_id": str(channel),
            "type": 0,
            "author": payloads.user(self._state.bot),
            "application_id": str(self._state.application.id),
            "content": given.get("content") or "",
            "embeds": given.get("embeds") or [],
            "components": copy.deepcopy(given.get("components") or []),
            "attachments": [],
            "flags": given.get("flags") or 0,
            "timestamp": payloads.timestamp(self._state.clock()),
            "edited_timestamp": None,
            "tts": bool(given.get("tts")),
            "pinned": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
        }
        if given.get("nonce") is not None:
            body["nonce"] = str(given["nonce"])
        self._dress(body)
        _listed(given, files, [])
        if not empty:
            check_message(body, _names(given, files), self._state.skus)
        body["attachments"] = self._keep(channel, given, files)
        body["components"] = show(body["components"], body["attachments"], self._state.new_id)
        return Message(id=identity, channel=channel, body=body)

    def _dress(self, body: Json) -> None:
        body["embeds"] = [{"type": "rich"} | each for each in body["embeds"]]

    def _keep(self, channel: int, given: Json, files: list[File]) -> list[Json]:
        kept = []
        for file in files:
            identity = self._state.new_id()
            self._state.files[identity] = file
            name = _name(given, file)
            url = f"{self._state.address}/attachments/{channel}/{identity}/{name}"
            kept.append(
                {
                    "id": str(identity),
                    "filename": name,
                    "size": len(file.content),
                    "url": url,
                    "proxy_url": url,
                }
            )
        return kept

    async def _add(self, message: Message) -> Message:
        self._state.messages[message.id] = message
        if "nonce" in message.body:
            self._nonces[message.body["nonce"]] = message
        await self._tell("MESSAGE_CREATE", message, message.body)
        return message

    async def _tell(self, event: str, message: Message, data: Json) -> None:
        if message.visible_to is None:
            await self._publish(event, message, data)
        self._state.changed()

    async def _publish(self, event: str, message: Message, data: Json) -> None:
        found = self._state.channel(message.channel)
        if found is None:
            await self._gateway.dispatch(event, data, guild=None, intent=DIRECT_MESSAGES_INTENT)
        else:
            guild = found[0].id
            data = data | {"guild_id": str(guild)}
            await self._gateway.dispatch(event, data, guild=guild, intent=GUILD_MESSAGES_INTENT)


def check_dm(state: State, user: int) -> None:
    """Refuse a direct message that would not reach the user.

    Raises:
        ApiError: 50007 where they take none, 50278 without a common guild.
    """
    together = any(
        member.user == user for guild in state.guilds.values() for member in guild.members
    )
    if not together:
        raise errors.no_mutual_guilds()
    if not state.user(user).accepts_dms:
        raise errors.cannot_dm()


def _listed(given: Json, files: list[File], before: list[Json]) -> set[str]:
    """The ids of attachments in a call; each is a file that came along, or one that was there.

    Raises:
        ApiError: 50146, one is neither.
    """
    listed = {str(each["id"]) for each in given.get("attachments") or []}
    if listed - {str(each.number) for each in files} - {each["id"] for each in before}:
        raise errors.file_not_found()
    return listed


def _name(given: Json, file: File) -> str:
    """What the call's JSON calls a file, else the name that it came with."""
    for each in given.get("attachments") or []:
        if str(each["id"]) == str(file.number) and each.get("filename"):
            return str(each["filename"])
    return file.name


def _names(given: Json, files: list[File]) -> set[str]:
    return {_name(given, each) for each in files}
