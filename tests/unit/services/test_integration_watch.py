"""What people are told of integrations: once, and once more when it is over."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from payments.commands.guild.integration_reports import ReportIntegration
from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.time import HOUR, MINUTE
from payments.infra.calling import Line, Purpose
from payments.infra.integration_health import OPEN_FOR, IntegrationHealth
from payments.providers.errors import ProviderUnavailable
from payments.providers.protocol import PaymentProvider
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.integration_watch import QUIET, IntegrationWatch
from tests.conftest import Time
from tests.support.make import GUILD, START

SHOP = Line(integration="shop", purpose=Purpose.MEMBERS)


class Pinged:
    """A provider that is asked whether it is there."""

    def __init__(self, health: IntegrationHealth) -> None:
        self._health = health
        self.pings, self.away = 0, True

    @property
    def access(self) -> "Pinged":
        return self

    async def ping(self) -> None:
        self.pings += 1
        if self.away:
            raise ProviderUnavailable("It does not answer.")
        self._health.breaker_changed(SHOP, "closed")


class Around:
    """The watch with all that it tells."""

    def __init__(self) -> None:
        self.clock = Time(START)
        self.health = IntegrationHealth(self.clock)
        self.provider = Pinged(self.health)
        self.told: list[tuple[str, IntegrationTrouble, bool]] = []
        self.keys: set[str] = set()
        self.shown: dict[tuple[str, str], bool] = {}
        self.books_away = False
        self.watch = IntegrationWatch(
            health=self.health,
            providers=cast("Mapping[str, PaymentProvider]", {"shop": self.provider}),
            runner=cast("Runner", self),
            guilds=[GUILD],
            clock=self.clock,
            shown=self,
        )

    async def run(self, command: ReportIntegration) -> Any:
        """In the place of the runner."""
        if self.books_away:
            raise BooksUnavailable("The database is away.")
        if command.key not in self.keys:
            self.told.append((command.integration, command.trouble, command.is_over))
        self.keys.add(command.key)

    def trouble_changed(self, integration: str, trouble: str, *, stands: bool) -> None:
        self.shown[integration, trouble] = stands

    def called(self, end: str, times: int) -> None:
        for _ in range(times):
            self.health.call_ended(SHOP, end, 0.1)

    async def look(self, minutes: int = 1) -> None:
        for _ in range(minutes):
            self.clock.pass_(MINUTE)
            await self.watch.look()


@pytest.fixture
def around() -> Around:
    return Around()


async def test_a_trouble_is_told_once_and_so_is_its_end(around: Around) -> None:
    around.called("away", 30)
    await around.look(10)
    assert around.told == [("shop", IntegrationTrouble.FAILING, False)]
    assert around.shown == {("shop", "failing"): True}
    await around.look(4 + QUIET // MINUTE)
    assert around.told[1:] == [("shop", IntegrationTrouble.FAILING, True)]
    assert around.shown == {("shop", "failing"): False}
    await around.look(60)
    assert len(around.told) == 2


async def test_what_comes_and_goes_is_not_told_each_time(around: Around) -> None:
    for _ in range(6):
        around.called("away", 3)
        around.called("ok", 20)
        await around.look(5)
        around.called("ok", 60)
        await around.look(5)
    assert [is_over for _, _, is_over in around.told] == [False]


async def test_what_was_not_written_is_told_at_the_next_look(around: Around) -> None:
    around.called("timeout", 30)
    around.books_away = True
    with pytest.raises(BooksUnavailable):
        await around.look()
    around.books_away = False
    await around.look()
    assert around.told == [
        ("shop", IntegrationTrouble.FAILING, False),
        ("shop", IntegrationTrouble.TIMING_OUT, False),
    ]


async def test_one_that_is_held_back_is_tried_although_nobody_buys(around: Around) -> None:
    around.health.breaker_changed(SHOP, "opened")
    await around.look(OPEN_FOR // MINUTE)
    assert around.told == [("shop", IntegrationTrouble.UNREACHABLE, False)]
    assert around.provider.pings == OPEN_FOR // MINUTE
    around.provider.away = False
    await around.look(2)
    assert around.provider.pings == OPEN_FOR // MINUTE + 1, "it is not asked any more"
    await around.look(QUIET // MINUTE)
    assert around.told[1:] == [("shop", IntegrationTrouble.UNREACHABLE, True)]


async def test_two_processes_tell_the_same_once() -> None:
    first, second = Around(), Around()
    second.keys = first.keys
    for each in (first, second):
        each.called("away", 30)
        await each.look()
    assert (len(first.told), len(second.told)) == (1, 0)


async def test_the_same_an_hour_later_is_told_again(around: Around) -> None:
    around.called("away", 30)
    await around.look(30)
    around.clock.pass_(HOUR)
    around.called("away", 30)
    await around.look()
    assert [is_over for _, _, is_over in around.told] == [False, True, False]
