"""The picture of a timeline, taken apart again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from models.rules.rag import Rag
from reports.timeline import Limit, Line, MeetingDay, Still, Timeline, timeline_picture
from reports.timeline_drawing import GIVEN_UP, LEGEND, SHAPES, drawn
from tests.builders import on

SEEN = on("Wed 2026-06-10")
DUE = on("Mon 2026-06-15")


def a_timeline(*lines: Line) -> Timeline:
    return Timeline(
        "CR-7Q4M Rowan", SEEN, lines,
        (Still(on("Mon 2026-05-04"), on("Mon 2026-05-11")),),
        (Limit("six months from the decision", on("Wed 2026-09-02"), warns=True),),
        (MeetingDay("update meeting", on("Mon 2026-07-06"), held=False),),
    )  # fmt: skip


def a_line(rag: Rag, **values: object) -> Line:
    return replace(Line("Agency return for the review", DUE, DUE, rag), **values)  # type: ignore[arg-type]


def decoded(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    picture.load()
    return picture


def grey(timeline: Timeline) -> np.ndarray:
    """What a printer without colours makes of it, the words after the calendar left out."""
    return np.asarray(decoded(timeline_picture(timeline)).convert("L"))[:, :790] < 250


def test_it_is_a_png_of_a_readable_size_and_not_blank() -> None:
    picture = decoded(timeline_picture(a_timeline(a_line(Rag.GREEN), a_line(Rag.AMBER))))

    assert picture.format == "PNG"
    assert 900 <= picture.width <= 1000
    assert picture.height > 150
    shades = picture.convert("L").getcolors()
    assert shades is not None and len(shades) > 10


def test_the_same_timeline_gives_the_same_bytes_and_they_hold_no_more_than_the_picture() -> None:
    timeline = a_timeline(a_line(Rag.GREEN))
    first = timeline_picture(timeline)
    drawn.cache_clear()

    assert timeline_picture(timeline) == first
    assert decoded(first).info.keys() <= {"transparency"}
    assert b"tEXt" not in first and b"tIME" not in first and b"atplotlib" not in first


def test_another_day_gives_another_picture() -> None:
    timeline = a_timeline(a_line(Rag.GREEN))

    assert timeline_picture(timeline) != timeline_picture(replace(timeline, on=SEEN + timedelta(days=1)))


def test_how_a_thing_stands_is_told_by_its_shape_where_there_is_no_colour() -> None:
    shapes = [(shape.form, shape.size, shape.filled) for shape in [*SHAPES.values(), GIVEN_UP]]
    seen = [grey(a_timeline(a_line(rag))) for rag in Rag]

    assert len(set(shapes)) == len(shapes) == len(Rag) + 1
    for number, one in enumerate(seen):
        for other in seen[number + 1 :]:
            assert int((one != other).sum()) > 20


def test_every_shape_is_explained_in_words() -> None:
    explained = {shape for _, shape, _ in LEGEND}

    assert explained >= {*SHAPES.values(), GIVEN_UP}
    assert all(words for words, _, _ in LEGEND)


@pytest.mark.parametrize(
    "other",
    [
        replace(a_timeline(a_line(Rag.GREEN)), pauses=()),
        replace(a_timeline(a_line(Rag.GREEN)), limits=()),
        replace(a_timeline(a_line(Rag.GREEN)), meetings=()),
        a_timeline(a_line(Rag.GREEN, planned_on=on("Mon 2026-05-25"))),
        a_timeline(a_line(Rag.GREEN, of=30, done=25)),
    ],
)
def test_pauses_limits_meetings_moved_dates_and_counts_can_be_seen(other: Timeline) -> None:
    assert timeline_picture(other) != timeline_picture(a_timeline(a_line(Rag.GREEN)))


def test_a_timeline_without_anything_and_one_of_many_years_can_be_drawn() -> None:
    empty = Timeline("CR-7Q4M Rowan", SEEN, ())
    long = a_timeline(a_line(Rag.RED, planned_on=on("Mon 2019-06-03"), late_since_on=on("Mon 2019-06-03")))

    assert decoded(timeline_picture(empty)).height > 50
    assert decoded(timeline_picture(long)).height > 100
