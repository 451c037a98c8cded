"""Charts as pictures. The library is loaded when the first one is drawn, not before."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_date
from babel.numbers import format_compact_decimal

from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import minor_digits
from payments.domain.values.report import StatsReport
from payments.infra.reader import ENGLISH

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CURRENCIES_DRAWN: Final = 2
"""More would make each too low to be read on a phone."""

DAILY: Final = 31
"""Periods of more days are drawn by weeks."""

_EPOCH: Final = date(1970, 1, 1)
_WIDTH_INCHES: Final = 10
_PANEL_INCHES: Final = 4.2
_DPI: Final = 100
_TITLE_POINTS: Final = 27
_LABEL_POINTS: Final = 24
"""A phone shows the 1,000 pixels at about a third: this is as large there as usual text."""
_LABELS: Final = 4

_GROUND: Final = "#1e1f26"
_INK: Final = "#f2f3f5"
_GRID: Final = "#3d404b"
_BARS: Final = "#8b98ff"
_LINE: Final = "#3ecf8e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One of the charts above one another.

    Attributes:
        title: What is shown; drawn in English: the font knows no other scripts.
        values: One for each step, in the currency's own unit or in points.
        bars: Whether each value stands for itself; otherwise they are one line.
    """

    title: Sentence
    values: tuple[float, ...]
    bars: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is to be drawn.

    Attributes:
        steps: The first day of each step.
    """

    steps: tuple[date, ...]
    panels: tuple[Panel, ...]


def chart_of(report: StatsReport) -> Chart | None:
    """Sales by day or week, in the currencies with most of them, and the balance of all members.

    Weeks are counted back from the end of the period, so that the last one is whole; the first
    one may be shorter. None if there is nothing to draw.
    """
    if not (report.days or report.changes or report.standing.balance):
        return None
    first, end = report.period.first_day, report.period.end_day
    length = 1 if end - first <= DAILY else 7
    starts = [max(first, end - length * n) for n in range(-(-(end - first) // length), 0, -1)]
    places = {
        day: n
        for n, (start, until) in enumerate(zip(starts, [*starts[1:], end], strict=True))
        for day in range(start, until)
    }
    by_sales = sorted(report.money, key=lambda line: (-line.sales, line.currency))
    codes = [line.currency for line in by_sales if line.sales][:CURRENCIES_DRAWN]
    panels = [_sales(report, code, places, len(starts), length) for code in codes]
    panels.append(_outstanding(report, places, len(starts)))
    return Chart(
        steps=tuple(_EPOCH + timedelta(days=start) for start in starts), panels=tuple(panels)
    )


def _sales(
    report: StatsReport, currency: str, places: dict[int, int], steps: int, length: int
) -> Panel:
    minor = [0] * steps
    for day in report.days:
        if day.currency == currency:
            minor[places[day.day]] += day.gross
    unit = 10 ** minor_digits(currency)
    return Panel(
        title=(
            Sentence("Sales per day ({currency})", currency=Verbatim(currency))
            if length == 1
            else Sentence("Sales per week ({currency})", currency=Verbatim(currency))
        ),
        values=tuple(each / unit for each in minor),
        bars=True,
    )


def _outstanding(report: StatsReport, places: dict[int, int], steps: int) -> Panel:
    """The balance at the end of each step, counted back from that at the end."""
    changes = [0] * steps
    for day, change in report.changes.items():
        changes[places[day]] += change
    values = [report.standing.balance]
    for change in reversed(changes[1:]):
        values.append(values[-1] - change)
    return Panel(
        title=Sentence("Balance of all members"), values=tuple(reversed(values)), bars=False
    )


def draw(chart: Chart) -> bytes:
    """The chart as a PNG with a ground of its own, for Discord's dark and light theme.

    Takes half a second and some 50 MB the first time, so call it in a thread of its own.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - see above
    from matplotlib.figure import Figure  # noqa: PLC0415 - as above

    height = _PANEL_INCHES * len(chart.panels)
    figure = Figure(figsize=(_WIDTH_INCHES, height), dpi=_DPI, facecolor=_GROUND)
    figure.set_layout_engine("constrained", h_pad=0.25, w_pad=0.25)
    FigureCanvasAgg(figure)
    rows = figure.subplots(len(chart.panels), 1, squeeze=False)
    for (axes,), panel in zip(rows, chart.panels, strict=True):
        _draw_panel(axes, panel, chart.steps)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=_GROUND)
    return out.getvalue()


def _draw_panel(axes: "Axes", panel: Panel, steps: Sequence[date]) -> None:
    places = range(len(panel.values))
    if panel.bars:
        axes.bar(places, panel.values, width=0.75, color=_BARS)
    else:
        marker = "o" if len(panel.values) == 1 else None
        axes.plot(places, panel.values, color=_LINE, linewidth=5, marker=marker, markersize=12)
        axes.fill_between(places, panel.values, color=_LINE, alpha=0.2)
    axes.set_title(
        str(panel.title), loc="left", color=_INK, fontsize=_TITLE_POINTS, fontweight="bold", pad=14
    )
    axes.set_facecolor(_GROUND)
    axes.set_xlim(-0.6, len(panel.values) - 0.4)
    if not any(panel.values):
        axes.set_ylim(0, 1)
    elif min(panel.values) >= 0:
        axes.set_ylim(bottom=0)
    axes.locator_params(axis="y", nbins=4, integer=not panel.bars)
    axes.yaxis.set_major_formatter(_compact)
    shown = _labelled(len(steps))
    axes.set_xticks(shown, [format_date(steps[n], "d MMM", locale=ENGLISH) for n in shown])
    axes.tick_params(colors=_INK, labelsize=_LABEL_POINTS, length=0, pad=8)
    axes.grid(axis="y", color=_GRID, linewidth=1.5)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)


def _labelled(steps: int) -> list[int]:
    """Which steps get a label: a few, evenly, with the last one."""
    apart = -(-steps // _LABELS)
    return list(range(steps - 1, -1, -apart))[::-1]


def _compact(value: float, _place: Any) -> str:  # noqa: ANN401 - the library's
    """A number as short as it can be: `0.05`, `250`, `1.5K`."""
    if abs(value) < 1000:  # noqa: PLR2004 - where K begins
        return f"{value:g}"
    return str(format_compact_decimal(value, locale=ENGLISH, fraction_digits=1))
