"""Facts about all features together: who is shown their commands, and which buttons last."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import discord
import pytest
from discord import ui

import bot.features
from bot.client import GuildbankBot
from bot.startup.create import load_features

MODERATORS = discord.Permissions(moderate_members=True).value
OWNERS = discord.Permissions(manage_guild=True).value


@pytest.fixture
async def loaded(new_bot: Callable[[], GuildbankBot]) -> GuildbankBot:
    found = new_bot()
    await load_features(found)
    return found


async def test_commands_are_hidden_from_those_who_do_not_have_exactly_these_permissions(
    loaded: GuildbankBot,
) -> None:
    """An owner may change it in the server's settings; this is how it is at first."""
    hidden = {
        each.name: each.default_permissions.value
        for each in loaded.tree.get_commands()
        if each.default_permissions is not None
    }
    assert hidden == {
        "Refund a payment": MODERATORS,
        "audit": MODERATORS,
        "grant": MODERATORS,
        "item": OWNERS,
        "package": OWNERS,
        "payments": MODERATORS,
        "refund": MODERATORS,
        "revoke": MODERATORS,
        "setup": OWNERS,
        "stats": MODERATORS,
        "status": OWNERS,
        "subscriber": OWNERS,
        "undo": MODERATORS,
        "order": MODERATORS,
    }


def lasting_buttons() -> Iterator[type[ui.DynamicItem[Any]]]:
    """All kinds of buttons in the features whose ids say all that they need."""
    for found in pkgutil.walk_packages(bot.features.__path__, "bot.features."):
        for each in vars(importlib.import_module(found.name)).values():
            ours = isinstance(each, type) and each.__module__ == found.name
            if ours and issubclass(each, ui.DynamicItem) and not each.__name__.startswith("_"):
                yield each


async def test_each_button_that_lasts_is_listened_to(loaded: GuildbankBot) -> None:
    """Also on cards that were sent before a restart."""
    wanted = {each.__discord_ui_compiled_template__ for each in lasting_buttons()}
    assert len(wanted) >= 12
    assert wanted == set(loaded.lasting)
    known = loaded._connection._view_store._dynamic_items
    assert wanted == set(known)
