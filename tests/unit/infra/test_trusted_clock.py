"""Whether this machine's clock can be believed: to the microsecond, and whom it asks how often."""

from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from payments.domain.values.time import DAY, HOUR, SECOND, Instant, later
from payments.infra.trusted_clock import ASK_AGAIN_SECONDS, JUMP, TrustedClock, first_of
from tests.conftest import Time
from tests.support.make import START


@dataclass(slots=True)
class Clocks:
    """The clock in question, one that nobody sets, and a second one that may be away."""

    clock: Time = field(default_factory=Time)
    steady: float = 1_000.0
    second: Instant | None = START
    asked: int = 0

    def trusted(self) -> TrustedClock:
        return TrustedClock(self.clock, steady=lambda: self.steady, second=self._ask)

    async def _ask(self) -> Instant | None:
        self.asked += 1
        return self.second

    def pass_(self, microseconds: int) -> None:
        """Time passes for both clocks of this machine."""
        self.clock.pass_(microseconds)
        self.steady += microseconds / SECOND


def test_an_hour_is_a_jump_and_the_second_clock_is_asked_once_a_minute() -> None:
    assert (JUMP, ASK_AGAIN_SECONDS) == (HOUR, 60)


@pytest.mark.parametrize(
    ("off", "sure"), [(HOUR, True), (-HOUR, True), (HOUR + 1, False), (-HOUR - 1, False)]
)
async def test_at_the_start_the_second_clock_may_differ_by_an_hour(off: int, *, sure: bool) -> None:
    clocks = Clocks(second=later(START, off))
    assert await clocks.trusted().is_sure() is sure
    assert clocks.asked == 1


async def test_a_second_clock_that_is_away_agrees_with_nothing() -> None:
    clocks = Clocks(second=None)
    assert not await clocks.trusted().is_sure()


@pytest.mark.parametrize(
    ("jump", "believed"), [(HOUR, True), (-HOUR, True), (HOUR + 1, False), (-HOUR - 1, False)]
)
async def test_a_clock_may_be_corrected_by_an_hour_while_any_time_passes(
    jump: int, *, believed: bool
) -> None:
    clocks = Clocks()
    trusted = clocks.trusted()
    assert await trusted.is_sure()
    clocks.second = None
    clocks.pass_(DAY)
    clocks.clock.pass_(jump)
    assert await trusted.is_sure() is believed
    assert clocks.asked == (1 if believed else 2)


async def test_it_goes_on_from_where_it_was_last_believed() -> None:
    """Corrections that are small each time may be many."""
    clocks = Clocks()
    trusted = clocks.trusted()
    assert await trusted.is_sure()
    for _ in range(3):
        clocks.pass_(DAY)
        clocks.clock.pass_(HOUR)
        assert await trusted.is_sure()
    assert clocks.asked == 1


async def test_a_clock_that_stood_still_while_the_machine_slept_is_one_that_jumped() -> None:
    clocks = Clocks()
    trusted = clocks.trusted()
    assert await trusted.is_sure()
    clocks.steady += 2 * HOUR / SECOND
    clocks.second = None
    assert not await trusted.is_sure()


async def test_who_did_not_agree_is_asked_again_after_a_minute_and_not_before() -> None:
    clocks = Clocks(second=None)
    trusted = clocks.trusted()
    for seconds, asked in ((0.0, 1), (59.5, 1), (0.5, 2), (59.5, 2), (0.5, 3)):
        clocks.steady += seconds
        assert not await trusted.is_sure()
        assert clocks.asked == asked


async def test_after_it_was_confirmed_the_next_jump_is_asked_about_at_once() -> None:
    clocks = Clocks()
    trusted = clocks.trusted()
    assert await trusted.is_sure()
    clocks.clock.pass_(DAY)
    clocks.second = clocks.clock()
    assert await trusted.is_sure()
    assert clocks.asked == 2
    clocks.clock.pass_(DAY)
    clocks.second = clocks.clock()
    assert await trusted.is_sure()
    assert clocks.asked == 3


async def test_a_jump_is_one_warning_until_the_clock_was_right_again() -> None:
    clocks = Clocks()
    trusted = clocks.trusted()
    with capture_logs() as lines:
        assert await trusted.is_sure()
        for _ in range(2):
            clocks.clock.pass_(2 * DAY)
            for _ in range(3):
                assert not await trusted.is_sure()
                clocks.pass_(int(ASK_AGAIN_SECONDS) * SECOND)
            clocks.clock.pass_(-2 * DAY)
            assert await trusted.is_sure(), "it was put right"
        clocks.clock.pass_(2 * DAY)
        assert not await trusted.is_sure()
        clocks.pass_(int(ASK_AGAIN_SECONDS) * SECOND)
        clocks.second = clocks.clock()
        assert await trusted.is_sure(), "the second clock agreed"
        clocks.clock.pass_(2 * DAY)
        assert not await trusted.is_sure()
    assert [line["event"] for line in lines] == [
        "clock.confirmed",
        *["clock.not_confirmed"] * 3,
        "clock.confirmed",
        "clock.not_confirmed",
    ]
    warned = [line for line in lines if line["event"] == "clock.not_confirmed"]
    assert {line["log_level"] for line in warned} == {"warning"}
    assert (warned[0]["clock"], warned[0]["second"]) == (later(START, 2 * DAY), START)


async def test_of_several_clocks_the_first_that_tells_the_time_is_asked() -> None:
    asked: list[str] = []

    def clock(name: str, answered: Instant | None) -> object:
        async def ask() -> Instant | None:
            asked.append(name)
            if answered == 0:
                raise ConnectionError
            return answered

        return ask

    clocks = [clock("broken", Instant(0)), clock("away", None), clock("one", START)]
    with capture_logs() as lines:
        found = await first_of(*clocks, clock("other", Instant(1)))()  # type: ignore[arg-type]
    assert found == START
    assert asked == ["broken", "away", "one"]
    assert [(line["event"], line["error"]) for line in lines] == [
        ("clock.not_reached", "ConnectionError")
    ]
    assert await first_of()() is None
