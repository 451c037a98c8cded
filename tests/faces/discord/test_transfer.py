"""`/transfer` in a simulated Discord."""

import discord
import pytest
import simcord

from bot.features.transfers.commands import CONFIRM_ABOVE
from bot.features.transfers.views import check
from payments.commands.base import by_member
from payments.commands.points.move import NOTE_LENGTH, NOTE_PARTS, TransferPoints
from payments.domain.errors import Refused
from payments.domain.values.events import PaymentInitiated, PointsTransferred
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import MemberId
from payments.domain.values.payment import Payment
from payments.domain.values.time import HOUR, later, to_seconds
from payments.notifications.errors import GiveUp
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.rows.codec import decode_event
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, refusal, said
from tests.support.discord_markdown import read_markdown
from tests.support.make import GUILD, START, checkout_update, event, initiate, key
from tests.support.transfers import LARGE, ask, balances, give, passed_on, press


@pytest.fixture
async def rich(world: World, runner: Runner, clock: Time) -> World:
    """Ada has 5,000 points that can be passed on."""
    await give(world, runner, clock, 5_000)
    return world


def command_of(world: World, clock: Time, points: int) -> TransferPoints:
    return TransferPoints(
        key=key(),
        at=clock(),
        actor=by_member(world.ada_id),
        guild=GUILD,
        member=world.ada_id,
        recipient=MemberId(world.ben.id),
        points=points,
    )


async def test_points_go_over_at_once_and_the_answer_says_the_new_balance(
    rich: World, queries: Queries
) -> None:
    asked = await ask(rich, CONFIRM_ABOVE, "for the map")
    assert asked.ephemeral
    assert said(asked.response) == (
        f"### 1,000 points sent\nTo <@{rich.ben.id}>.\nYour note: “for the map”\n"
        "Your balance is **4,000 points**."
    )
    assert await balances(rich, queries) == (4_000, 1_000)


async def test_who_reads_that_the_bot_did_not_respond_has_sent_nothing(
    rich: World, queries: Queries
) -> None:
    """They try again: what was done unseen would be done twice."""
    rich.env.inject_error(
        "POST", "/interactions/*/callback", status=404, code=10062, message="Unknown interaction"
    )
    await ask(rich, 20)
    simcord.assert_error(rich.env, code=10062)
    assert await balances(rich, queries) == (5_000, 0)


async def test_the_recipient_is_told_through_the_queue(
    rich: World, database: Database, clock: Time, deliver: Deliver
) -> None:
    await ask(rich, 20, "for\n**you**")
    claimed = await Deliveries(database).claim(
        urgent=9,
        oldest=1,
        channels=("recipient",),
        now=clock(),
        until=later(clock(), HOUR),
        lease="test",
    )
    events = [decode_event(each.name, each.body) for each in claimed]
    (event,) = [each for each in events if isinstance(each, PointsTransferred)]
    await deliver("recipient", event)
    message = rich.ben.user.dm_channel.last_message
    assert message is not None
    assert message.content == (
        f"**+20 points** from <@{rich.ada.id}> on Harbour. "
        "They wrote: “for \\*\\*you\\*\\*”. Your balance is **20 points**."
    )
    assert rich.ada_user.dm_channel.last_message is None


async def test_an_event_that_gave_nobody_anything_is_given_up(
    world: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    event = PaymentInitiated(
        guild=GUILD,
        member=world.ada_id,
        at=clock(),
        payment=payment.id,
        package="x",
        points=1,
        price=payment.price,
    )
    with pytest.raises(GiveUp, match=r"payment\.initiated"):
        await deliver("recipient", event)


async def test_a_message_to_a_recipient_shows_nothing_that_is_linked_to(
    world: World, clock: Time, deliver: Deliver
) -> None:
    event = PointsTransferred(
        guild=GUILD,
        member=world.ada_id,
        at=clock(),
        recipient=MemberId(world.ben.id),
        points=1,
        note="https://else.example/ [free](https://else.example/)",
    )
    await deliver("recipient", event)
    sent = [entry.json or {} for entry in world.env.http_requests if "/messages" in entry.path]
    assert discord.MessageFlags._from_value(sent[-1]["flags"]).suppress_embeds
    assert read_markdown(sent[-1]["content"]).kinds == ["strong", "mention", "strong"]


async def test_markup_and_mentions_in_a_note_mean_nothing(rich: World, queries: Queries) -> None:
    note = f"@everyone <@{rich.mira.id}> # x **bold** ||no|| `c`"
    asked = await ask(rich, 20, note)
    shown = said(asked.response)
    assert "@everyone" not in shown
    assert "\\*\\*bold\\*\\*" in shown
    assert "\\|\\|no\\|\\|" in shown
    assert "\\`c\\`" in shown
    large = await ask(rich, LARGE, "a\n# Sent: 1 point\n-# b")
    assert "Your note: “a # Sent: 1 point -# b”" in said(large.response)
    sent = [entry.json or {} for entry in rich.env.http_requests if "@original" in entry.path]
    assert [each["allowed_mentions"] for each in sent] == [{"parse": []}] * 2
    (line,) = await passed_on(rich, queries)
    assert line.note == note


async def test_the_longest_note_fits(rich: World) -> None:
    asked = await ask(rich, LARGE, "*" * NOTE_LENGTH)
    assert "\\*" * NOTE_LENGTH in said(asked.response)
    with pytest.raises(simcord.OptionError):
        await ask(rich, LARGE, "*" * (NOTE_PARTS + 1))


async def test_bots_oneself_and_strangers_get_nothing(rich: World, queries: Queries) -> None:
    robot = rich.guild.add_member(rich.env.create_user("robot", bot=True))
    stranger = rich.env.create_user("stranger")
    for member, sentence in (
        (robot, "Bots can't have points."),
        (rich.ada, "You can't transfer points to yourself."),
        (stranger, "That person is not on this server."),
    ):
        asked = await rich.ada.slash(rich.general, "transfer", member=member, points=1)
        assert refusal(rich, asked) == sentence
    assert await balances(rich, queries) == (5_000, 0)


@pytest.mark.parametrize("points", [20, LARGE])
async def test_fresh_points_cannot_be_passed_on_and_the_refusal_says_when(
    world: World, runner: Runner, queries: Queries, clock: Time, points: int
) -> None:
    await give(world, runner, clock, 7)
    await runner.run(initiate("p1", member=world.ada_id))
    await runner.run(event(checkout_update("p1", member=world.ada_id)))
    ripe = to_seconds(later(START, 72 * HOUR))
    assert refusal(world, await ask(world, points)) == (
        f"You can transfer 7 points right now, not {points:,} points. Can't be transferred yet: "
        f"500 points. The first can be transferred <t:{ripe}:R>."
    )
    assert await balances(world, queries) == (507, 0)
    clock.pass_(72 * HOUR)
    assert "507 points sent" in said((await ask(world, 507)).response)


async def test_nobody_sends_more_than_they_have(world: World) -> None:
    for points in (1, LARGE, MAX_POINTS):
        assert refusal(world, await ask(world, points)).startswith(
            "You can transfer 0 points right now, not "
        )


async def test_the_most_points_go_over(
    world: World, runner: Runner, queries: Queries, clock: Time
) -> None:
    await give(world, runner, clock, MAX_POINTS)
    assert "1,000,000,000,000 points sent" in await press(
        world, await ask(world, MAX_POINTS), "Send"
    )
    assert await balances(world, queries) == (0, MAX_POINTS)


@pytest.mark.parametrize("points", [0, -1, MAX_POINTS + 1])
async def test_numbers_that_no_transfer_moves_are_refused(
    rich: World, queries: Queries, clock: Time, points: int
) -> None:
    """By Discord already, and by us for those who go around it."""
    with pytest.raises(simcord.OptionError):
        await ask(rich, points)
    command = command_of(rich, clock, points)
    with pytest.raises(Refused, match="whole number of points, from 1 to"):
        await check(rich.bot, command)
    with pytest.raises(Refused, match="whole number of points, from 1 to"):
        await rich.bot.runner.run(command)
    assert await balances(rich, queries) == (5_000, 0)
