"""What a worker asks its outbox for, round by round; the outbox lies in memory here."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest

from payments.domain.values.events import PointsGranted
from payments.domain.values.time import DAY, MINUTE, SECOND, later
from payments.notifications import worker as module
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.notifications.worker import LEASE, Worker
from tests.conftest import Time
from tests.support.examples import example
from tests.support.make import START
from tests.support.outbox import Doing, Outbox, waiting
from tests.support.rounds import Begin, begin, channel, outbox, turns

__all__ = ["begin", "channel", "outbox"]  # fixtures


def test_the_numbers_of_deliveries() -> None:
    assert (module.MAX_ATTEMPTS, module.RETRY_AFTER) == (3, SECOND)
    assert (module.POSTPONE_AT_MOST, module.POSTPONE_FOR) == (5 * MINUTE, DAY)
    assert module.POSTPONEMENTS == 250
    assert (module.LEASE, module.BEAT_SECONDS) == (15 * SECOND, 5)
    assert (module.STOP_SECONDS, module.OLDEST_ONE_IN) == (4, 10)


async def test_it_asks_for_what_it_can_deliver_and_for_as_much_as_it_has_hands(
    begin: Begin, outbox: Outbox, clock: Time
) -> None:
    begin()
    await turns()
    (asked,) = outbox.claims
    assert asked.pop("lease")
    assert asked == {
        "urgent": 8,
        "oldest": 0,
        "queue": "discord",
        "channels": ("recipient", "dm"),
        "now": clock(),
        "until": later(clock(), LEASE),
    }


async def test_each_claim_has_a_lease_of_its_own(begin: Begin, outbox: Outbox) -> None:
    worker = begin(queue="http")
    await turns()
    worker.wake()
    await turns()
    assert len({asked["lease"] for asked in outbox.claims}) == 2
    assert {len(asked["lease"]) for asked in outbox.claims} == {16}
    assert {asked["queue"] for asked in outbox.claims} == {"http"}


async def test_every_tenth_claim_is_for_the_oldest_whatever_its_priority(
    begin: Begin, outbox: Outbox
) -> None:
    """Only what was really claimed counts."""
    outbox.due = [waiting(number) for number in range(30)]
    begin(slots=3)
    await turns(200)
    shares = [(asked["urgent"], asked["oldest"]) for asked in outbox.claims if asked]
    taken = 0
    for urgent, oldest in shares:
        turn = range(taken, taken + urgent + oldest)
        assert oldest == sum(each % 10 == 9 for each in turn)
        taken = min(30, taken + urgent + oldest)
    assert sum(oldest for _, oldest in shares) >= 3


async def test_with_full_hands_it_asks_for_nothing_and_then_for_as_many_as_are_free(
    begin: Begin, outbox: Outbox, channel: Doing
) -> None:
    outbox.due = [waiting(number) for number in range(3)]
    channel.goes_on.clear()
    worker = begin(slots=2)
    await turns()
    worker.wake()
    await turns()
    assert [each["urgent"] for each in outbox.claims] == [2]
    assert [each.id for each in channel.taken] == [0, 1]
    channel.goes_on.set()
    await turns()
    assert [each.id for each in channel.taken] == [0, 1, 2]


async def test_what_is_delivered_has_all_that_it_was_stored_with(
    begin: Begin, outbox: Outbox, channel: Doing, clock: Time
) -> None:
    outbox.due = [waiting(7, attempts=1, target="subscriber", nonce="n")]
    begin()
    await turns()
    (taken,) = channel.taken
    assert taken == Delivery(
        id=7,
        nonce="n",
        event=example(PointsGranted),
        channel="recipient",
        attempt=2,
        target="subscriber",
    )
    assert outbox.ended == [("delivered", 7, clock())]
    assert channel.ends == [("recipient", "delivered")]


@pytest.mark.parametrize(
    ("claimed", "error", "ended", "counted"),
    [
        ({}, GiveUp("closed"), ("given up", 1, START, "closed"), "given_up"),
        ({"attempts": 2}, OSError("no"), ("dead", 1, START, "OSError: no"), "dead"),
        ({"attempts": 3}, OSError("no"), ("dead", 1, START, "OSError: no"), "dead"),
        (
            {"postponements": 250, "created_at": later(START, -DAY)},
            Postpone("away"),
            ("dead", 1, START, "away"),
            "dead",
        ),
        ({"name": "nothing.known"}, None, ("failed", 1), "failed"),
        ({"channel": "elsewhere"}, None, ("failed", 1), "failed"),
    ],
)
async def test_how_a_try_ends_is_noted_once_and_counted(
    begin: Begin,
    outbox: Outbox,
    channel: Doing,
    claimed: dict[str, Any],
    error: Exception | None,
    ended: tuple[Any, ...],
    counted: str,
) -> None:
    channel.does = lambda _: error
    outbox.due = [waiting(1, **claimed)]
    begin()
    await turns()
    (found,) = outbox.ended
    assert found[: len(ended)] == ended
    assert channel.ends == [(claimed.get("channel", "recipient"), counted)]


@pytest.mark.parametrize(
    ("claimed", "error", "least", "most"),
    [
        ({"attempts": 0}, OSError(), SECOND, SECOND * 5 // 4),
        ({"attempts": 1}, OSError(), 2 * SECOND, SECOND * 10 // 4),
        ({"postponements": 8}, Postpone(""), 256 * SECOND, 320 * SECOND),
        ({"postponements": 9}, Postpone(""), 300 * SECOND, 375 * SECOND),
        ({"postponements": 9_999}, Postpone(""), 300 * SECOND, 375 * SECOND),
        ({}, Postpone("", seconds=0.5), SECOND, SECOND * 5 // 4),
        ({}, Postpone("", seconds=1.25), SECOND * 5 // 4, SECOND * 5 // 4),
        ({}, Postpone("", seconds=3_600), 3_600 * SECOND, 3_600 * SECOND),
    ],
)
async def test_pauses_are_at_least_so_long_and_a_quarter_longer_at_most(
    begin: Begin,
    outbox: Outbox,
    channel: Doing,
    monkeypatch: pytest.MonkeyPatch,
    claimed: dict[str, Any],
    error: Exception,
    least: int,
    most: int,
) -> None:
    """The least and the greatest that chance may give."""
    for chance, pause in ((lambda _: 0, least), (lambda below: below - 1, most)):
        monkeypatch.setattr(random, "randrange", chance)
        channel.does = lambda _: error
        outbox.due = [waiting(1, **claimed)]
        outbox.ended.clear()
        begin()
        await turns()
        ((_, _, due, _),) = outbox.ended
        assert due - START == pause


class Summing(Doing):
    """A channel that tells grants together."""

    summed = frozenset({PointsGranted.name})

    async def deliver_all(self, together: Sequence[Delivery]) -> None:
        self.taken += together
        if (error := self.does(together[0])) is not None:
            raise error


@pytest.mark.parametrize(
    ("error", "how"),
    [
        (None, {"status": "delivered", "reason": ""}),
        (GiveUp("closed"), {"status": "given_up", "reason": "closed"}),
    ],
)
async def test_what_is_told_together_ends_together(
    outbox: Outbox, clock: Time, error: Exception | None, how: dict[str, str]
) -> None:
    channel = Summing(does=lambda _: error)
    outbox.due = [waiting(1)]
    outbox.behind_it = [waiting(2), waiting(3, body="{}"), waiting(4)]
    worker = Worker(
        deliveries=outbox,  # type: ignore[arg-type]
        channels={"recipient": channel},
        clock=clock,
        ends=channel,
        idle_seconds=3600,
    )
    running = asyncio.create_task(worker.run())
    await turns()
    assert [each.id for each in channel.taken] == [1, 2], "up to the first that nobody can read"
    assert outbox.ended == [("behind", 1), ("together", 1, [2], START, how)]
    assert channel.ends == [("recipient", how["status"])] * 2
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
