"""The policy for calls to the outside: what is tried again, and when the breaker opens."""

import asyncio
import time
from dataclasses import replace

import pytest

from payments.infra.errors import BreakerOpen
from payments.infra.outbound import Outbound, Purpose
from tests.support.outbound import (
    LINE,
    OTHER,
    QUICK,
    Away,
    Busy,
    No,
    Other,
    about,
    call,
    classify_error,
)


async def open_breaker(outbound: Outbound) -> None:
    """Let five tries in a row fail."""
    other = Other(*[Away()] * 5)
    while other.does:
        with pytest.raises(Away):
            await call(outbound, other)
    assert other.calls == 5


@pytest.mark.parametrize("error", [Away(), Busy(), TimeoutError()])
async def test_what_may_pass_is_tried_three_times_in_all(error: Exception) -> None:
    outbound = Outbound(QUICK)
    passing = Other(error, error)
    assert await call(outbound, passing) == "answer"
    lasting = Other(error, error, error)
    with pytest.raises(type(error)):
        await call(outbound, lasting)
    assert (passing.calls, lasting.calls) == (3, 3)


@pytest.mark.parametrize("error", [No(), RuntimeError("a mistake of ours")])
async def test_a_refusal_or_a_mistake_is_not_tried_again(error: Exception) -> None:
    outbound = Outbound(QUICK)
    other = Other(error)
    with pytest.raises(type(error)):
        await call(outbound, other)
    assert other.calls == 1


async def test_five_failures_in_a_row_open_the_breaker_and_nothing_more_is_sent() -> None:
    outbound = Outbound(QUICK)
    await open_breaker(outbound)
    other = Other()
    with pytest.raises(BreakerOpen, match="stripe is not reachable"):
        await call(outbound, other)
    assert other.calls == 0


@pytest.mark.parametrize("error", [Busy(), No()])
async def test_whoever_answers_is_not_broken(error: Exception) -> None:
    outbound = Outbound(QUICK)
    for _ in range(10):
        with pytest.raises(type(error)):
            await call(outbound, Other(*[error] * 3))
    assert outbound.states == {LINE: "closed"}


async def test_an_answer_between_failures_begins_the_count_anew() -> None:
    outbound = Outbound(QUICK)
    for _ in range(10):
        assert await call(outbound, Other(Away(), Away())) == "answer"
    assert outbound.states == {LINE: "closed"}


async def test_when_the_breaker_opens_the_last_try_is_told_without_another_pause() -> None:
    outbound = Outbound(replace(QUICK, failures_to_open=1, first_pause_seconds=60))
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    assert outbound.states == {LINE: "opened"}


async def test_after_its_time_the_breaker_is_half_open_for_whoever_asks() -> None:
    """Also when nobody calls: readiness must not stay degraded forever."""
    assert (await half_open()).states == {LINE: "half-opened"}


async def half_open() -> Outbound:
    """Calls whose breaker has opened, and whose time is over at once."""
    outbound = Outbound(replace(QUICK, open_seconds=-1))
    await open_breaker(outbound)
    return outbound


async def test_half_open_one_probe_goes_out_and_the_others_fail_at_once() -> None:
    outbound = await half_open()
    sent, answer = asyncio.Event(), asyncio.Event()

    async def slow() -> str:
        sent.set()
        await answer.wait()
        return "back"

    probe = asyncio.create_task(call(outbound, slow))
    await sent.wait()
    other = Other()
    with pytest.raises(BreakerOpen):
        await call(outbound, other)
    answer.set()
    assert await probe == "back"
    assert other.calls == 0
    assert outbound.states == {LINE: "closed"}
    assert await call(outbound, other) == "answer"


async def test_a_probe_that_fails_opens_it_again() -> None:
    outbound = await half_open()
    other = Other(Away())
    with pytest.raises(Away):
        await call(outbound, other)
    assert other.calls == 1
    assert outbound._states == {LINE: "opened"}


async def test_a_try_has_a_time_limit() -> None:
    outbound = Outbound(replace(QUICK, timeout_seconds=0.01, attempts=2))
    calls: list[float] = []

    async def never() -> str:
        calls.append(time.monotonic())
        await asyncio.Event().wait()
        return "never"

    with pytest.raises(TimeoutError):
        await call(outbound, never)
    assert len(calls) == 2


async def test_the_other_side_may_ask_for_a_longer_pause_up_to_a_bound() -> None:
    outbound = Outbound(replace(QUICK, first_pause_seconds=0.0, longest_pause_seconds=0.05))
    began = time.monotonic()
    answer = await outbound.call(
        LINE, Other(Busy()), classify_error=classify_error, retry_after=lambda _: 3600.0
    )
    assert answer == "answer"
    assert 0.05 <= time.monotonic() - began < 30


async def test_each_integration_has_its_own_breaker() -> None:
    outbound = Outbound(QUICK)
    await open_breaker(outbound)
    assert await outbound.call(OTHER, Other(), classify_error=classify_error) == "answer"
    assert outbound.states == {LINE: "opened", OTHER: "closed"}


async def test_each_purpose_has_its_own_breaker() -> None:
    """What fails in the background closes no shop, and a look at the health opens nothing."""
    outbound = Outbound(QUICK)
    background = replace(LINE, purpose=Purpose.BACKGROUND)
    health = replace(LINE, purpose=Purpose.HEALTH)
    for line in (background, health):
        for _ in range(2):
            with pytest.raises(Away):
                await outbound.call(line, Other(*[Away()] * 3), classify_error=classify_error)
    assert await call(outbound, Other()) == "answer"
    assert outbound.states == {background: "opened", health: "opened", LINE: "closed"}


async def test_one_object_that_always_fails_opens_no_breaker() -> None:
    outbound = Outbound(QUICK)
    broken = Other(*[Away()] * 99)
    for _ in range(10):
        await about(outbound, "one", broken)
    await about(outbound, "another", broken)
    assert broken.calls == 33
    assert outbound.states == {LINE: "closed"}


async def test_several_objects_that_fail_in_a_row_open_it() -> None:
    outbound = Outbound(QUICK)
    broken = Other(*[Away()] * 99)
    for name in "abcd":
        await about(outbound, name, broken)
    assert outbound.states == {LINE: "closed"}
    await about(outbound, "e", broken)
    assert outbound.states == {LINE: "opened"}


async def test_an_answer_between_them_begins_the_count_of_objects_anew() -> None:
    outbound = Outbound(QUICK)
    broken = Other(*[Away()] * 99)
    for name in ("a", "b", "c", "d", "", "a", "b", "c", "d"):
        if name:
            await about(outbound, name, broken)
        else:
            await call(outbound, Other())
    assert outbound.states == {LINE: "closed"}


async def test_the_object_that_fails_is_no_probe_for_the_others() -> None:
    """It comes first each time: if its failure opened the breaker again, nobody would get in."""
    outbound = Outbound(replace(QUICK, open_seconds=-1))
    broken = Other(*[Away()] * 99)
    for name in "abcde":
        await about(outbound, name, broken)
    sent = broken.calls
    await about(outbound, "a", broken)
    assert broken.calls == sent + 1
    assert await call(outbound, Other()) == "answer"
    assert outbound.states == {LINE: "closed"}


async def test_whoever_does_not_wait_any_more_says_nothing_of_the_other_side() -> None:
    outbound = Outbound(replace(QUICK, attempts=1))
    for _ in range(4):
        with pytest.raises(Away):
            await call(outbound, Other(Away()))

    async def never() -> str:
        await asyncio.Event().wait()
        return "never"

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await call(outbound, never)
    with pytest.raises(Away):
        await call(outbound, Other(Away()))
    assert outbound.states == {LINE: "opened"}


async def test_when_another_call_opens_the_breaker_the_own_error_is_told() -> None:
    """Something was sent: nobody may be told that nothing was."""
    outbound = Outbound(replace(QUICK, failures_to_open=2, first_pause_seconds=0.05))
    waiting = Other(Away(), Away())
    both = await asyncio.gather(
        call(outbound, waiting), call(outbound, Other(Away())), return_exceptions=True
    )
    assert [type(each) for each in both] == [Away, Away]
    assert waiting.calls == 1
