"""What a person reads when something goes wrong, over a real store that fails."""

import re
from collections.abc import AsyncIterator

import pytest
import simcord
import structlog

from bot.interaction.errors import BOOKS_AWAY
from payments.domain.values.characters import UNSTORABLE
from payments.notifications.routing import route
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal
from tests.support.counting import Counting
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, package


@pytest.fixture
def counting(database: Database) -> Counting:
    return Counting(database)


@pytest.fixture
async def runner(counting: Counting) -> AsyncIterator[Runner]:
    """The one that the bot uses, over a database that can fail."""
    running = Runner(counting, route=route)
    running.start()
    yield running
    await running.close()


async def test_a_mistake_of_ours_is_logged_under_the_reference_that_the_person_reads(
    world: World, provider: FakeProvider
) -> None:
    provider.failures = [RuntimeError("secret things")]
    with structlog.testing.capture_logs() as lines:
        result = await world.ada.slash(world.general, "buy", package=package().id)
    sentence = refusal(world, result)
    reference = re.search(r"the reference `([0-9a-f]{6})`", sentence)
    assert reference is not None
    assert "secret" not in sentence
    assert "Traceback" not in sentence
    (line,) = [each for each in lines if each["event"] == "interaction.failed"]
    assert line["reference"] == reference[1]
    assert line["command"] == "buy"
    assert str(line["exc_info"]) == "secret things"


async def test_who_meets_books_that_fail_is_asked_to_look_and_to_come_back(
    world: World, counting: Counting, queries: Queries
) -> None:
    """The answer to a commit got lost, so what was asked may have been done: here it was."""
    counting.fail_after_commit = 1
    result = await world.olga.slash(
        world.general, "package add", name="Large", points=5, price="4.99"
    )
    assert refusal(world, result) == str(BOOKS_AWAY)
    simcord.assert_error(world.env, BooksUnavailable)
    assert "Large" in [each.name for each in await queries.packages(GUILD)]


async def test_an_interaction_that_was_answered_elsewhere_is_no_crash(world: World) -> None:
    """Another process of ours got the same interaction."""
    world.env.inject_error(
        "POST", "/interactions/*/callback", status=400, code=40060, message="Already acknowledged"
    )
    with structlog.testing.capture_logs() as lines:
        await world.ada.slash(world.general, "balance")
    simcord.assert_error(world.env, code=40060)
    assert [each["event"] for each in lines] == ["interaction.too_late"]


async def test_what_cannot_be_stored_is_refused_where_it_is_typed(world: World) -> None:
    """Also where it would only be looked for."""
    result = await world.ada.slash(world.general, "buy", package="a\0b")
    assert refusal(world, result) == str(UNSTORABLE)
    assert await world.ada.autocomplete(world.general, "buy", "package", "\0") == []
