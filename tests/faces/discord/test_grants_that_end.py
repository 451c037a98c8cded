"""Points that a moderator gives until a day: what is typed, shown and told."""

import pytest

from payments.domain.values.events import PointsGranted
from payments.domain.values.time import DAY, later, to_seconds
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, refusal, said
from tests.support.deliveries import last_dm
from tests.support.make import GUILD, START
from tests.support.moderating import court, grant

__all__ = ["court"]

END = later(START, 30 * DAY)


async def test_points_are_given_for_some_days(court: World, queries: Queries, clock: Time) -> None:
    result = await grant(court, court.mira, expires="30")
    assert f"They expire on <t:{to_seconds(END)}:f>" in said(result.response)
    shown = said((await court.ada.slash(court.general, "balance")).response)
    assert f"Next to expire: **20 points**, on <t:{to_seconds(END)}:f>" in shown
    assert (await queries.balance(GUILD, court.ada_id, clock())).next_lapse == END
    clock.now = END
    shown = said((await court.ada.slash(court.general, "balance")).response)
    assert "0 points" in shown
    assert "expire" not in shown


async def test_points_without_an_end_stay(court: World, queries: Queries) -> None:
    result = await grant(court, court.mira)
    assert "expire" not in said(result.response)
    assert (await queries.balance(GUILD, court.ada_id, START)).next_lapse is None


@pytest.mark.parametrize("typed", ["soon", "0", "2020-01-01"])
async def test_an_end_that_is_none_gives_nothing(
    court: World, queries: Queries, typed: str
) -> None:
    denied = await grant(court, court.mira, expires=typed)
    assert refusal(court, denied)
    assert (await queries.balance(GUILD, court.ada_id, START)).points == 0


@pytest.mark.usefixtures("runner")
async def test_the_member_is_told_of_the_points_and_their_end(
    court: World, deliver: Deliver, clock: Time
) -> None:
    await grant(court, court.mira, expires="30")
    happened = PointsGranted(
        guild=GUILD,
        member=court.ada_id,
        at=clock(),
        points=20,
        note="for the *map*",
        expires_at=END,
    )
    await deliver("recipient", happened)
    assert last_dm(court) == (
        "**+20 points** from a moderator on Harbour. Reason: “for the \\*map\\*”. "
        f"They expire on <t:{to_seconds(END)}:f> (<t:{to_seconds(END)}:R>). "
        "Your balance is **20 points**."
    )
    clock.now = END
    await deliver("recipient", happened)
    assert "expired on" in last_dm(court)
    assert "Your balance is **0 points**." in last_dm(court)


async def test_a_grant_waits_for_its_member(court: World, runner: Runner) -> None:
    del runner
    await grant(court, court.mira, expires="30")
    rows = await court.bot.queries.queue(later(START, DAY))
    assert sum(each.waiting for each in rows) == 1
