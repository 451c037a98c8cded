"""A shop's panel in a channel of the simulated Discord."""

from typing import Any

import discord
import pytest
from simcord.builders import ChannelHandle
from simcord.results import InteractionResult

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints
from payments.domain.values.events import ItemChanged
from payments.domain.values.items import Limits
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import BEN, GUILD, START, key
from tests.support.shopping import add_item, item_id, offer

DINNER = offer("Dinner", price=100, limits=Limits(), description="With the *captain*")


@pytest.fixture
async def shop(world: World, runner: Runner) -> ChannelHandle:
    """A channel for panels; a dinner is for sale, and Ada has points."""
    await runner.run(add_item(DINNER, available=20))
    await runner.run(
        GrantPoints(
            key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=world.ada_id, points=500
        )
    )
    return world.guild.create_text_channel("shop")


async def post(world: World, channel: ChannelHandle, **options: Any) -> InteractionResult:
    return await world.olga.slash(world.general, "item panel", channel=channel, **options)


def last(channel: ChannelHandle) -> discord.Message:
    message: discord.Message = channel.history()[-1]
    return message


def by_owner(clock: Time) -> dict[str, Any]:
    return {"key": key(), "at": clock(), "actor": by_member(BEN), "guild": GUILD}


def item_changed() -> ItemChanged:
    return ItemChanged(guild=GUILD, at=START, item=item_id("Dinner"))


def inner(part: Any) -> list[Any]:
    """What is in a part of a message."""
    return list(part.get("components", []))


def labels(message: discord.Message) -> list[str]:
    """What stands on its buttons, and whether they can be pressed."""
    rows: list[Any] = [row for part in message.components for row in inner(part.to_dict())]
    buttons = [row["accessory"] for row in rows if "accessory" in row]
    return [f"{each['label']}{' (off)' if each['disabled'] else ''}" for each in buttons]
