"""What was done is found again as it was given."""

from dataclasses import fields, replace
from typing import Any

import pytest

from payments.commands.base import Command, by_member
from payments.commands.catalogue import UNDOABLE
from payments.commands.guild.packages import RetirePackage
from payments.commands.payments.purchase_ban import LiftPurchaseBan
from payments.commands.points.move import GrantPoints, RevokePoints
from payments.commands.shop.items import RetireItem
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import HOUR, MINUTE, later
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.shopping import add_item, item_id, offer


def common(minutes: int = 0) -> dict[str, Any]:
    at = later(START, minutes * MINUTE)
    return {"key": key("discord"), "at": at, "actor": by_member(BEN), "guild": GUILD}


def grant(minutes: int = 0, **changes: Any) -> GrantPoints:
    wanted: dict[str, Any] = {"member": ADA, "points": 20, "note": "“for”\nthe *map*"}
    return GrantPoints(**(common(minutes) | wanted | changes))


COMMANDS: list[Command[Any]] = [
    grant(expires_at=later(START, HOUR)),
    RevokePoints(**common(), member=ADA, points=8, note="x"),
    LiftPurchaseBan(**common(), member=ADA),
    RetirePackage(**common(), package=package().id),
    RetireItem(**common(), item=item_id("Captain's table")),
    add_item(offer("Dinner")),
]


@pytest.fixture
async def begun(runner: Runner) -> Runner:
    """Ada has points and is barred, and a package is for sale."""
    await put_up(runner)
    await runner.run(add_item(offer()))
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)))
    await runner.run(grant(points=1_000))
    return runner


def test_every_kind_is_looked_at_here() -> None:
    assert {each.kind for each in COMMANDS} == set(UNDOABLE)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.kind)
async def test_it_is_all_there(begun: Runner, queries: Queries, command: Command[Any]) -> None:
    outcome = await begun.run(command)
    found = await queries.action(GUILD, command.key)
    assert found is not None
    assert (found.kind, found.outcome) == (command.kind, outcome)
    assert type(found.command) is type(command)
    for field in fields(command):
        assert getattr(found.command, field.name) == getattr(command, field.name)


@pytest.mark.usefixtures("begun")
async def test_what_is_never_undone_is_found_without_its_command(queries: Queries) -> None:
    found = await queries.action(GUILD, initiate("p1").key)
    assert found is not None
    assert (found.kind, found.command, found.outcome) == (initiate("p1").kind, None, None)


async def test_nothing_is_found_under_another_key_or_in_another_guild(
    begun: Runner, queries: Queries
) -> None:
    command = grant()
    await begun.run(command)
    assert await queries.action(GUILD, CommandKey(f"{command.key}0")) is None
    assert await queries.action(GuildId(GUILD + 1), command.key) is None


async def test_the_newest_that_can_be_undone_come_first(runner: Runner, queries: Queries) -> None:
    given = [grant(minutes) for minutes in (2, 1, 3)]
    elsewhere = replace(grant(9), guild=GuildId(GUILD + 1))
    await put_up(runner)
    for command in (*given, elsewhere):
        await runner.run(command)

    async def keys(limit: int) -> list[CommandKey | None]:
        found = await queries.undoable(GUILD, limit)
        return [each.command.key if each.command else None for each in found]

    second, first, third = (each.key for each in given)
    assert await keys(25) == [third, second, first]
    assert await keys(2) == [third, second]
