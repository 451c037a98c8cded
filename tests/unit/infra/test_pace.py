"""Calls are paced on our side: members come first, and no call waits for ever."""

import asyncio

import pytest

from payments.infra.errors import PaceExceeded
from payments.infra.outbound import Failure, Line, Outbound, Policy, Purpose
from payments.infra.pace import Pace
from payments.providers.stripe.provider import CALLS_A_SECOND, StripeProvider

SLOW = 1e-3
"""A limit that gives out one call, and the next after a quarter of an hour."""


async def passes(pace: Pace, *, in_background: bool) -> bool:
    try:
        await pace.wait(seconds=0.01, in_background=in_background)
    except PaceExceeded:
        return False
    return True


async def test_more_calls_than_the_limit_wait_and_give_up_in_the_end() -> None:
    pace = Pace(SLOW)
    assert await passes(pace, in_background=False)
    with pytest.raises(PaceExceeded, match=r"More than 0\.001 calls a second are waiting\."):
        await pace.wait(seconds=0.01, in_background=False)


async def test_what_nobody_waits_for_leaves_room_for_members() -> None:
    pace = Pace(100 * SLOW)
    before = [await passes(pace, in_background=True) for _ in range(20)]
    assert before.count(True) == 1
    members = Pace(100)
    assert all([await passes(members, in_background=False) for _ in range(20)])


async def test_nothing_in_the_background_comes_before_a_member_who_waits() -> None:
    """However many members wait: the share of the background is a most, no right."""
    pace, order = Pace(20), list[str]()

    async def call(who: str, *, in_background: bool) -> None:
        await pace.wait(seconds=60, in_background=in_background)
        order.append(who)

    members = [asyncio.create_task(call("member", in_background=False)) for _ in range(8)]
    await asyncio.sleep(0)
    background = [asyncio.create_task(call("background", in_background=True)) for _ in range(2)]
    await asyncio.sleep(0)
    members += [asyncio.create_task(call("member", in_background=False)) for _ in range(3)]
    await asyncio.gather(*members, *background)
    assert order == ["member"] * 11 + ["background"] * 2


async def test_a_member_who_gives_up_lets_the_background_on() -> None:
    pace = Pace(100)
    waiting = [pace.wait(seconds=0.0, in_background=False) for _ in range(100)]
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert any(isinstance(each, PaceExceeded) for each in ended)
    await pace.wait(seconds=60, in_background=True)


async def test_a_fifth_may_come_in_a_row_and_the_rest_is_spread() -> None:
    loop = asyncio.get_running_loop()
    pace, begun, made = Pace(100), loop.time(), 0
    while loop.time() - begun < 0.25:
        await pace.wait(seconds=10, in_background=False)
        made += loop.time() - begun < 0.25
    assert made <= 20 + 80 / 4


async def test_what_waits_too_long_is_not_sent_and_does_not_open_the_breaker() -> None:
    outbound = Outbound(Policy(timeout_seconds=0.01, failures_to_open=1))
    outbound.keep_pace("bank", SLOW)
    outbound.keep_pace("bank", SLOW)  # whoever says it again begins no new second
    line, sent = Line(integration="bank", purpose=Purpose.MEMBERS), []

    async def work() -> None:
        sent.append(1)

    await outbound.call(line, work, classify_error=lambda _: Failure.AWAY)
    for _ in range(2):
        with pytest.raises(PaceExceeded):
            await outbound.call(line, work, classify_error=lambda _: Failure.AWAY)
    assert len(sent) == 1
    assert outbound.states == {line: "closed"}
    other = Line(integration="post", purpose=Purpose.MEMBERS)
    await outbound.call(other, work, classify_error=lambda _: Failure.AWAY)
    assert len(sent) == 2


@pytest.mark.parametrize(
    ("key", "url", "limit"),
    [
        ("sk_live_1", None, 100),
        ("rk_test_1", None, 25),
        ("sk_test_1", "http://127.0.0.1:1", None),
    ],
)
async def test_stripe_is_called_as_often_as_it_takes(
    key: str, url: str | None, limit: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, float]] = []
    outbound = Outbound()
    monkeypatch.setattr(outbound, "keep_pace", lambda *pace: kept.append(pace))
    provider = StripeProvider(
        secret_key=key, webhook_secrets=["whsec_1"], outbound=outbound, api_url=url
    )
    assert kept == ([] if limit is None else [("stripe", limit)])
    assert set(CALLS_A_SECOND.values()) == {25, 100}
    await provider.close()
