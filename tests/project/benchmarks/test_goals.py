"""Goals beside figures."""

import pytest

from benchmarks.goals import Figures, Goal, missed

FIGURES: Figures = {"ours": {"per_second": 600.0, "p99_ms": 50.0}, "bare": {"per_second": 1000.0}}


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (Goal(case="ours", figure="per_second", at_least=600), (600, True)),
        (Goal(case="ours", figure="per_second", at_least=601), (600, False)),
        (Goal(case="ours", figure="p99_ms", at_most=50), (50, True)),
        (Goal(case="ours", figure="p99_ms", at_most=49.9), (50, False)),
        (Goal(case="ours", figure="per_second", at_least=0.6, beside="bare"), (0.6, True)),
        (Goal(case="ours", figure="per_second", at_least=0.7, beside="bare"), (0.6, False)),
        (Goal(case="bare", figure="p99_ms", at_most=50), (None, None)),
        (Goal(case="other", figure="per_second", at_least=1), (None, None)),
        (Goal(case="ours", figure="per_second", at_least=1, beside="other"), (None, None)),
    ],
)
def test_a_bound_is_for_a_figure_or_for_a_ratio(
    goal: Goal, expected: tuple[float | None, bool | None]
) -> None:
    verdict = goal.judge(FIGURES)
    assert (verdict.found, verdict.met) == expected


def test_a_goal_says_what_it_is_about() -> None:
    goal = Goal(case="ours", figure="per_second", at_least=0.7, beside="bare")
    assert goal.judge(FIGURES).line == (
        "MISSED        ours: per second at least 0.7 times bare: 0.60"
    )


def test_what_was_not_measured_is_not_missed() -> None:
    goals = [
        Goal(case="other", figure="p99_ms", at_most=1),
        Goal(case="ours", figure="p99_ms", at_most=1),
    ]
    assert missed(goals, FIGURES) == {"ours"}
