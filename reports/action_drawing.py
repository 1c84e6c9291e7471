"""Pictures of the charts: told by pattern, length and number, never by colour alone. Places are in pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from models.rules.rag import Rag
from models.rules.spoken import MONTHS
from reports.action_charts import Bars, Chart, Lasting, Rising
from reports.timeline_drawing import COLOURS, DOTS_AN_INCH, FAINT, INK, LINES, STRIPE, WIDTH, as_png

LEFT, RIGHT, ROW, BAR, FOOT = 300, 900, 30, 18, 16
TOP, TOP_WITH_LEGEND = 40, 66
HEIGHT_OF_LINES = 380
LONGEST_NAME = 42
LOOKS = (  # of the parts of a bar, in order: inside, edge, pattern
    (LINES, INK, ""), (COLOURS[Rag.RED], INK, "////"),
)  # fmt: skip
ALONE = (COLOURS[Rag.BLUE], INK, "")


@lru_cache(maxsize=16)
def drawn(chart: Chart) -> bytes:
    """The chart as a PNG without any trace of when and by what it was drawn."""
    height = HEIGHT_OF_LINES if isinstance(chart, Rising) else _top(chart) + ROW * len(chart.rows) + FOOT
    with rc_context({"font.family": "DejaVu Sans", "hatch.linewidth": 1.0}):
        figure = Figure(figsize=(WIDTH / DOTS_AN_INCH, height / DOTS_AN_INCH), dpi=DOTS_AN_INCH, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        axes.text(10, 18, chart.title, size=11.5, weight="bold", color=INK, va="center")
        if isinstance(chart, Bars):
            _bars(axes, chart)
        elif isinstance(chart, Lasting):
            _lasting(axes, chart)
        else:
            _rising(axes, chart, height)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        return as_png(canvas)


def _bars(axes: Axes, chart: Bars) -> None:
    most = max((sum(counts) for _, counts in chart.rows), default=0) or 1
    looks = LOOKS if len(chart.parts) > 1 else (ALONE,)
    if len(chart.parts) > 1:
        _legend(axes, chart.parts)
    for number, (name, counts) in enumerate(chart.rows):
        y, x = _row(axes, _top(chart), number, name), float(LEFT)
        for count, look in zip(counts, looks, strict=False):
            x = _bar(axes, x, y, (RIGHT - LEFT) * count / most, look)
        said = f"{sum(counts)}" if len(counts) == 1 or not counts[1] else f"{sum(counts)}, {counts[1]} {chart.parts[1]}"
        axes.text(x + 8, y, said, size=9, color=INK, va="center", weight="bold" if counts[-1] else "normal")


def _top(chart: Bars | Lasting) -> int:
    return TOP if isinstance(chart, Bars) and len(chart.parts) == 1 else TOP_WITH_LEGEND


def _lasting(axes: Axes, chart: Lasting) -> None:
    most = max((each.ninetieth for _, each in chart.rows), default=0) or 1
    axes.text(10, 44, "Bar: half of them within", size=8.5, color=FAINT, va="center")
    axes.text(190, 44, "Diamond: nine of ten within", size=8.5, color=FAINT, va="center")
    for number, (name, each) in enumerate(chart.rows):
        y = _row(axes, _top(chart), number, f"{name} ({each.count})")
        scale = (RIGHT - LEFT - 60) / most
        end = _bar(axes, LEFT, y, each.median * scale, ALONE)
        last = LEFT + each.ninetieth * scale
        axes.plot([end, last], [y, y], color=INK, linewidth=1.4, zorder=3)
        axes.plot([last], [y], marker="D", markersize=8, color=INK, zorder=4)
        middle = f"{each.median:.1f}".removesuffix(".0")
        axes.text(last + 14, y, f"{middle} and {each.ninetieth} days", size=9, color=INK, va="center")


def _rising(axes: Axes, chart: Rising, height: int) -> None:
    top, bottom, left, right = 60, height - 46, 60, WIDTH - 150
    first, last = chart.points[0][0].toordinal(), chart.points[-1][0].toordinal()
    most = max(max(opened, closed) for _, opened, closed in chart.points) or 1

    def x(day: int) -> float:
        return left + (right - left) * (day - first) / max(last - first, 1)

    def y(count: int) -> float:
        return bottom - (bottom - top) * count / most

    for part in sorted({0, most // 2, most}):
        axes.plot([left, right], [y(part)] * 2, color=LINES, linewidth=0.8, zorder=1)
        axes.text(left - 8, y(part), f"{part}", size=8.5, color=FAINT, va="center", ha="right")
    days = [x(on.toordinal()) for on, _, _ in chart.points]
    opened, closed = [y(each[1]) for each in chart.points], [y(each[2]) for each in chart.points]
    axes.fill_between(days, closed, opened, color=STRIPE, linewidth=0, zorder=0)
    axes.plot(days, opened, color=INK, linewidth=2, linestyle="--", marker="o", markersize=4, zorder=3)
    axes.plot(days, closed, color=COLOURS[Rag.BLUE], linewidth=2.4, marker="s", markersize=4.5, zorder=3)
    ends = _apart(opened[-1], closed[-1])
    axes.text(right + 12, ends[0], f"approved: {chart.points[-1][1]}", size=9, color=INK, va="center")
    axes.text(right + 12, ends[1], f"closed: {chart.points[-1][2]}", size=9, color=COLOURS[Rag.BLUE], va="center",
              weight="bold")  # fmt: skip
    _months_below(axes, chart, x, bottom)


def _months_below(axes: Axes, chart: Rising, x: Callable[[int], float], bottom: float) -> None:
    step = max(len(chart.points) // 8, 1)
    for number, (on, _, _) in enumerate(chart.points):
        if number % step == 0:
            words = f"{MONTHS[on.month - 1][:3]} {on.year}"
            axes.text(x(on.toordinal()), bottom + 16, words, size=8, color=FAINT, va="center", ha="center")


def _apart(upper: float, lower: float) -> tuple[float, float]:
    """Two lines of words that do not cover each other."""
    return (upper, lower) if lower - upper >= 16 else ((upper + lower) / 2 - 8, (upper + lower) / 2 + 8)


def _row(axes: Axes, top: int, number: int, name: str) -> float:
    y = top + ROW * number + ROW / 2
    if number % 2 == 0:
        axes.fill_between([0, WIDTH], y - ROW / 2, y + ROW / 2, color=STRIPE, linewidth=0, zorder=0)
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    axes.text(10, y, short, size=9, color=INK, va="center")
    return y


def _bar(axes: Axes, x: float, y: float, width: float, look: tuple[str, str, str]) -> float:
    inside, edge, pattern = look
    if width > 0:
        axes.fill_between(
            [x, x + width], y - BAR / 2, y + BAR / 2, facecolor=inside, edgecolor=edge, hatch=pattern, linewidth=1,
            zorder=2,
        )  # fmt: skip
    return x + width


def _legend(axes: Axes, parts: tuple[str, ...]) -> None:
    x = 10.0
    for name, look in zip(parts, LOOKS, strict=False):
        _bar(axes, x, 44, 26, look)
        axes.text(x + 34, 44, name, size=8.5, color=INK, va="center")
        x += 60 + 7 * len(name)
