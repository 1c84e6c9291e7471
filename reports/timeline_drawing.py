"""The picture of a timeline: how each thing stands is told by shape and words, and by colour besides.

matplotlib is loaded here and for charts alone, without a window and without a state of its own. Places are in pixels.
"""

from __future__ import annotations

import io
import os
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache

from config.settings import settings

os.environ.setdefault("MPLCONFIGDIR", str(settings().home / "drawing"))  # where it keeps its list of fonts

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from models.rules.rag import Rag
from models.rules.spoken import MONTHS
from reports.timeline import Line, Timeline

WIDTH, DOTS_AN_INCH = 1000, 100
LEFT, RIGHT = 338, 790  # the calendar lies between them, titles before it and words after
ROW, LABEL = 26, 17
LONGEST_TITLE = 52  # signs on one line
LONG_TITLE = 47  # signs; beyond it they are a little smaller
LONG_WORDS = 27  # signs after the calendar; beyond it months have three letters
SAME_PLACE = 8  # pixels within which two signs would cover each other
SHADES = 14  # of each colour in the file
BEYOND_LIMIT = timedelta(weeks=4)
BEYOND_TODAY = timedelta(weeks=3)
NARROW_MONTH = 62  # pixels; below it a month has three letters
NARROWEST_MONTH = 26  # below it only every third has its name

DARK_AMBER = "#8f5500"  # for words, which need to be darker than signs
INK, FAINT, LINES, STRIPE = "#1b1f24", "#5b636d", "#c3c9d0", "#eef1f5"
PAUSED, HATCHING = "#eceef1", "#aab1ba"
COLOURS = {Rag.BLUE: "#1f4e9c", Rag.GREEN: "#1d7a3a", Rag.AMBER: "#c47500", Rag.RED: "#b3131f", Rag.GREY: "#6b7280"}


@dataclass(frozen=True)
class Shape:
    """A sign: its form, its size, and whether it is filled."""

    form: str
    size: float
    filled: bool


SHAPES = {
    Rag.BLUE: Shape("o", 9.5, filled=True),
    Rag.GREEN: Shape("o", 9.5, filled=False),
    Rag.AMBER: Shape("^", 10, filled=True),
    Rag.RED: Shape("D", 8.5, filled=True),
    Rag.GREY: Shape("o", 4, filled=True),
}
GIVEN_UP = Shape("x", 7, filled=True)
PLANNED = Shape("o", 6.5, filled=False)
MEETING = {True: Shape("s", 8, filled=True), False: Shape("s", 8, filled=False)}
LEGEND = (
    ("done", SHAPES[Rag.BLUE], COLOURS[Rag.BLUE]), ("on track", SHAPES[Rag.GREEN], COLOURS[Rag.GREEN]),
    ("due soon", SHAPES[Rag.AMBER], COLOURS[Rag.AMBER]), ("overdue", SHAPES[Rag.RED], COLOURS[Rag.RED]),
    ("not started", SHAPES[Rag.GREY], COLOURS[Rag.GREY]), ("given up", GIVEN_UP, FAINT),
    ("first planned", PLANNED, FAINT), ("meeting held", MEETING[True], INK), ("planned", MEETING[False], INK),
)  # fmt: skip


@dataclass(frozen=True)
class _Scale:
    """The days of the picture and where they lie."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Where the day lies; one outside lies at the edge."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return LEFT + min(max(share, 0), 1) * (RIGHT - LEFT)


@lru_cache(maxsize=8)
def drawn(timeline: Timeline) -> bytes:
    """The picture as a PNG without any trace of when and by what it was drawn."""
    scale = _scale(timeline)
    labels = _labels(timeline)
    rows = len(timeline.lines) + bool(timeline.meetings)
    top = 34 + LABEL * len(labels) + 26
    height = top + ROW * rows + 44
    with rc_context({"font.family": "DejaVu Sans", "hatch.linewidth": 0.7}):
        figure = Figure(figsize=(WIDTH / DOTS_AN_INCH, height / DOTS_AN_INCH), dpi=DOTS_AN_INCH, facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        _title(axes, timeline)
        bottom = top + ROW * rows
        _stripes(axes, rows, top)
        _pauses(axes, timeline, scale, top, bottom)
        _months(axes, scale, top, bottom)
        _days(axes, labels, scale, bottom)
        _meetings(axes, timeline, scale, top)
        for number, line in enumerate(timeline.lines, start=int(bool(timeline.meetings))):
            _line(axes, line, scale, timeline.on, top + ROW * number + ROW / 2)
        _legend(axes, bottom + 26)
        canvas = FigureCanvasAgg(figure)
        canvas.draw()  # type: ignore[no-untyped-call]
        return as_png(canvas)


def as_png(canvas: FigureCanvasAgg) -> bytes:
    """With the few colours that it needs, which makes it a third as large, and nothing beside the picture."""
    seen = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    picture = Image.fromarray(seen).convert("RGB")
    made = io.BytesIO()
    picture.quantize(palette=_palette(), dither=Image.Dither.NONE).save(made, "PNG")
    return made.getvalue()


@cache
def _palette() -> Image.Image:
    """All colours of the picture, each in steps up to white, as the edges of letters and signs have them."""
    dark = [to_rgb(one) for one in (INK, FAINT, DARK_AMBER, *COLOURS.values())]
    light = [to_rgb(one) for one in ("white", LINES, HATCHING, STRIPE, PAUSED)]
    shades = [[part + (1 - part) * step / SHADES for part in colour] for colour in dark for step in range(SHADES)]
    palette = Image.new("P", (1, 1))
    palette.putpalette([round(part * 255) for shade in [*light, *shades] for part in shade])
    return palette


def _scale(timeline: Timeline) -> _Scale:
    """From the first thing to a little after the limits and today; what lies far behind is told at the edge."""
    dates = [day for line in timeline.lines for day in (line.planned_on, line.met_on or line.due_on)]
    dates += [each.on for each in timeline.meetings] + [each.from_on for each in timeline.pauses] + [timeline.on]
    ends = [timeline.on + (timedelta() if timeline.closed else BEYOND_TODAY)]
    ends += [each.on + BEYOND_LIMIT for each in timeline.limits] or [max(dates)]
    ends += [each.met_on for each in timeline.lines if each.met_on is not None]
    return _Scale(min(dates) - timedelta(days=6), max(ends) + timedelta(days=4))


def _title(axes: Axes, timeline: Timeline) -> None:
    state = "as it was closed on" if timeline.closed else "as it stands on"
    axes.text(10, 18, timeline.title, size=11.5, weight="bold", color=INK, va="center")
    words = f"{state} {_day(timeline.on)} {timeline.on.year}"
    axes.text(WIDTH - 10, 18, words, size=9, color=FAINT, va="center", ha="right")


def _stripes(axes: Axes, rows: int, top: float) -> None:
    for number in range(0, rows, 2):
        axes.fill_between([0, WIDTH], top + ROW * number, top + ROW * (number + 1), color=STRIPE, linewidth=0, zorder=0)


def _months(axes: Axes, scale: _Scale, top: float, bottom: float) -> None:
    axes.plot([LEFT, RIGHT], [top, top], color=LINES, linewidth=0.8, zorder=1)
    starts = _month_starts(scale)
    width = (RIGHT - LEFT) * 30.4 / max((scale.last - scale.first).days, 1)
    for number, day in enumerate(starts):
        x = scale.x(day)
        if day > scale.first:
            axes.plot([x, x], [top, bottom], color=LINES, linewidth=0.6, zorder=1)
        if width < NARROWEST_MONTH and day.month % 3 != 1:
            continue
        room = scale.x(starts[number + 1]) - x if number + 1 < len(starts) else RIGHT - x
        name = MONTHS[day.month - 1] if width >= NARROW_MONTH else MONTHS[day.month - 1][:3]
        if room >= min(width, NARROW_MONTH) * 0.6 or width < NARROWEST_MONTH:
            year = f" {day.year}" if day.month == 1 and room > 60 else ""
            axes.text(x + 3, top - 9, name + year, size=8, color=FAINT, va="center")


def _month_starts(scale: _Scale) -> list[date]:
    starts = [scale.first]
    while (following := (starts[-1].replace(day=1) + timedelta(days=32)).replace(day=1)) < scale.last:
        starts.append(following)
    return starts


@dataclass(frozen=True)
class _Label:
    """A day that goes through all rows, and what it is."""

    words: str
    on: date
    colour: str
    style: str
    width: float


def _labels(timeline: Timeline) -> Sequence[_Label]:
    found = [] if timeline.closed else [_Label(f"today, {_day(timeline.on)}", timeline.on, INK, "-", 1.4)]
    for each in timeline.limits:
        words = f"limit, {each.words}: {_day(each.on)}" + (
            " (the earlier)" if each.warns and len(timeline.limits) > 1 else ""
        )
        found.append(
            _Label(words, each.on, COLOURS[Rag.RED] if each.warns else FAINT, "--" if each.warns else ":", 1.4)
        )
    return sorted(found, key=lambda one: one.on)


def _days(axes: Axes, labels: Sequence[_Label], scale: _Scale, bottom: float) -> None:
    """Each has a line of its own for its words, the latest nearest to the calendar."""
    for number, one in enumerate(labels):
        x, y = scale.x(one.on), 34 + LABEL * number + 8
        axes.plot([x, x], [y + 7, bottom], color=one.colour, linestyle=one.style, linewidth=one.width, zorder=2)
        at_left = x < (LEFT + RIGHT) / 2
        axes.text(
            x - 4 if at_left else x + 4, y, one.words, size=8.5, color=one.colour, va="center", zorder=5,
            ha="left" if at_left else "right", weight="bold" if one.style != ":" else "normal",
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
        )  # fmt: skip


def _pauses(axes: Axes, timeline: Timeline, scale: _Scale, top: float, bottom: float) -> None:
    for pause in timeline.pauses:
        ends = scale.x(pause.until_on or timeline.on)
        axes.fill_between(
            [scale.x(pause.from_on), max(ends, scale.x(pause.from_on) + 2)], top, bottom,
            facecolor=PAUSED, edgecolor=HATCHING, hatch="////", linewidth=0, zorder=1,
        )  # fmt: skip
        axes.text(
            (scale.x(pause.from_on) + ends) / 2, bottom + 8, "clock stands still" if not pause.until_on else "pause",
            size=8, color=FAINT, va="center", ha="center",
        )  # fmt: skip


def _meetings(axes: Axes, timeline: Timeline, scale: _Scale, top: float) -> None:
    if not timeline.meetings:
        return
    y = top + ROW / 2
    axes.text(10, y, "Meetings", size=9, color=INK, va="center")
    for each in timeline.meetings:
        _sign(axes, scale.x(each.on), y, MEETING[each.held], INK)
    ahead = [each for each in timeline.meetings if not each.held and each.on >= timeline.on]
    held = sum(1 for each in timeline.meetings if each.held)
    said = f"{held} held" + (f", next {_day(min(each.on for each in ahead), timeline.on)}" if ahead else "")
    axes.text(RIGHT + 10, y, said, size=9, color=INK, va="center")


def _line(axes: Axes, line: Line, scale: _Scale, today: date, y: float) -> None:
    colour = FAINT if line.given_up else COLOURS[line.rag]
    words = textwrap.wrap(line.title, LONGEST_TITLE)
    size = 7.8 if len(words) > 1 else 8.5 if len(line.title) > LONG_TITLE else 9
    axes.text(10, y, "\n".join(words[:2]), size=size, color=INK, va="center", linespacing=1.05)
    stands_on = line.met_on or line.late_since_on or line.due_on
    apart = abs(scale.x(stands_on) - scale.x(line.planned_on))
    if apart > SAME_PLACE or (line.moved and stands_on != line.planned_on):
        days = (line.planned_on, line.due_on, stands_on)
        axes.plot([scale.x(min(days)), scale.x(max(days))], [y, y], color=FAINT, linewidth=1.1, zorder=3)
        _sign(axes, scale.x(line.planned_on), y, PLANNED, FAINT)
        if line.due_on not in (line.planned_on, stands_on):
            axes.plot([scale.x(line.due_on)] * 2, [y - 5, y + 5], color=FAINT, linewidth=1.3, zorder=3)
    if line.late_since_on is not None:
        axes.plot([scale.x(line.late_since_on), scale.x(today)], [y, y], color=colour, linewidth=3, zorder=3)
    if stands_on > scale.last:
        axes.text(RIGHT - 2, y, "later  ▸", size=8, color=FAINT, va="center", ha="right", zorder=4)
    else:
        _sign(axes, scale.x(stands_on), y, GIVEN_UP if line.given_up else SHAPES[line.rag], colour)
    pressing = {} if line.given_up else {Rag.RED: COLOURS[Rag.RED], Rag.AMBER: DARK_AMBER}
    axes.text(
        RIGHT + 10, y, _said(line, today), size=9, va="center", color=pressing.get(line.rag, INK),
        weight="bold" if line.rag is Rag.RED else "normal",
    )  # fmt: skip


def _said(line: Line, today: date) -> str:
    if line.given_up:
        return "given up"
    counted = f"{line.counted}, " if line.counted and line.met_on is None else ""
    day = line.met_on or line.late_since_on or line.due_on
    if line.met_on is not None:
        state = "done"
    elif line.late_since_on is not None:
        state = "overdue"
    else:
        state = "about" if line.expected else "due"
    words = f"{counted}{state} {_day(day, today)}"
    return words if len(words) <= LONG_WORDS else f"{counted}{state} {_day(day, today, letters=3)}"


def _sign(axes: Axes, x: float, y: float, shape: Shape, colour: str) -> None:
    axes.plot(
        [x], [y], marker=shape.form, markersize=shape.size, color=colour, zorder=4, clip_on=False,
        markerfacecolor=colour if shape.filled else "white", markeredgecolor=colour, markeredgewidth=1.6,
    )  # fmt: skip


def _legend(axes: Axes, y: float) -> None:
    x = 16.0
    for words, shape, colour in LEGEND:
        _sign(axes, x, y, shape, colour)
        axes.text(x + 11, y, words, size=8.5, color=INK, va="center")
        x += 34 + 6.6 * len(words)


def _day(day: date, beside: date | None = None, letters: int | None = None) -> str:
    """A day with its year where that is another one than beside it, its month in so many letters."""
    year = f" {day.year}" if beside is not None and day.year != beside.year else ""
    return f"{day.day} {MONTHS[day.month - 1][:letters]}{year}"
