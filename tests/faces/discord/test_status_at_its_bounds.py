"""`/status` where something just begins to be in trouble, and its card as a whole."""

import re
from importlib.metadata import version
from typing import Any

import pytest
from simcord.results import InteractionResult

from bot.features.status.commands import Status
from bot.ui.card import Mood
from bot.wording.text import PLAIN
from payments.domain.values.time import MINUTE, later, to_seconds
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import checkout_update, event, initiate


async def ask(world: World) -> tuple[InteractionResult, str]:
    result = await world.olga.slash(world.general, "status")
    return result, said(result.response)


def colour(result: InteractionResult) -> int:
    assert result.response is not None
    (box,) = result.response.components
    return int(box["accent_color"])


async def test_the_card_says_that_all_is_well_and_how_long_each_look_took(world: World) -> None:
    result, words = await ask(world)
    assert result.ephemeral
    assert colour(result) == Mood.GOOD.value
    head, well, waits, last, foot = words.splitlines()
    assert (head, well) == ("### Status", "All is well.")
    assert waits == "Message queue: empty"
    assert last == "No payment provider has sent a message yet."
    took = r" · (?:(?:and )?[a-z -]+ \d+ ms(?:, )?)+"
    wanted = rf"-# Guildbank {re.escape(version('guildbank'))}{took} · tables \w+ · Discord .+"
    assert re.fullmatch(wanted, foot), foot


@pytest.mark.parametrize(("age", "late"), [(MINUTE - 1, False), (MINUTE, True)])
async def test_what_has_been_due_for_a_minute_is_late(
    world: World,
    runner: Runner,
    clock: Time,
    age: int,
    late: bool,  # noqa: FBT001 - a column of the table
) -> None:
    await runner.run(initiate("p1", at=clock()))
    await runner.run(event(checkout_update("p1"), at=clock()))
    clock.pass_(age)
    result, words = await ask(world)
    assert ("⚠️ A message has waited for 1 minute." in words) is late
    assert ("All is well." in words) is not late
    assert colour(result) == (Mood.WAIT if late else Mood.GOOD).value
    assert re.search(r"Message queue: [1-9] normal", words)
    heard = later(clock(), -age)
    assert f"Last message from a payment provider: Stripe, <t:{to_seconds(heard)}:R>." in words


async def test_what_could_not_be_delivered_for_good_is_counted(
    world: World, runner: Runner, database: Database, clock: Time
) -> None:
    await runner.run(initiate("p1", at=clock()))
    await runner.run(event(checkout_update("p1"), at=clock()))
    deliveries = Deliveries(database)
    claimed = await deliveries.claim(
        urgent=10,
        oldest=10,
        channels=["mod", "dm", "answer", "owner", "announcement"],
        now=clock(),
        until=later(clock(), MINUTE),
        lease="a lease",
    )
    for each in claimed:
        await deliveries.bury(each, clock(), "RuntimeError: no")
    result, words = await ask(world)
    dead = f"{len(claimed)} messages could not be delivered. `guildbank events dead` lists them."
    assert claimed
    assert f"⚠️ {dead}" in words
    assert colour(result) == Mood.WAIT.value


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (float("inf"), "connecting"),
        (float("nan"), "connecting"),
        (0.0, "0 ms"),
        (0.0421, "42 ms"),
        (1.5, "1,500 ms"),
    ],
)
def test_how_long_discord_takes_is_said_once_it_is_known(seconds: float, words: str) -> None:
    client: Any = type("Client", (), {"latency": seconds})()
    assert PLAIN.say(Status(client)._latency()) == words
