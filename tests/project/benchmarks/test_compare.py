"""Two checkouts in turn: processor time is measured of the right processes, ratios say how sure."""

import os
import time
from pathlib import Path

import pytest

from benchmarks import bodies
from benchmarks.compare import DEARER, PART, Costs, interval
from benchmarks.goals import WrongError
from benchmarks.senders import StripeSender
from benchmarks.server import create_server
from benchmarks.sides import Side, all_credited, processor_seconds, python_of
from benchmarks.webhooks import prepare


def test_processor_time_is_that_of_a_process_with_all_its_threads() -> None:
    before = time.process_time()
    found = processor_seconds(os.getpid())
    assert before <= found <= time.process_time()


async def test_a_round_takes_its_own_payments_and_says_what_each_cost(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/books.db"
    payments = bodies.bought(4, seed=7)
    await (await prepare(url, payments)).close()
    server = create_server("ours", url, StripeSender())
    await server.start()
    side = Side(pid=os.getpid(), port=server.port, url=url, payments=payments)
    try:
        before = time.process_time()
        cost = await side.round(3)
        assert 0 < cost * 3 / 1e6 <= time.process_time() - before
        assert len(side.payments) == 1
        with pytest.raises(WrongError, match="0 of 1 events"):
            await side.round(2)
    finally:
        await server.close()
    await all_credited(url, 4)
    with pytest.raises(WrongError, match="2000 points of 2500"):
        await all_credited(url, 5)


def test_what_always_costs_the_same_is_known_exactly() -> None:
    assert interval([[1.02] * 5, [1.02] * 5]) == (1.02, 1.02)


def test_starts_that_differ_leave_more_doubt_than_rounds_that_do() -> None:
    """Rounds of one start share its process: they are no proof of the next one."""
    starts = [[1.0] * 10, [1.1] * 10, [1.2] * 10]
    low, high = interval(starts)
    assert (low, high) == (1.0, 1.2)
    one = interval([[1.0, 1.1, 1.2] * 10])
    assert low < one[0] <= 1.1 <= one[1] < high


@pytest.mark.parametrize(("here", "met"), [(1030.0, True), (1031.0, False)])
def test_a_goal_is_for_the_ratio_of_neighbours(here: float, met: bool) -> None:  # noqa: FBT001
    costs = Costs(here=[here], there=[1000.0], ratios=[[here / 1000.0]])
    goals = PART.goals(PART.parse(["--databases", "sqlite"]))
    verdict = goals[0].judge(costs.figures("sqlite"))
    assert (verdict.found, verdict.met) == (here / 1000.0, met)
    assert DEARER == 1.03


def test_a_checkout_without_an_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongError, match=r"make \.venv/\.dev"):
        python_of(tmp_path)
