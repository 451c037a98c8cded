"""The policy's numbers, how long is waited between tries, and what is counted of each."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
import stamina
from structlog.testing import capture_logs

from payments.infra.errors import BreakerOpen
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from tests.support.outbound import LINE, QUICK, Away, Busy, No, Other, about, call, classify_error

BACKGROUND = replace(LINE, purpose=Purpose.BACKGROUND)


class Counted:
    """Notes how tries ended."""

    def __init__(self) -> None:
        self.ends: list[tuple[Line, str]] = []
        self.seconds: list[float] = []

    def call_ended(self, line: Line, end: str, seconds: float) -> None:
        self.ends.append((line, end))
        self.seconds.append(seconds)


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """How long is waited before each further try."""
    waited: list[float] = []

    def note(details: stamina.instrumentation.RetryDetails) -> None:
        waited.append(details.wait_for)

    before = stamina.instrumentation.get_on_retry_hooks()
    stamina.instrumentation.set_on_retry_hooks([note])
    yield waited
    stamina.instrumentation.set_on_retry_hooks(before)


@pytest.fixture
def no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits between two tries does so at once."""
    real = asyncio.sleep

    async def sleep(seconds: float, result: object = None) -> object:
        del seconds
        return await real(0, result)

    monkeypatch.setattr(asyncio, "sleep", sleep)


def test_the_numbers_of_the_policy() -> None:
    policy = Policy()
    assert (policy.timeout_seconds, policy.attempts) == (10, 3)
    assert (policy.first_pause_seconds, policy.longest_pause_seconds) == (0.5, 5)
    assert (policy.failures_to_open, policy.open_seconds) == (5, 30)
    assert Outbound().policy == policy
    other = replace(policy, attempts=9)
    assert Outbound(other).policy is other


def test_a_line_is_named_by_whom_it_leads_to_and_what_for() -> None:
    assert str(BACKGROUND) == "stripe (background)"


@pytest.mark.usefixtures("no_wait")
async def test_pauses_double_from_half_a_second_up_to_the_longest(pauses: list[float]) -> None:
    policy = replace(Policy(), attempts=7, failures_to_open=99)
    with pytest.raises(Away):
        await call(Outbound(policy), Other(*[Away()] * 7))
    assert len(pauses) == 6
    for pause, least in zip(pauses, (0.5, 1, 2, 4, 5, 5), strict=True):
        assert least - 0.001 <= pause <= min(least + 0.5, 5) + 0.001
    assert all(one <= other + 0.501 for one, other in pairwise(pauses))


@pytest.mark.usefixtures("no_wait")
@pytest.mark.parametrize(("asked", "waited"), [(2.0, 2.0), (5.0, 5.0), (5.1, 5.0), (0.25, 0.25)])
async def test_the_other_side_is_given_the_pause_that_it_asks_for(
    pauses: list[float], asked: float, waited: float
) -> None:
    errors: list[BaseException] = []

    def retry_after(error: BaseException) -> float:
        errors.append(error)
        return asked

    busy = Busy()
    outbound = Outbound()
    assert (
        await outbound.call(
            LINE, Other(busy), classify_error=classify_error, retry_after=retry_after
        )
        == "answer"
    )
    assert (pauses, errors) == ([waited], [busy])


async def test_each_try_is_counted_with_how_it_ended() -> None:
    counted = Counted()
    outbound = Outbound(QUICK, ends=counted)
    assert await call(outbound, Other(Away(), Busy())) == "answer"
    with pytest.raises(No):
        await outbound.call(BACKGROUND, Other(No()), classify_error=classify_error)
    assert counted.ends == [
        (LINE, "away"), (LINE, "busy"), (LINE, "ok"), (BACKGROUND, "final"),
    ]  # fmt: skip
    assert all(0 <= each < 60 for each in counted.seconds)


async def test_a_try_that_is_not_waited_for_any_more_is_counted_as_late() -> None:
    counted = Counted()
    outbound = Outbound(replace(QUICK, timeout_seconds=0, attempts=1), ends=counted)

    async def never() -> str:
        await asyncio.Event().wait()
        return "never"

    with pytest.raises(TimeoutError):
        await call(outbound, never)
    assert counted.ends == [(LINE, "timeout")]


async def test_what_is_not_sent_is_not_counted() -> None:
    counted = Counted()
    outbound = Outbound(replace(QUICK, failures_to_open=1), ends=counted)
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    with pytest.raises(BreakerOpen):
        await call(outbound, Other())
    assert counted.ends == [(LINE, "away")]


async def test_how_long_a_try_took_is_told_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter((100.0, 107.5))
    counted = Counted()
    outbound = Outbound(QUICK, ends=counted)
    with monkeypatch.context() as patch:
        patch.setattr(time, "perf_counter", lambda: next(now))
        await call(outbound, Other())
    assert counted.seconds == [7.5]


@pytest.mark.parametrize(("waited", "state"), [(30.0, "opened"), (30.1, "half-opened")])
async def test_an_open_breaker_lets_a_probe_out_after_its_time(
    monkeypatch: pytest.MonkeyPatch, waited: float, state: str
) -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=1, open_seconds=30))
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    opened_at = outbound._opened_at[LINE]
    assert abs(opened_at - time.time()) < 600
    monkeypatch.setattr(time, "time", lambda: opened_at + waited)
    assert outbound.states == {LINE: state}


async def test_a_breaker_that_changes_is_one_line_with_its_name() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=1))
    with capture_logs() as lines, pytest.raises(Away):
        await outbound.call(BACKGROUND, Other(Away()), classify_error=classify_error)
    (line,) = [each for each in lines if each["event"] == "breaker.changed"]
    assert (line["integration"], line["purpose"]) == ("stripe", "background")
    assert (line["state"], line["log_level"]) == ("opened", "warning")


async def test_a_call_before_any_trouble_has_a_closed_breaker() -> None:
    outbound = Outbound(QUICK)
    assert outbound.states == {}
    await call(outbound, Other())
    assert outbound.states == {LINE: "closed"}


async def test_while_nothing_is_wrong_calls_go_out_side_by_side() -> None:
    outbound = Outbound(QUICK)
    sent, answer = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        sent.set()
        await answer.wait()
        return "slow"

    first = asyncio.create_task(call(outbound, slow))
    await sent.wait()
    assert await call(outbound, Other()) == "answer"
    answer.set()
    assert await first == "slow"


async def test_a_probe_is_not_tried_a_second_time() -> None:
    """While the breaker is not closed, one try is enough to see."""
    outbound = Outbound(replace(QUICK, failures_to_open=1, open_seconds=-1))
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    probe = Other(Away(), Away(), Away())
    with pytest.raises(Away):
        await call(outbound, probe)
    assert probe.calls == 1


async def test_after_a_probe_that_failed_the_next_one_may_go_out() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=1, open_seconds=-1))
    for _ in range(3):
        other = Other(Away())
        with pytest.raises(Away):
            await call(outbound, other)
        assert other.calls == 1
    assert await call(outbound, Other()) == "answer"


async def test_a_time_out_counts_for_the_breaker_whatever_it_would_be_judged() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=2, attempts=1))
    for state in ("closed", "opened"):
        with pytest.raises(TimeoutError):
            await outbound.call(LINE, Other(TimeoutError()), classify_error=lambda _: Failure.FINAL)
        assert outbound.states == {LINE: state}


async def test_an_answer_about_one_object_forgives_what_others_failed_at() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=2, attempts=1))
    await about(outbound, "a", Other(Away()))
    assert await outbound.call(LINE, Other(), classify_error=classify_error, about="b") == "answer"
    for name in ("a", "a"):
        await about(outbound, name, Other(Away()))
    assert outbound.states == {LINE: "closed"}
    await about(outbound, "b", Other(Away()))
    assert outbound.states == {LINE: "opened"}


async def test_a_refusal_about_one_object_is_an_answer_too() -> None:
    """It begins the count again, so that the same object may be news again."""
    outbound = Outbound(replace(QUICK, failures_to_open=2, attempts=1))
    await about(outbound, "a", Other(Away()))
    with pytest.raises(No):
        await outbound.call(LINE, Other(No()), classify_error=classify_error, about="a")
    await about(outbound, "a", Other(Away()))
    await about(outbound, "b", Other(Away()))
    assert outbound.states == {LINE: "opened"}


async def test_what_is_about_no_object_counts_each_time() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=3, attempts=1))
    for state in ("closed", "closed", "opened"):
        with pytest.raises(Away):
            await call(outbound, Other(Away()))
        assert outbound.states == {LINE: state}


async def test_the_error_says_who_is_not_reachable_and_keeps_the_cause() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=1))
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    with pytest.raises(BreakerOpen) as raised:
        await call(outbound, Other())
    assert str(raised.value) == "stripe is not reachable at the moment."
