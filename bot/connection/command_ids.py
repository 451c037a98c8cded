"""The ids under which Discord knows the bot's commands: with them a command can be clicked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from payments.domain.values.ids import GuildId

_SUBCOMMAND: Final = 1
_GROUP: Final = 2
"""Kinds of options that are commands (Discord, page "Application Commands")."""


class CommandIds:
    """Ids of slash commands by their full names, everywhere and in single guilds."""

    def __init__(self) -> None:
        self._known: dict[GuildId | None, Mapping[str, int]] = {}

    def learn(self, guild: GuildId | None, commands: Sequence[Mapping[str, Any]]) -> None:
        """Keep the ids of the commands of one place.

        Args:
            guild: Where they are known; none for everywhere.
            commands: As Discord shows them.
        """
        self._known[guild] = {
            name: int(each["id"]) for each in commands for name in _names(each, each["name"])
        }

    def usable_in(self, guild: GuildId | None) -> Mapping[str, int]:
        """Those that can be used in a guild, by their full names such as `package add`."""
        return {**self._known.get(None, {}), **self._known.get(guild, {})}


def _names(command: Mapping[str, Any], name: str) -> Iterator[str]:
    """The full names of a command: of one with subcommands theirs, since only they can be used."""
    options = command.get("options") or ()
    inner = [each for each in options if each["type"] in {_SUBCOMMAND, _GROUP}]
    if not inner:
        yield name
    for each in inner:
        yield from _names(each, f"{name} {each['name']}")
