"""Facts about all commands together: names, texts and limits."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from discord import AppCommandType

from bot.client import GuildbankBot
from bot.startup.command_sync import commands_hash
from tests.support.shown import FOLDER, compare

MENU = 2
"""Discord: the type of a command in a member's menu."""


@pytest.fixture
async def commands(new_bot: Callable[[], GuildbankBot]) -> list[dict[str, Any]]:
    bot = new_bot()
    assert await commands_hash(bot) == await commands_hash(new_bot())
    return [dict(command.to_dict(bot.tree)) for command in bot.tree.get_commands()]


def parts(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield of
    for option in of.get("options", []):
        yield from parts(option)


def test_there_are_these_commands_and_no_name_twice(commands: list[dict[str, Any]]) -> None:
    names = [command["name"] for command in commands]
    assert sorted(names) == [
        "Refund a payment",
        "audit",
        "balance",
        "buy",
        "grant",
        "help",
        "history",
        "item",
        "notices",
        "order",
        "orders",
        "package",
        "payments",
        "redeem",
        "refund",
        "revoke",
        "setup",
        "shop",
        "stats",
        "status",
        "subscriber",
        "transfer",
        "undo",
    ]
    for command in commands:
        for part in parts(command):
            options = [option["name"] for option in part.get("options", [])]
            assert len(options) == len(set(options))


def test_everything_is_registered_as_written_down(commands: list[dict[str, Any]]) -> None:
    """Names, texts, ranges, choices, who may use what: read the difference after a change."""
    compare(FOLDER / "commands.json", sorted(commands, key=lambda command: str(command["name"])))


async def test_a_feature_that_is_taken_away_takes_its_menu_along(
    new_bot: Callable[[], GuildbankBot],
) -> None:
    bot = new_bot()
    await commands_hash(bot)  # all features are there
    name, menu = "Refund a payment", AppCommandType.user
    assert bot.tree.get_command(name, type=menu) is not None
    await bot.remove_cog("RefundsCog")
    assert bot.tree.get_command(name, type=menu) is None


def test_everything_keeps_to_discords_limits(commands: list[dict[str, Any]]) -> None:
    assert sum(command["type"] == MENU for command in commands) <= 5
    for command in commands:
        length = 0
        if command["type"] == MENU:
            assert 1 <= len(command["name"]) <= 32
            assert "description" not in command
            continue
        for part in parts(command):
            assert 1 <= len(part["name"]) <= 32
            assert 1 <= len(part["description"]) <= 100
            assert len(part.get("options", [])) <= 25
            assert len(part.get("choices", [])) <= 25
            assert part["description"] != "…", f"{part['name']} of {command['name']} says nothing"
            length += len(part["name"]) + len(part["description"])
        assert length <= 8000


def test_no_command_works_in_direct_messages(commands: list[dict[str, Any]]) -> None:
    for command in commands:
        assert command["contexts"] == [0], command["name"]


def test_what_moderators_and_owners_do_is_hidden_from_members(
    commands: list[dict[str, Any]],
) -> None:
    hidden = {c["name"] for c in commands if c["default_member_permissions"] is not None}
    assert hidden == {
        "Refund a payment",
        "audit",
        "grant",
        "item",
        "package",
        "payments",
        "refund",
        "revoke",
        "setup",
        "stats",
        "status",
        "subscriber",
        "undo",
        "order",
    }


def test_the_bot_asks_for_no_privileged_intent(new_bot: Callable[[], GuildbankBot]) -> None:
    intents = new_bot().intents
    assert dict(intents)["guilds"]
    assert [name for name, wanted in intents if wanted] == ["guilds"]
