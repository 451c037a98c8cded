"""What members do: commands, autocompletion, buttons, modals."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord_wire import payloads
from sandbox.discord_wire.asking import Options, find_command
from sandbox.discord_wire.checks import BUTTON, walk
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.callbacks import (
    AUTOCOMPLETE_KIND,
    COMMAND_KIND,
    COMPONENT_KIND,
    SUBMIT_KIND,
)
from sandbox.discord_wire.seeing import Seeing
from sandbox.discord_wire.state import Interaction, Message

_ATTACHMENT_LIMIT = 10 * 1024 * 1024


class Acting(Seeing):
    """The members' hands.

    A user, guild or channel that is not there is an `ApiError` with Discord's own number.
    """

    async def slash(
        self, user: int, channel: int, command: str, options: Mapping[str, Any] | None = None
    ) -> int:
        """Use a slash command, such as `buy` or `package add`; the interaction's id.

        Args:
            user: Who uses it.
            channel: Where; for direct messages what `dm_channel` gives.
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
        before = self.interaction(interaction)
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
        self.state.add(interaction)
        self.state.changed()
        found = self.state.channel(channel)
        guild = found[0].id if found else None
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild=guild)
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
