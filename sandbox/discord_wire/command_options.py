"""From what a member types to the command's options, checked as Discord's own client does it."""

from typing import Any

from sandbox.discord_wire import payloads, rights
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.interactions import DM_CONTEXT, GUILD_CONTEXT
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.state import State

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
SUBCOMMAND, GROUP = 1, 2
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = range(3, 11)
_PYTHON: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
}
_TEXT_LENGTH, _SAFE = 6000, 2**53


def find_command(
    state: State, name: str, user: int, channel: int, kinds: tuple[int, ...] = (SLASH,)
) -> Json:
    """The synced command that a member sees by this name in this channel.

    Args:
        state: Where commands, channels and permissions are found.
        name: What it is called.
        user: Who looks for it.
        channel: Where.
        kinds: Which types count.

    Raises:
        CannotAct: There is none, or it is hidden from them.
    """
    found = state.channel(channel)
    scopes = [None] if found is None else [found[0].id, None]
    for scope in scopes:
        for command in state.commands.get(scope, []):
            if command["name"] == name and command["type"] in kinds:
                _check_seen(state, command, user, channel)
                return command
    shown = f"/{name}" if kinds == (SLASH,) else name
    raise CannotAct(f"no command {shown} is synced here")


def _check_seen(state: State, command: Json, user: int, channel: int) -> None:
    context = DM_CONTEXT if state.channel(channel) is None else GUILD_CONTEXT
    contexts = command["contexts"]
    hidden_in_dms = context == DM_CONTEXT and command["dm_permission"] is False
    if hidden_in_dms or (contexts is not None and context not in contexts):
        raise CannotAct(f"/{command['name']} is not for this place")
    asked = command["default_member_permissions"]
    if asked is None or context == DM_CONTEXT:
        return
    has = state.permissions(user, channel)
    needed = int(asked) or rights.ADMINISTRATOR
    if has & needed != needed:
        raise CannotAct(f"/{command['name']} is hidden from this member")


class Options:
    """The options of one use of a command, and the objects that they name.

    Args:
        state: Where users, channels and roles are found.
        channel: Where the command is used.
        focused: The option that is being typed, for an autocompletion.
        strict: Whether lengths and bounds are checked; a client that was tampered with does not.
    """

    def __init__(
        self, state: State, channel: int, focused: str | None = None, *, strict: bool = True
    ) -> None:
        self._strict = strict
        self._state = state
        self._channel = channel
        self._focused = focused
        self.resolved: dict[str, Json] = {}

    def fill(self, command: Json, path: list[str], given: dict[str, Any]) -> list[Json]:
        """The options as they are sent, inside the subcommand that `path` leads to.

        Raises:
            CannotAct: No such subcommand or option, a required one is missing, a value is refused.
        """
        options = command.get("options") or []
        below = {each["name"]: each for each in options if each["type"] in {SUBCOMMAND, GROUP}}
        if below:
            if not path or path[0] not in below:
                raise CannotAct(f"/{command['name']} has the subcommands {sorted(below)}")
            child = below[path[0]]
            inner = self.fill(child, path[1:], given)
            return [{"name": child["name"], "type": child["type"], "options": inner}]
        if path:
            raise CannotAct(f"{command['name']} has no subcommand {path[0]}")
        known = {each["name"] for each in options}
        if set(given) - known:
            raise CannotAct(f"{command['name']} has no options {sorted(set(given) - known)}")
        missing = [each["name"] for each in options if each.get("required")]
        if self._focused is None and set(missing) - set(given):
            raise CannotAct(f"{command['name']} needs {missing}")
        return [
            self._option(each, given[each["name"]]) for each in options if each["name"] in given
        ]

    def _option(self, option: Json, value: Any) -> Json:  # noqa: ANN401 - of the option's type
        kind, name = option["type"], option["name"]
        sent: Json = {"name": name, "type": kind, "value": value}
        if name == self._focused:
            if not option.get("autocomplete"):
                raise CannotAct(f"{name} is not completed")
            return sent | {"focused": True}
        if kind in _PYTHON:
            if not isinstance(value, _PYTHON[kind]) or (kind != BOOLEAN and value is True):
                raise CannotAct(f"{name} cannot be {value!r}")
            if self._strict:
                _check_bounds(option, value)
            return sent
        identity = int(value)
        self.resolve(kind, identity)
        return sent | {"value": str(identity)}

    def resolve(self, kind: int, identity: int) -> None:
        """Add what an id stands for to `resolved`.

        Args:
            kind: The type of the option that names it: `USER`, `ROLE`, …
            identity: Its id.

        Raises:
            CannotAct: There is nothing of this kind with this id.
        """
        state, found = self._state, self._state.channel(self._channel)
        if kind in {USER, MENTIONABLE} and identity in state.users:
            who = state.users[identity]
            self._add("users", identity, payloads.user(who))
            members = found[0].members if found else ()
            for member in members:
                if member.user == identity and found:
                    sent = payloads.member(member, who)
                    del sent["user"], sent["deaf"], sent["mute"]
                    allowed = rights.permissions(member, *found)
                    self._add("members", identity, sent | {"permissions": str(allowed)})
            return
        if found is not None:
            guild, _ = found
            for role in guild.roles:
                if kind in {ROLE, MENTIONABLE} and role.id == identity:
                    self._add("roles", identity, payloads.role(role))
                    return
            for channel in guild.channels:
                if kind == CHANNEL and channel.id == identity:
                    sent = payloads.channel(channel, guild)
                    allowed = rights.permissions(state.member(guild, state.bot.id), guild, channel)
                    self._add("channels", identity, sent | {"permissions": str(allowed)})
                    return
        raise CannotAct(f"nothing to pick with the id {identity}")

    def _add(self, kind: str, identity: int, what: Json) -> None:
        self.resolved.setdefault(kind, {})[str(identity)] = what


def focused_kind(data: Json) -> int:
    """The type of the option that is completed in a command's data."""
    for option in data.get("options") or []:
        if option.get("focused"):
            return int(option["type"])
        if option["type"] in {SUBCOMMAND, GROUP}:
            return focused_kind(option)
    raise CannotAct(f"no option of {data['name']} is completed")


def _check_bounds(option: Json, value: Any) -> None:  # noqa: ANN401 - of the option's type
    name = option["name"]
    choices = option.get("choices")
    if choices and value not in [each["value"] for each in choices]:
        raise CannotAct(f"{name} offers no {value!r}")
    size = len(value) if isinstance(value, str) else value
    if isinstance(value, str):
        least, most = option.get("min_length") or 1, option.get("max_length") or _TEXT_LENGTH
    else:
        least, most = option.get("min_value", -_SAFE), option.get("max_value", _SAFE)
    if not least <= size <= most:
        raise CannotAct(f"{name} must lie between {least} and {most}, not {value!r}")
