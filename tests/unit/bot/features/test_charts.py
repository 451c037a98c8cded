"""Charts: their steps, what they draw, and how a picture of them looks."""

from datetime import date
from typing import Any

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from bot.features.stats import charts
from bot.features.stats.charts import Chart, Panel, _compact, _draw_panel, _labelled, chart_of
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.report import (
    DaySales,
    Period,
    PeriodStanding,
    PointsFlow,
    StatsReport,
    Takings,
)
from payments.domain.values.time import DAY, Instant

LAST = 20_000
"""The last day of each period here: 4 October 2024."""


def report(length: int, **more: Any) -> StatsReport:
    """A period of a number of days up to the last one, of which nothing is told."""
    usual: dict[str, Any] = {
        "period": Period(
            start=Instant((LAST + 1 - length) * DAY), end=Instant((LAST + 1) * DAY), livemode=True
        ),
        "money": (),
        "points": PointsFlow(),
        "standing": PeriodStanding(paid=0, given=0, owed=0, worth={}),
        "packages": (),
        "days": (),
        "changes": {},
        "buyers": 0,
    }
    return StatsReport(**(usual | more))


def sold(day: int, gross: int, currency: str = "EUR") -> DaySales:
    return DaySales(day=day, currency=currency, sales=1, gross=gross)


def standing(paid: int, owed: int = 0) -> PeriodStanding:
    return PeriodStanding(paid=paid, given=0, owed=owed, worth={})


@pytest.mark.parametrize(
    ("more", "panels"),
    [
        ({}, 0),
        ({"standing": standing(5, 5)}, 0),
        ({"standing": standing(1)}, 1),
        ({"standing": standing(0, 1)}, 1),
        ({"changes": {LAST: 1}}, 1),
        ({"days": (sold(LAST, 1),)}, 1),
    ],
)
def test_nothing_is_drawn_of_nothing(more: dict[str, Any], panels: int) -> None:
    chart = chart_of(report(7, **more))
    assert (0 if chart is None else len(chart.panels)) == panels


@pytest.mark.parametrize(
    ("days", "steps", "first", "second", "title"),
    [
        (1, 1, date(2024, 10, 4), None, "Sales per day (EUR)"),
        (30, 30, date(2024, 9, 5), date(2024, 9, 6), "Sales per day (EUR)"),
        (31, 31, date(2024, 9, 4), date(2024, 9, 5), "Sales per day (EUR)"),
        (32, 5, date(2024, 9, 3), date(2024, 9, 7), "Sales per week (EUR)"),
        (35, 5, date(2024, 8, 31), date(2024, 9, 7), "Sales per week (EUR)"),
        (36, 6, date(2024, 8, 30), date(2024, 8, 31), "Sales per week (EUR)"),
    ],
)
def test_more_than_31_days_are_drawn_by_weeks_of_which_the_first_may_be_shorter(
    days: int, steps: int, first: date, second: date | None, title: str
) -> None:
    everything = (sold(LAST + 1 - days, 300), sold(LAST, 100))
    money = (Takings(currency="EUR", sales=1),)
    chart = chart_of(report(days, days=everything, money=money))
    assert chart is not None
    assert len(chart.steps) == steps
    assert chart.steps[0] == first
    assert second is None or chart.steps[1] == second
    (sales, _) = chart.panels
    assert (str(sales.title), sales.bars, len(sales.values)) == (title, True, steps)
    assert sales.values[-1] == (4.0 if days == 1 else 1.0)
    assert sales.values[0] == (4.0 if days == 1 else 3.0)
    assert sum(sales.values) == 4.0


def test_the_two_currencies_with_most_sales_are_drawn_and_each_by_itself() -> None:
    money = tuple(
        Takings(currency=code, sales=sales)
        for code, sales in (("AUD", 1), ("EUR", 2), ("JPY", 3), ("SEK", 0), ("USD", 2))
    )
    days = (sold(LAST, 5, "JPY"), sold(LAST, 7, "JPY"), sold(LAST - 1, 250), sold(LAST, 9, "USD"))
    chart = chart_of(report(2, money=money, days=days))
    assert chart is not None
    assert [(str(each.title), each.values) for each in chart.panels] == [
        ("Sales per day (JPY)", (0, 12)),
        ("Sales per day (EUR)", (2.5, 0)),
        ("Balance of all members", (0, 0)),
    ]
    chart = chart_of(report(2, money=(money[3],), days=days))
    assert chart is not None
    assert [str(each.title) for each in chart.panels] == ["Balance of all members"]


def test_what_is_outstanding_is_counted_back_from_the_end() -> None:
    chart = chart_of(
        report(3, standing=standing(100), changes={LAST - 2: 7, LAST - 1: 30, LAST: -10})
    )
    assert chart is not None
    (points,) = chart.panels
    assert (str(points.title), points.values, points.bars) == (
        "Balance of all members",
        (80, 110, 100),
        False,
    )


@pytest.mark.parametrize(
    ("steps", "labelled"),
    [
        (1, [0]),
        (3, [0, 1, 2]),
        (4, [0, 1, 2, 3]),
        (5, [0, 2, 4]),
        (8, [1, 3, 5, 7]),
        (9, [2, 5, 8]),
        (53, [10, 24, 38, 52]),
    ],
)
def test_a_few_steps_have_labels_and_the_last_one_always(steps: int, labelled: list[int]) -> None:
    assert _labelled(steps) == labelled


@pytest.mark.parametrize(
    ("value", "label"),
    [(0.05, "0.05"), (999, "999"), (-999, "-999"), (1000, "1K"), (-1000, "-1K"), (1250, "1.2K")],
)
def test_numbers_are_short_from_a_thousand_on(value: float, label: str) -> None:
    assert _compact(value, None) == label


def drawn(values: tuple[float, ...], *, bars: bool) -> Any:
    """Axes with one panel."""
    axes = Figure().subplots()
    steps = tuple(date(2026, 9, 1 + number) for number in range(len(values)))
    _draw_panel(axes, Panel(title=Sentence("A title"), values=values, bars=bars), steps)
    return axes


def test_bars_stand_for_themselves_and_a_line_is_filled_down_to_nothing() -> None:
    bars = drawn((1.0, 3.0), bars=True)
    assert [bar.get_height() for bar in bars.patches] == [1.0, 3.0]
    assert {to_hex(bar.get_facecolor()) for bar in bars.patches} == {"#8b98ff"}
    assert {round(bar.get_width(), 2) for bar in bars.patches} == {0.75}
    assert not bars.lines
    line = drawn((1.0, 3.0), bars=False)
    assert not line.patches
    (one,) = line.lines
    assert list(one.get_ydata()) == [1.0, 3.0]
    assert (one.get_color(), one.get_linewidth(), one.get_marker()) == ("#3ecf8e", 5, "None")
    (area,) = line.collections
    assert area.get_alpha() == 0.2


def test_a_single_value_of_a_line_is_a_dot() -> None:
    (one,) = drawn((3.0,), bars=False).lines
    assert (one.get_marker(), one.get_markersize()) == ("o", 12)


@pytest.mark.parametrize(
    ("values", "bottom", "top"),
    [
        ((0.0, 0.0), 0, 1),
        ((0.0, 5.0), 0, None),
        ((2.0, 5.0), 0, None),
        ((-5.0, 5.0), None, None),
    ],
)
def test_the_ground_is_nothing_unless_something_is_below(
    values: tuple[float, ...], bottom: float | None, top: float | None
) -> None:
    low, high = drawn(values, bars=False).get_ylim()
    assert bool(low == 0) is (bottom == 0)
    assert low <= min(values)
    assert high >= max(values)
    assert top is None or high == top


def test_the_panel_is_written_in_the_colours_of_its_ground() -> None:
    axes = drawn((1.0, 2.0, 3.0, 4.0, 5.0), bars=True)
    assert axes.get_title(loc="left") == "A title"
    assert axes.get_title(loc="center") == ""
    title = axes.title if axes.title.get_text() else axes._left_title
    assert (title.get_color(), title.get_fontsize(), title.get_fontweight()) == (
        "#f2f3f5",
        27,
        "bold",
    )
    assert to_hex(axes.get_facecolor()) == "#1e1f26"
    assert axes.get_xlim() == (-0.6, 4.6)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1 Sep", "3 Sep", "5 Sep"]
    assert {label.get_color() for label in axes.get_xticklabels()} == {"#f2f3f5"}
    assert {label.get_fontsize() for label in axes.get_yticklabels()} == {24}
    assert not any(side.get_visible() for side in axes.spines.values())
    assert axes.get_axisbelow() is True
    lines = axes.yaxis.get_gridlines()
    assert {(line.get_color(), line.get_linewidth()) for line in lines} == {("#3d404b", 1.5)}
    assert not any(line.get_visible() for line in axes.xaxis.get_gridlines())


def test_a_picture_has_each_panel_with_the_same_steps_from_top_to_bottom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[tuple[float, str, tuple[date, ...]]] = []

    def note(axes: Any, panel: Panel, steps: tuple[date, ...]) -> None:
        seen.append((axes.get_position().y0, str(panel.title), steps))

    monkeypatch.setattr(charts, "_draw_panel", note)
    steps = (date(2026, 9, 21),)
    panels = tuple(
        Panel(title=Sentence(title), values=(1.0,), bars=True) for title in ("EUR", "USD")
    )
    picture = charts.draw(Chart(steps=steps, panels=panels))
    assert [(title, of) for _, title, of in seen] == [("EUR", steps), ("USD", steps)]
    assert seen[0][0] > seen[1][0]
    assert picture.startswith(b"\x89PNG")
    assert [int.from_bytes(picture[at : at + 4]) for at in (16, 20)] == [1000, 840]
