"""What members do: commands, autocompletion, buttons, modals."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord_wire import payloads
from sandbox.discord_wire.command_options import (
    MESSAGE_MENU,
    USER,
    USER_MENU,
    Options,
    find_command,
)
from sandbox.discord_wire.components import BUTTON, walk
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.form_values import Value, chosen, filled
from sandbox.discord_wire.gateway import MEMBERS_INTENT
from sandbox.discord_wire.interactions import interaction_payload
from sandbox.discord_wire.member_view import MemberView
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.rest.callbacks import (
    AUTOCOMPLETE_KIND,
    COMMAND_KIND,
    COMPONENT_KIND,
    SUBMIT_KIND,
)
from sandbox.discord_wire.state import Interaction, Message
from sandbox.discord_wire.world import PRIVATE_THREAD, PUBLIC_THREAD


class MemberActions(MemberView):
    """The members' hands.

    A user, guild or channel that is not there is an `ApiError` with Discord's own number.
    """

    async def slash(
        self,
        user: int,
        channel: int,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        strict: bool = True,
    ) -> int:
        """Use a slash command, such as `buy` or `package add`; the interaction's id.

        Args:
            user: Who uses it.
            channel: Where; for direct messages what `dm_channel` gives.
            command: Its name without the slash, subcommands after spaces.
            options: By name; users, channels and roles by id.
            strict: Whether the client checks lengths and bounds, as Discord's own does.

        Raises:
            CannotAct: It is not synced, hidden from them, or an option is refused.
        """
        data = self._command(user, channel, command, dict(options or {}), None, strict=strict)
        return await self._send(COMMAND_KIND, user, channel, data)

    async def menu(self, user: int, channel: int, name: str, target: int) -> int:
        """Use a command of a user's or a message's context menu; the interaction's id.

        Args:
            user: Who uses it.
            channel: Where.
            name: What the menu shows.
            target: The user's or message's id.

        Raises:
            CannotAct: It is not synced or hidden from them, or the target is not seen.
        """
        kinds = (USER_MENU, MESSAGE_MENU)
        found = find_command(self.state, name, user, channel, kinds)
        options = Options(self.state, channel)
        if found["type"] == USER_MENU:
            options.resolve(USER, target)
        else:
            seen = self._visible(user, target)
            options.resolved = {"messages": {str(target): seen.body}}
        data = _named(found) | {"target_id": str(target), "resolved": options.resolved}
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
            options = Options(self.state, found.channel)
            data["values"] = chosen(component, values or (), options)
            if options.resolved:
                data["resolved"] = options.resolved
        return await self._send(COMPONENT_KIND, user, found.channel, data, found)

    async def submit(self, interaction: int, values: Mapping[str, Value]) -> int:
        """Fill in and send the modal that an interaction opened; the new interaction's id.

        Args:
            interaction: The one that was answered with the modal.
            values: By custom id: text, a checkbox's truth, or a sequence of a select's values.

        Raises:
            CannotAct: There is no modal, or no such field.
        """
        before = self.interaction(interaction)
        if before.modal is None:
            raise CannotAct(f"interaction {interaction} opened no modal")
        options = Options(self.state, before.channel)
        data: Json = {
            "custom_id": before.modal["custom_id"],
            "components": filled(before.modal, values, options),
        }
        if options.resolved:
            data["resolved"] = options.resolved
        return await self._send(
            SUBMIT_KIND, before.user, before.channel, data, before.source, before
        )

    async def start_thread(
        self, user: int, channel: int, name: str, *, private: bool = False
    ) -> int:
        """Start a thread below a channel; its id.

        Raises:
            ApiError: They may not, or the channel takes none.
        """
        kind = PRIVATE_THREAD if private else PUBLIC_THREAD
        return (await self.threads.start(user, channel, name=name, kind=kind)).id

    def take_dms(self, user: int, *, accepts: bool) -> None:
        """Deliver the bot's direct messages to a user from now on, or answer them with 50007."""
        who = self.state.user(user)
        self.state.users[user] = who.model_copy(update={"accepts_dms": accepts})

    async def leave(self, user: int, guild: int) -> None:
        """Leave a guild; without another common one the bot's direct messages meet 50278."""
        left = self.state.guild(guild)
        self.state.remove_member(left, user)
        payload = {"guild_id": str(guild), "user": payloads.user(self.state.user(user))}
        await self.gateway.dispatch(
            "GUILD_MEMBER_REMOVE", payload, guild=guild, intent=MEMBERS_INTENT
        )

    async def join(self, user: int, guild: int) -> None:
        """Join a guild; with no roles, whatever they had before they left."""
        member = self.state.add_member(self.state.guild(guild), user)
        payload = payloads.member(member, self.state.user(user)) | {"guild_id": str(guild)}
        await self.gateway.dispatch("GUILD_MEMBER_ADD", payload, guild=guild, intent=MEMBERS_INTENT)

    def _command(
        self,
        user: int,
        channel: int,
        command: str,
        given: dict[str, Any],
        focused: str | None,
        *,
        strict: bool = True,
    ) -> Json:
        name, *path = command.split()
        found = find_command(self.state, name, user, channel)
        options = Options(self.state, channel, focused, strict=strict)
        data = _named(found) | {"options": options.fill(found, path, given)}
        if options.resolved:
            data["resolved"] = options.resolved
        return data

    def _visible(self, user: int, identity: int) -> Message:
        message = self.state.messages.get(identity)
        seen = message is not None and not message.deleted and message.visible_to in {None, user}
        if message is None or not seen:
            raise CannotAct(f"there is no message {identity} for this member")
        return message

    async def _send(
        self,
        kind: int,
        user: int,
        channel: int,
        data: Json,
        source: Message | None = None,
        trigger: Interaction | None = None,
    ) -> int:
        payload = interaction_payload(self.state, kind, user, channel, data)
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
            trigger=trigger,
        )
        self.state.add(interaction)
        self.state.changed()
        found = self.state.channel(channel)
        guild = found[0].id if found else None
        await self.gateway.dispatch("INTERACTION_CREATE", payload, guild=guild)
        return interaction.id


def _named(command: Json) -> Json:
    named: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return named | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})
