"""Lanes on one time axis: what is more stands higher, nothing is lost, and words are inert."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from milestones.charts.lanes import Lane, LaneMark, LanesSpec, render_lanes
from milestones.charts.spec import BarKind, TreatmentBar

TODAY = date(2026, 8, 23)


def drawn(*lanes: Lane, treatments: tuple[TreatmentBar, ...] = ()) -> tuple[str, str]:
    """Return the narrow and the wide drawing."""
    narrow, wide = re.findall(r"<svg.*?</svg>", render_lanes(LanesSpec("Title", "Story.", TODAY, lanes, treatments)))
    return narrow, wide


def test_without_a_mark_there_is_no_drawing() -> None:
    assert render_lanes(LanesSpec("Title", "Story.", TODAY, (Lane("Tiredness", ()),))) == ""


def test_a_higher_degree_is_a_higher_bar_and_none_an_open_ring() -> None:
    days = [TODAY - timedelta(days=30 * back) for back in (4, 3, 2, 1)]
    lane = Lane("Tiredness", tuple(LaneMark(day, "words", rank) for rank, day in enumerate(days)))
    for picture in drawn(lane):
        assert len(re.findall('class="c-open"', picture)) == 1
        heights = [int(found) for found in re.findall(r'class="c-full" d="M[\d.]+ \d+v-(\d+)', picture)]
        assert len(heights) == 3
        assert heights == sorted(set(heights))


def test_marks_stand_in_order_of_time_inside_the_drawing() -> None:
    days = [TODAY - timedelta(days=back) for back in (400, 90, 0)]
    lane = Lane("Visits", tuple(LaneMark(day, "words") for day in days))
    for picture in drawn(lane):
        width = int(re.findall(r'viewBox="0 0 (\d+)', picture)[0])
        places = [float(found) for found in re.findall(r'class="c-full" d="M([\d.]+) ', picture)]
        assert places == sorted(places)
        assert places[0] >= 0
        assert places[-1] + 8 <= width


def test_doses_and_breaks_stand_on_the_same_axis() -> None:
    lane = Lane("Rash", (LaneMark(TODAY - timedelta(days=200), "words", 2),))
    bars = (
        TreatmentBar("imatinib 400 mg a day", TODAY - timedelta(days=300), TODAY - timedelta(days=100)),
        TreatmentBar("imatinib 300 mg a day", TODAY - timedelta(days=100)),
        TreatmentBar("Break", TODAY - timedelta(days=150), TODAY - timedelta(days=140), BarKind.BREAK),
        TreatmentBar("long ago", TODAY - timedelta(days=3000), TODAY - timedelta(days=2000)),
    )
    narrow, wide = drawn(lane, treatments=bars)
    for picture in (narrow, wide):
        assert (picture.count('"c-bar"'), picture.count('"c-break"')) == (2, 1)
        assert "long ago" not in picture
    assert ">imatinib 400 mg a day</text>" in wide
    assert "imatinib 400 mg a day</text>" not in narrow


@pytest.mark.parametrize("count", [120, 121])
def test_a_long_course_leaves_its_sentences_to_the_list(count: int) -> None:
    lane = Lane("Worry", tuple(LaneMark(TODAY - timedelta(days=one), "the words", 1) for one in range(count)))
    for picture in drawn(lane):
        assert picture.count("c-full") == count
        assert ("the words" in picture) is (count <= 120)


def test_a_long_name_is_cut_and_words_are_inert() -> None:
    lane = Lane("<b>" + "Very long words " * 9, (LaneMark(TODAY, '"><script>', 1),))
    for picture in drawn(lane):
        assert "…</text>" in picture
        assert "<script>" not in picture
        assert "<b>" not in picture
