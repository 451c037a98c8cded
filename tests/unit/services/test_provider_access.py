"""What providers refuse is remembered for a while, looked at, told, and noticed to be fixed."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.commands.guild.setup_problems import ReportAccess
from payments.domain.values.ids import GuildId
from payments.domain.values.time import HOUR, MINUTE
from payments.providers.errors import AccessRefused, ProviderUnavailable
from payments.runner.runner import Runner
from payments.services import provider_access
from payments.services.provider_access import AccessRefusals, ProviderAccess, leave_to_others
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates
from tests.conftest import Time
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD
from tests.support.sqlite import empty_sqlite

FOUND = AccessRefused("The key lacks Disputes.", is_found_by_look=True)
HIDDEN = AccessRefused("Something is not allowed (403).")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what the store does on either database, its own tests say."""
    return empty_sqlite(tmp_path)


class Watched(FakeProvider):
    """Says what it refuses, and notes how thoroughly it was asked."""

    def __init__(self, name: str = "stripe") -> None:
        super().__init__(name=name)
        self.looks: list[bool] = []
        self.looked = asyncio.Event()

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        self.looks.append(thoroughly)
        self.looked.set()
        return await super().refusals(thoroughly=thoroughly)


class Around:
    """Access with all that it tells."""

    def __init__(self, runner: Runner, database: Database, queries: Queries, clock: Time) -> None:
        self.clock, self.queries = clock, queries
        self.provider, self.other = Watched(), Watched("paypal")
        self.refusals = AccessRefusals(clock)
        self.shown: list[tuple[str, bool]] = []
        self.mended: list[str] = []
        self.events: list[ReportAccess] = []
        running: Any = runner

        class Telling:
            async def run(_self, command: ReportAccess) -> Any:  # noqa: N805 - the test is self
                self.events.append(command)
                return await running.run(command)

        telling: Any = Telling()
        self.access = ProviderAccess(
            providers={"stripe": self.provider, "paypal": self.other},
            refusals=self.refusals,
            states=ProviderStates(database),
            queries=queries,
            runner=telling,
            guilds=[GUILD, GuildId(GUILD + 1)],
            clock=clock,
            shown=self,
            mended=self.mend,
        )

    def access_changed(self, provider: str, *, refused: bool) -> None:
        self.shown.append((provider, refused))

    async def mend(self, provider: Any) -> None:
        self.mended.append(provider.name)

    async def trouble(self, name: str = "stripe") -> str | None:
        return (await self.queries.provider_state(name, livemode=False)).trouble


@pytest.fixture
def around(runner: Runner, database: Database, queries: Queries, clock: Time) -> Around:
    return Around(runner, database, queries, clock)


def test_a_refusal_is_news_until_it_is_known_and_again_after_a_while(clock: Time) -> None:
    refusals = AccessRefusals(clock)
    assert not refusals.fresh.is_set()
    for news, error in ((True, FOUND), (False, FOUND), (True, HIDDEN), (False, HIDDEN)):
        refusals.fresh.clear()
        refusals.note("stripe", error)
        assert refusals.fresh.is_set() is news
    refusals.fresh.clear()
    refusals.note("paypal", FOUND)
    assert refusals.fresh.is_set(), "another provider's is another one"
    assert refusals.recent("stripe") == [FOUND, HIDDEN]
    clock.pass_(10 * MINUTE - 1)
    assert refusals.recent("stripe") == [FOUND, HIDDEN]
    clock.pass_(1)
    assert refusals.recent("stripe") == []
    refusals.fresh.clear()
    refusals.note("stripe", FOUND)
    assert refusals.fresh.is_set()


def test_after_a_look_only_what_no_look_finds_is_remembered(clock: Time) -> None:
    refusals = AccessRefusals(clock)
    for provider in ("stripe", "paypal"):
        for error in (FOUND, HIDDEN):
            refusals.note(provider, error)
    assert refusals.looked("stripe") == [str(HIDDEN)]
    assert refusals.recent("stripe") == [HIDDEN]
    assert refusals.recent("paypal") == [FOUND, HIDDEN]
    clock.pass_(10 * MINUTE)
    assert refusals.looked("stripe") == []


async def test_each_permission_is_tried_at_first_each_hour_and_while_something_is_refused(
    around: Around,
) -> None:
    await around.access.look()
    around.clock.pass_(HOUR - 1)
    await around.access.look()
    around.clock.pass_(1)
    await around.access.look()
    await around.access.look()
    assert around.provider.looks == [True, False, True, False]
    around.refusals.note("stripe", HIDDEN)
    await around.access.look()
    assert around.provider.looks[-1], "a call has met one"
    assert not around.other.looks[-1], "the other provider has not"
    around.clock.pass_(10 * MINUTE)
    await around.access.look()
    assert around.provider.looks[-1], "it was refused when it was looked at last"
    await around.access.look()
    assert not around.provider.looks[-1]


async def test_what_is_refused_is_shown_kept_and_told_in_each_guild(around: Around) -> None:
    around.provider.refused = ["It lacks this.", "And that."]
    with capture_logs() as lines:
        await around.access.look()
        await around.access.look()
    assert await around.trouble() == "It lacks this. And that."
    assert await around.trouble("paypal") is None
    assert around.shown == [("stripe", True), ("paypal", False)] * 2
    assert [(each.guild, each.provider, each.reason) for each in around.events] == [
        (guild, "stripe", "It lacks this. And that.") for guild in (GUILD, GUILD + 1)
    ] * 2
    assert [line["event"] for line in lines] == ["provider.refuses_us"], "once"
    state = await around.queries.provider_state("stripe", livemode=False)
    assert state.trouble_since == around.clock()


async def test_another_reason_is_another_refusal(around: Around) -> None:
    around.provider.refused = ["It lacks this."]
    await around.access.look()
    around.provider.refused = ["It lacks that."]
    around.clock.pass_(MINUTE)
    await around.access.look()
    assert await around.trouble() == "It lacks that."
    assert around.mended == []


async def test_what_is_mended_goes_on_once(around: Around) -> None:
    around.provider.refused = ["It lacks this."]
    await around.access.look()
    around.provider.refused = []
    with capture_logs() as lines:
        await around.access.look()
        await around.access.look()
    assert around.mended == ["stripe"]
    assert await around.trouble() is None
    (line,) = [line for line in lines if line["event"] == "provider.lets_us_in_again"]
    assert (line["provider"], line["before"]) == ("stripe", "It lacks this.")
    assert around.shown[-2:] == [("stripe", False), ("paypal", False)]


async def test_what_a_call_met_and_no_look_finds_counts_with_what_it_finds(around: Around) -> None:
    around.provider.refused = [str(FOUND)]
    around.refusals.note("stripe", FOUND)
    around.refusals.note("stripe", HIDDEN)
    await around.access.look()
    assert await around.trouble() == f"{FOUND} {HIDDEN}"


async def test_a_provider_that_is_away_stays_as_it_was_and_stops_no_other(around: Around) -> None:
    around.provider.refused = ["It lacks this."]
    await around.access.look()
    around.provider.failures.append(ProviderUnavailable("no route"))
    around.shown.clear()
    with capture_logs() as lines:
        await around.access.look()
    assert await around.trouble() == "It lacks this."
    assert around.shown == [("paypal", False)]
    (line,) = lines
    assert (line["event"], line["provider"], line["reason"]) == (
        "access.not_known",
        "stripe",
        "no route",
    )


@contextlib.asynccontextmanager
async def running(around: Around, alone: Any) -> AsyncIterator[None]:
    """The loop runs meanwhile."""
    task = asyncio.create_task(around.access.run(alone))
    try:
        yield
        assert not task.done(), "the loop has ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def looked(around: Around, times: int) -> None:
    async with asyncio.timeout(30):
        while len(around.provider.looks) < times:
            around.provider.looked.clear()
            await around.provider.looked.wait()


async def test_the_loop_goes_on_after_an_error(
    around: Around, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_access, "LOOK_SECONDS", 0.001)
    around.provider.failures.append(TypeError("a mistake of ours"))
    with capture_logs() as lines:
        async with running(around, database.alone):
            await looked(around, 3)
    failed = [line["event"] for line in lines if line["log_level"] == "error"]
    assert failed == ["access.look_failed"]


async def test_the_loop_looks_at_once_when_a_call_is_refused(
    around: Around, database: Database
) -> None:
    """The next look would be in half a minute."""
    async with running(around, database.alone):
        await looked(around, 1)
        around.refusals.note("stripe", HIDDEN)
        await looked(around, 2)


async def test_one_refusal_leads_to_one_look(around: Around, queries: Queries) -> None:
    asked: list[str] = []

    @contextlib.asynccontextmanager
    async def mine(what: str) -> AsyncIterator[bool]:
        asked.append(what)
        yield True

    async with running(around, mine):
        await looked(around, 1)
        around.refusals.note("stripe", HIDDEN)
        await looked(around, 2)
        for _ in range(20):  # time for more, if there were a cause
            await queries.ping()
    assert asked == ["access", "access"]


async def test_what_another_process_looks_at_is_left_to_it_but_for_what_was_met_here(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_access, "LOOK_SECONDS", 0.001)
    turns = asyncio.Event()
    asked: list[str] = []

    @contextlib.asynccontextmanager
    async def others(what: str) -> AsyncIterator[bool]:
        asked.append(what)
        if len(asked) > 3:
            turns.set()
        async with leave_to_others(what) as mine:
            yield mine

    async with running(around, others):
        await asyncio.wait_for(turns.wait(), 30)
        assert around.provider.looks == []
        around.refusals.note("stripe", HIDDEN)
        await looked(around, 1)
    assert set(asked) == {"access"}
    assert len(around.provider.looks) == 1
