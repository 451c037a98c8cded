"""What members do: commands, autocompletion, buttons, modals; and what they see afterwards."""

import dataclasses
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from payments.domain.time import Instant
from sandbox.discord_wire import payloads
from sandbox.discord_wire.asking import Options, find_command
from sandbox.discord_wire.checks import BUTTON, EPHEMERAL, LOADING, walk
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.gateway import Gateway
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.callbacks import (
    AUTOCOMPLETE_KIND,
    COMMAND_KIND,
    COMPONENT_KIND,
    DEFERRED,
    DEFERRED_UPDATE,
    SUBMIT_KIND,
)
from sandbox.discord_wire.state import Interaction, Message, State

PATIENCE_SECONDS = 5.0
_LINK = 5
_ATTACHMENT_LIMIT = 10 * 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a member sees of the bot's answer.

    Attributes:
        interaction: The interaction's id.
        acknowledged: When the bot first answered, microseconds since 1970; none if it did not.
        deferred: Whether that was a deferral (shown as "thinking", or nothing on a button).
        loading: Whether it still shows "thinking".
        ephemeral: Whether only the member sees it.
        message: Discord's JSON of the original answer as it is now: content, embeds, components.
        edits: How often it was edited; `history` has what it was before, oldest first.
        history: Its earlier JSON.
        deleted: Whether it was deleted.
        followups: The further messages.
        choices: The choices of an autocompletion.
        modal: The modal that opened.
    """

    interaction: int
    acknowledged: Instant | None
    deferred: bool
    loading: bool
    ephemeral: bool
    message: Json | None
    edits: int
    history: Sequence[Json]
    deleted: bool
    followups: Sequence[Json]
    choices: Sequence[Json] | None
    modal: Json | None


class Acting:
    """The members' side. Users, channels, messages and interactions are given by their ids."""

    def __init__(self, state: State, gateway: Gateway) -> None:
        self.state = state
        self.gateway = gateway

    async def slash(
        self, user: int, channel: int, command: str, options: Mapping[str, Any] | None = None
    ) -> int:
        """Use a slash command, such as `buy` or `package add`; the interaction's id.

        Args:
            user: Who uses it.
            channel: Where; for direct messages see `dm`.
            command: Its name without the slash, subcommands after spaces.
            options: By name; users, channels and roles by id.

        Raises:
            CannotAct: It is not synced, hidden from them, or an option is refused.
        """
        data = self._command(user, channel, command, dict(options or {}), None)
        return await self._send(COMMAND_KIND, user, channel, data)

    async def autocomplete(
        self,
        user: int,
        channel: int,
        command: str,
        option: str,
        typed: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> list[Json]:
        """Type into an option; the choices (`name`, `value`) that the bot offers.

        Args:
            user: Who types.
            channel: Where.
            command: As for `slash`.
            option: The option's name.
            typed: What stands in it so far.
            options: What the other options hold already.

        Raises:
            CannotAct: No such command or option.
            TimeoutError: The bot offers none in time.
        """
        given = {**(options or {}), option: typed}
        data = self._command(user, channel, command, given, option)
        identity = await self._send(AUTOCOMPLETE_KIND, user, channel, data)
        await self.wait_for_answer(identity)
        return list(self.state.interactions[identity].choices or [])

    async def click(
        self, user: int, message: int, custom_id: str, values: Sequence[str] | None = None
    ) -> int:
        """Press a button, or choose `values` in a select; the interaction's id.

        Raises:
            CannotAct: They do not see the message, or it has no such thing to use.
        """
        found = self._visible(user, message)
        for component in walk(found.body["components"]):
            if component.get("custom_id") == custom_id:
                break
        else:
            raise CannotAct(f"message {message} has nothing called {custom_id}")
        if component.get("disabled"):
            raise CannotAct(f"{custom_id} is disabled")
        data: Json = {
            "custom_id": custom_id,
            "component_type": component["type"],
            "id": component.get("id", 1),
        }
        if component["type"] != BUTTON:
            offered = {each["value"] for each in component.get("options", [])}
            if offered and set(values or ()) - offered:
                raise CannotAct(f"{custom_id} offers {sorted(offered)}")
            data |= {"values": list(values or ()), "resolved": {}}
        return await self._send(COMPONENT_KIND, user, found.channel, data, found)

    async def submit(self, interaction: int, values: Mapping[str, str | Sequence[str]]) -> int:
        """Fill in and send the modal that an interaction opened; the new interaction's id.

        Args:
            interaction: The one that was answered with the modal.
            values: By custom id: text, or a sequence of values for a select.

        Raises:
            CannotAct: There is no modal, or no such field.
        """
        before = self._interaction(interaction)
        if before.modal is None:
            raise CannotAct(f"interaction {interaction} opened no modal")
        fields = {
            each["custom_id"] for each in walk(before.modal["components"]) if "custom_id" in each
        }
        if set(values) - fields:
            raise CannotAct(f"the modal has the fields {sorted(fields)}")
        data = {
            "custom_id": before.modal["custom_id"],
            "components": [_filled(each, values) for each in before.modal["components"]],
            "resolved": {},
        }
        return await self._send(SUBMIT_KIND, before.user, before.channel, data, before.source)

    def answer(self, interaction: int) -> Answer:
        """The bot's answer as it is now."""
        of = self._interaction(interaction)
        message = of.original
        flags = message.body["flags"] if message else 0
        return Answer(
            interaction=of.id,
            acknowledged=of.acknowledged,
            deferred=of.callback in {DEFERRED, DEFERRED_UPDATE},
            loading=bool(flags & LOADING),
            ephemeral=bool(flags & EPHEMERAL),
            message=message.body if message else None,
            edits=len(message.edits) if message else 0,
            history=tuple(message.edits) if message else (),
            deleted=message.deleted if message else False,
            followups=tuple(each.body for each in of.followups if not each.deleted),
            choices=of.choices,
            modal=of.modal,
        )

    async def wait_for_answer(
        self, interaction: int, *, edited: int = 0, timeout_seconds: float = PATIENCE_SECONDS
    ) -> Answer:
        """The answer, as soon as the bot acknowledged and edited it at least `edited` times.

        After a deferral `edited=1` is what takes the place of "thinking".

        Raises:
            TimeoutError: It did not in time.
        """
        of = self._interaction(interaction)

        def look() -> Answer | None:
            if of.callback is None:
                return None
            found = self.answer(interaction)
            return found if found.edits >= edited else None

        return await self.state.until(look, timeout_seconds)

    def dms(self, user: int) -> list[Json]:
        """The bot's direct messages to a user, oldest first."""
        return self.messages(self.state.dm(user))

    async def wait_for_dm(
        self, user: int, count: int = 1, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> list[Json]:
        """The direct messages to a user, as soon as there are `count`.

        Raises:
            TimeoutError: They did not come in time.
        """

        def look() -> list[Json] | None:
            found = self.dms(user)
            return found if len(found) >= count else None

        return await self.state.until(look, timeout_seconds)

    def messages(self, channel: int) -> list[Json]:
        """All that everyone sees in a channel, oldest first."""
        self.state.channel(channel)
        return [
            each.body
            for each in self.state.messages.values()
            if each.channel == channel and not each.deleted and each.visible_to is None
        ]

    async def wait_for_bot(self, *, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until a bot is connected to the gateway.

        Raises:
            TimeoutError: None came in time.
        """
        await self.state.until(lambda: self.gateway.connected or None, timeout_seconds)

    async def wait_for_commands(
        self, guild: int | None = None, *, timeout_seconds: float = PATIENCE_SECONDS
    ) -> list[str]:
        """The names of the synced commands, as soon as there are any.

        Raises:
            TimeoutError: None were synced in time.
        """

        def look() -> list[str] | None:
            return [each["name"] for each in self.state.commands.get(guild, [])] or None

        return await self.state.until(look, timeout_seconds)

    def _command(
        self, user: int, channel: int, command: str, given: dict[str, Any], focused: str | None
    ) -> Json:
        name, *path = command.split()
        found = find_command(self.state, name, user, channel)
        options = Options(self.state, channel, focused)
        data: Json = {
            "id": found["id"],
            "name": name,
            "type": 1,
            "options": options.fill(found, path, given),
        }
        if options.resolved:
            data["resolved"] = options.resolved
        if "guild_id" in found:
            data["guild_id"] = found["guild_id"]
        return data

    def _interaction(self, identity: int) -> Interaction:
        if identity not in self.state.interactions:
            raise CannotAct(f"no interaction {identity}")
        return self.state.interactions[identity]

    def _visible(self, user: int, identity: int) -> Message:
        message = self.state.messages.get(identity)
        seen = message is not None and not message.deleted and message.visible_to in {None, user}
        if message is None or not seen:
            raise CannotAct(f"there is no message {identity} for this member")
        return message

    async def _send(
        self, kind: int, user: int, channel: int, data: Json, source: Message | None = None
    ) -> int:
        payload = self._payload(kind, user, channel, data)
        if kind in {COMPONENT_KIND, SUBMIT_KIND}:
            # Nobody presses a button before the bot knows that it has sent it.
            await self.gateway.settle()
        if source is not None:
            payload["message"] = source.body
        interaction = Interaction(
            id=int(payload["id"]),
            token=payload["token"],
            created=self.state.clock(),
            user=user,
            channel=channel,
            payload=payload,
            source=source,
        )
        self.state.interactions[interaction.id] = interaction
        self.state.changed()
        await self.gateway.dispatch("INTERACTION_CREATE", payload)
        return interaction.id

    def _payload(self, kind: int, user: int, channel: int, data: Json) -> Json:
        state = self.state
        who, found = state.user(user), state.channel(channel)
        if not state.permissions(user, channel) & payloads.VIEW_CHANNEL:
            raise CannotAct(f"{who.username} does not see the channel {channel}")
        payload: Json = {
            "id": str(state.new_id()),
            "application_id": str(state.application.id),
            "type": kind,
            "data": data,
            "token": secrets.token_urlsafe(64),
            "version": 1,
            "channel_id": str(channel),
            "app_permissions": str(state.permissions(state.bot.id, channel)),
            "locale": who.locale,
            "entitlements": [],
            "authorizing_integration_owners": {},
            "context": 1 if found is None else 0,
            "attachment_size_limit": _ATTACHMENT_LIMIT,
        }
        if found is None:
            recipient = state.users[state.dms[channel]]
            if recipient != who:
                raise CannotAct(f"{who.username} does not see the channel {channel}")
            dm = payloads.dm_channel(channel, recipient)
            return payload | {"user": payloads.user(who), "channel": dm}
        guild, within = found
        member = state.member(guild, user)
        allowed = str(payloads.permissions(member, guild, within))
        about = {"id": str(guild.id), "locale": guild.preferred_locale, "features": []}
        return payload | {
            "guild_id": str(guild.id),
            "guild": about,
            "guild_locale": guild.preferred_locale,
            "channel": payloads.channel(within, guild) | {"permissions": allowed},
            "member": payloads.member(member, who) | {"permissions": allowed},
        }


def _filled(component: Json, values: Mapping[str, str | Sequence[str]]) -> Json:
    """A modal's component as it is sent back."""
    sent: Json = {"type": component["type"], "id": component.get("id", 1)}
    if "components" in component:
        sent["components"] = [_filled(each, values) for each in component["components"]]
    if "component" in component:
        sent["component"] = _filled(component["component"], values)
    if "custom_id" in component:
        value = values.get(component["custom_id"], component.get("value", ""))
        sent["custom_id"] = component["custom_id"]
        sent |= {"value": value} if isinstance(value, str) else {"values": list(value)}
    return sent
