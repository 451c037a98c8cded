"""`/help`, and commands that can be clicked wherever a sentence names them."""

from typing import Any

import pytest

from bot.startup.command_sync import known_commands, learn_ids
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentFailed
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import last_dm, tell
from tests.support.make import GUILD
from tests.support.town import choose

EVERYONE = ("buy", "balance", "history", "transfer", "notices", "help")
MODERATORS = ("grant", "revoke", "payments", "refund", "undo", "audit", "stats")
OWNERS = ("package add", "package list", "setup panel", "setup set", "status", "subscriber add")


async def helped(world: World, member: Any) -> str:
    await choose(world, world.bot.runner, world.bot.clock)  # type: ignore[arg-type]  # the tests' clock
    result = await member.slash(world.general, "help")
    assert result.ephemeral
    return said(result.response)


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("ada", EVERYONE),
        ("mira", EVERYONE + MODERATORS),
        ("olga", EVERYONE + MODERATORS + OWNERS),
    ],
)
async def test_each_sees_the_commands_that_they_can_use(
    world: World, who: str, shown: tuple[str, ...]
) -> None:
    words = await helped(world, getattr(world, who))
    named = {name for name in EVERYONE + MODERATORS + OWNERS if f"\n`/{name}` " in words}
    assert named == set(shown)
    assert "do not fit" not in words
    assert "\n`/buy` Buy points; you pay on a secure page in your browser.\n" in words
    assert (f"**For moderators**, in <#{world.mods.id}>" in words) == (who != "ada")


async def test_commands_whose_ids_are_known_can_be_clicked(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    """In answers and in direct messages; those of a group have the group's id."""
    await learn_ids(world.bot, [GUILD])
    ids = {each["name"]: each["id"] for each in await known_commands(world.bot, GUILD)}
    words = await helped(world, world.olga)
    for name in ("buy", "refund", "package add", "setup set"):
        assert f"\n</{name}:{ids[name.split()[0]]}> " in words
    assert "`/" not in words
    await tell(world, runner, clock, money=MoneyStatus.FAILED)
    await deliver("dm", PaymentFailed(**about(payment, clock())))
    assert last_dm(world).endswith(f"You can try again with </buy:{ids['buy']}>.")


async def test_ids_of_one_guild_are_not_used_in_another(world: World) -> None:
    """A guild's own go before those for everywhere."""
    ids = world.bot.command_ids
    ids.learn(None, [{"name": "buy", "id": "1"}, {"name": "help", "id": "2"}])
    ids.learn(GUILD, [{"name": "buy", "id": "3", "options": [{"type": 3, "name": "package"}]}])
    assert ids.usable_in(GUILD) == {"buy": 3, "help": 2}
    assert ids.usable_in(None) == {"buy": 1, "help": 2}


async def test_a_guild_that_tells_no_commands_is_passed_over(world: World) -> None:
    world.env.inject_error("GET", "/applications/*/commands", status=403, code=50001)
    await learn_ids(world.bot, [GUILD])
    assert world.bot.command_ids.usable_in(GUILD) == {}
