"""All commands on Discord, as Discord itself is told of them."""

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from discord import AppCommandOptionType, AppCommandType, Permissions
from tables import table

from app.process import Guildbank
from bot.startup.command_sync import commands_hash
from payments.infra.encryption import new_key
from payments.providers.settings import load_settings

WHO: Final = {
    "members": ("For members", "Everyone on the server may use these."),
    "moderators": (
        "For moderators",
        "Those with the moderators' role, or who may manage the server, in their channel only.",
    ),
    "owners": ("For owners", "Those who may manage the server may use these."),
}
"""Who may use commands: a title and a sentence."""

KINDS: Final = {
    AppCommandOptionType.string: "text",
    AppCommandOptionType.integer: "whole number",
    AppCommandOptionType.boolean: "yes or no",
    AppCommandOptionType.user: "member",
    AppCommandOptionType.channel: "channel",
    AppCommandOptionType.role: "role",
    AppCommandOptionType.number: "number",
    AppCommandOptionType.attachment: "file",
}

_GROUPS: Final = {
    AppCommandOptionType.subcommand.value,
    AppCommandOptionType.subcommand_group.value,
}

Described = Mapping[str, Any]
"""A command or an option, as it is sent to Discord."""


def slash_commands() -> str:
    """Each command with its options, by who may use it."""
    commands = asyncio.run(_commands())
    parts = []
    for who, (title, sentence) in WHO.items():
        theirs = [each for each in commands if _who(each) == who]
        parts += [f"## {title}", sentence]
        parts += [_written(name, each) for top in theirs for name, each in _leaves(top)]
    return "\n\n".join(parts)


async def _commands() -> list[Described]:
    """Ask the bot itself, wired as always, with settings that lead nowhere."""
    with tempfile.TemporaryDirectory() as folder:
        guildbank = Guildbank(
            load_settings(
                (),
                _env_file=None,
                discord_token="none",  # noqa: S106 - nobody logs in
                stripe_secret_key="sk_test_none",  # noqa: S106 - as above
                stripe_webhook_secret="whsec_none",  # noqa: S106 - as above
                guild_ids="*",
                encryption_keys=new_key(),
                database_url=f"sqlite:///{folder}/none.db",
            )
        )
        try:
            await commands_hash(guildbank.bot)
            tree = guildbank.bot.tree
            registered: list[Described] = [each.to_dict(tree) for each in tree.get_commands()]
        finally:
            await guildbank.close()
    return sorted(registered, key=lambda each: str(each["name"]))


def _who(command: Described) -> str:
    wanted = command["default_member_permissions"]
    if wanted is None:
        return "members"
    return "owners" if Permissions(int(wanted)).manage_guild else "moderators"


def _leaves(command: Described, before: str = "") -> Iterator[tuple[str, Described]]:
    """The command, or those below it, with their whole names."""
    name = f"{before}{command['name']}"
    below = [each for each in command.get("options", []) if each["type"] in _GROUPS]
    for each in below:
        yield from _leaves(each, f"{name} ")
    if not below:
        yield name, command


def _written(name: str, command: Described) -> str:
    is_menu = not command.get("description")
    slug = name.lower().replace(" ", "-")
    title = f"“{name}”" if is_menu else f"/{name}"
    parts = [f"### {title} {{ #{slug} }}"]
    if is_menu and command["type"] == AppCommandType.user.value:
        parts.append("In the menu of a member: right-click, or long press on a phone, *Apps*.")
    else:
        parts.append(command["description"])
    if options := command.get("options"):
        parts.append(
            table(
                ("option", "what", "meaning"),
                ((_name(each), _what(each), each["description"]) for each in options),
            )
        )
    return "\n\n".join(parts)


def _name(option: Described) -> str:
    return f"`{option['name']}`" + ("" if option.get("required") else " (may be left out)")


def _what(option: Described) -> str:
    words = KINDS[AppCommandOptionType(option["type"])]
    if choices := option.get("choices"):
        return "one of " + ", ".join(f"`{each['name']}`" for each in choices)
    if option.get("autocomplete"):
        words += ", with a list to choose from"
    least, most = option.get("min_value"), option.get("max_value")
    if least is not None and most is not None:
        words += f", {least:,} to {most:,}"
    if (longest := option.get("max_length")) is not None:
        shortest = option.get("min_length")
        words += f", {longest}" if shortest == longest else f", at most {longest}"
        words += " characters"
    return words
