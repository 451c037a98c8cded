"""What is said to be wrong with an integration, and from when to when."""

import pytest

from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.time import HOUR, MINUTE
from payments.infra.calling import Failure, Line, Policy, Purpose
from payments.infra.errors import BreakerOpen
from payments.infra.integration_health import FEWEST_CALLS, OPEN_FOR, IntegrationHealth
from payments.infra.outbound import Outbound
from tests.conftest import Time
from tests.support.make import START

SHOP = Line(integration="shop", purpose=Purpose.MEMBERS)
BEHIND = Line(integration="shop", purpose=Purpose.BACKGROUND)

FAILING, SLOW, TIMING_OUT, UNREACHABLE, FALLING_BACK = (
    IntegrationTrouble.FAILING,
    IntegrationTrouble.SLOW,
    IntegrationTrouble.TIMING_OUT,
    IntegrationTrouble.UNREACHABLE,
    IntegrationTrouble.FALLING_BACK,
)


@pytest.fixture
def clock() -> Time:
    return Time(START)


@pytest.fixture
def health(clock: Time) -> IntegrationHealth:
    return IntegrationHealth(clock)


def troubles(health: IntegrationHealth) -> tuple[IntegrationTrouble, ...]:
    standing = health.standings().get("shop")
    return () if standing is None else standing.troubles


def called(
    health: IntegrationHealth, end: str, times: int, seconds: float = 0.2, line: Line = SHOP
) -> None:
    for _ in range(times):
        health.call_ended(line, end, seconds)


@pytest.mark.parametrize(
    ("ends", "wrong"),
    [
        ({"ok": 19, "away": 1}, ()),
        ({"ok": 94, "away": 6}, (FAILING,)),
        ({"ok": 95, "away": 5}, ()),
        ({"ok": 90, "busy": 10}, (FAILING,)),
        ({"final": 100}, ()),
        ({"ok": 98, "timeout": 2}, (TIMING_OUT,)),
        ({"ok": 99, "timeout": 1}, ()),
        ({"ok": 300, "timeout": 3}, ()),
        ({"ok": 300, "timeout": 4}, (TIMING_OUT,)),
        ({"ok": 50, "timeout": 50}, (FAILING, TIMING_OUT)),
        ({"away": FEWEST_CALLS - 1}, ()),
        ({"away": FEWEST_CALLS}, (FAILING,)),
    ],
)
def test_too_many_that_fail_or_run_out_of_time(
    health: IntegrationHealth,
    ends: dict[str, int],
    wrong: tuple[IntegrationTrouble, ...],
) -> None:
    """Who says no has answered; of few calls nothing is concluded."""
    for number, (end, times) in enumerate(ends.items()):
        called(health, end, times, line=(SHOP, BEHIND)[number % 2])
    assert troubles(health) == wrong


def test_a_quarter_of_an_hour_later_it_is_over(health: IntegrationHealth, clock: Time) -> None:
    called(health, "away", 30)
    clock.pass_(14 * MINUTE)
    assert troubles(health) == (FAILING,)
    clock.pass_(2 * MINUTE)
    assert health.standings() == {}


@pytest.mark.parametrize(
    ("usual", "now", "wrong"),
    [(0.4, 0.9, (SLOW,)), (0.4, 0.7, ()), (0.01, 0.3, ()), (0.01, 0.6, (SLOW,))],
)
def test_answers_that_take_more_than_twice_as_long_as_usual(
    health: IntegrationHealth,
    clock: Time,
    usual: float,
    now: float,
    wrong: tuple[IntegrationTrouble, ...],
) -> None:
    """Each purpose by itself: long lists in the background do not make checkouts look slow."""
    called(health, "ok", 50, usual)
    clock.pass_(HOUR)
    called(health, "ok", 30, now)
    called(health, "ok", 300, 5.0, line=BEHIND)
    assert troubles(health) == wrong


def test_what_is_usual_must_be_known_first(health: IntegrationHealth, clock: Time) -> None:
    called(health, "ok", 49, 0.1)
    clock.pass_(HOUR)
    called(health, "ok", 30, 9.0)
    assert troubles(health) == ()


def test_what_is_used_in_place_of_answers(health: IntegrationHealth) -> None:
    called(health, "ok", 20)
    for _ in range(2):
        health.fell_back("shop")
    assert troubles(health) == ()
    health.fell_back("shop")
    assert troubles(health) == (FALLING_BACK,)


async def test_a_breaker_that_stays_open_is_told_after_some_minutes_until_it_closes(
    health: IntegrationHealth, clock: Time
) -> None:
    away = True

    async def ask() -> str:
        if away:
            raise ConnectionError
        return "here"

    outbound = Outbound(
        Policy(attempts=1, failures_to_open=2, open_seconds=0),
        ends=health,
        breaker_changed=health.breaker_changed,
    )

    async def call() -> str:
        return await outbound.call(SHOP, ask, classify_error=lambda _: Failure.AWAY)

    for _ in range(2):
        with pytest.raises(ConnectionError):
            await call()
    assert list(health.not_closed()) == [SHOP]
    clock.pass_(OPEN_FOR - 1)
    with pytest.raises((ConnectionError, BreakerOpen)):
        await call()
    assert UNREACHABLE not in troubles(health)
    clock.pass_(1)
    assert troubles(health)[0] is UNREACHABLE, "a probe that fails does not begin it again"
    away = False
    assert await call() == "here"
    assert (list(health.not_closed()), UNREACHABLE in troubles(health)) == ([], False)
