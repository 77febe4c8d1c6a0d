"""Lines, windows and breaks: each edge from both sides. Hazard H16."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.calendar import add_months, month_of_treatment, whole_months
from milestones.clinical.guidelines.loader import TimePoint
from milestones.clinical.treatment import (
    LineQuestion,
    Medicine,
    TreatmentBreak,
    TreatmentLine,
    is_near_a_break,
    is_off_treatment,
    last_passed_time_point,
    line_index_at,
    line_questions,
    time_point_of,
)

T = TimePoint


@pytest.mark.parametrize(
    ("day", "point"),
    [
        (-400, T.BASELINE),
        (0, T.BASELINE),
        (7, T.BASELINE),
        (8, T.NONE),
        (69, T.NONE),
        (70, T.MONTH_3),
        (126, T.MONTH_3),
        (127, T.NONE),
        (151, T.NONE),
        (152, T.MONTH_6),
        (213, T.MONTH_6),
        (214, T.NONE),
        (334, T.NONE),
        (335, T.MONTH_12),
        (426, T.MONTH_12),
        (427, T.AFTER),
        (5_000, T.AFTER),
    ],
)
def test_time_point_of(day: int, point: TimePoint) -> None:
    assert time_point_of(day) is point


@pytest.mark.parametrize(
    ("day", "point"),
    [
        (0, T.NONE),
        (126, T.NONE),
        (127, T.MONTH_3),
        (213, T.MONTH_3),
        (214, T.MONTH_6),
        (426, T.MONTH_6),
        (427, T.MONTH_12),
    ],
)
def test_last_passed_time_point(day: int, point: TimePoint) -> None:
    assert last_passed_time_point(day) is point


FIRST, SECOND = date(2020, 1, 1), date(2022, 1, 1)


@pytest.mark.parametrize(
    ("day", "index"),
    [
        (date(2019, 1, 1), 0),
        (date(2020, 1, 1), 0),
        (date(2021, 12, 31), 0),
        (date(2022, 1, 1), 1),
        (date(2030, 1, 1), 1),
    ],
)
def test_h16_a_new_medicine_is_a_new_line(day: date, index: int) -> None:
    assert line_index_at([TreatmentLine(FIRST), TreatmentLine(SECOND)], day) == index


def test_without_a_line_there_is_no_place() -> None:
    assert line_index_at([], FIRST) is None


@pytest.mark.parametrize(
    ("day", "off"), [(date(2021, 5, 31), False), (date(2021, 6, 1), False), (date(2021, 6, 2), True)]
)
def test_the_day_of_the_stop_is_a_day_of_treatment(day: date, off: bool) -> None:
    assert is_off_treatment(TreatmentLine(FIRST, date(2021, 6, 1)), day) is off
    assert not is_off_treatment(TreatmentLine(FIRST), day)


@pytest.mark.parametrize(
    ("pause", "day", "near"),
    [
        # Fourteen days count, thirteen do not; both ends are days of the break.
        ((date(2021, 1, 1), date(2021, 1, 14)), date(2021, 1, 20), True),
        ((date(2021, 1, 1), date(2021, 1, 13)), date(2021, 1, 20), False),
        # From its first day to three months after its last.
        ((date(2021, 1, 1), date(2021, 1, 31)), date(2020, 12, 31), False),
        ((date(2021, 1, 1), date(2021, 1, 31)), date(2021, 1, 1), True),
        ((date(2021, 1, 1), date(2021, 1, 31)), date(2021, 4, 30), True),
        ((date(2021, 1, 1), date(2021, 1, 31)), date(2021, 5, 1), False),
        # Still in it.
        ((date(2021, 1, 1), None), date(2021, 1, 14), True),
        ((date(2021, 1, 1), None), date(2021, 1, 13), False),
    ],
)
def test_is_near_a_break(pause: tuple[date, date | None], day: date, near: bool) -> None:
    assert is_near_a_break([TreatmentBreak(*pause)], day) is near


def test_any_break_will_do() -> None:
    early = TreatmentBreak(date(2019, 1, 1), date(2019, 2, 1))
    short = TreatmentBreak(date(2021, 1, 1), date(2021, 1, 2))
    late = TreatmentBreak(date(2022, 1, 1), date(2022, 2, 1))
    own = TreatmentBreak(date(2021, 1, 3), date(2021, 2, 1))
    assert is_near_a_break([late, early, short, own], date(2021, 2, 2))
    assert not is_near_a_break([late, early, short], date(2021, 2, 2))
    assert not is_near_a_break([], date(2021, 2, 2))


@pytest.mark.parametrize(
    ("start", "months", "day"),
    [
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 15), 0, date(2023, 1, 15)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2023, 1, 1), 12, date(2024, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 3, 31), -1, date(2023, 2, 28)),
    ],
)
def test_add_months(start: date, months: int, day: date) -> None:
    assert add_months(start, months) == day


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 400))
def test_h16_months_are_calendar_months(start: date, months: int) -> None:
    later = add_months(start, months)
    assert (later.year - start.year) * 12 + later.month - start.month == months
    assert later.day == start.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (-5, 1),
        (0, 1),
        (15, 1),
        (45, 1),
        (46, 2),
        (91, 3),
        (182, 6),
        (350, 11),
        (351, 12),
        (365, 12),
        (380, 12),
        (381, 13),
    ],
)
def test_month_of_treatment(day: int, month: int) -> None:
    assert month_of_treatment(day) == month


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        (date(2024, 1, 31), date(2024, 1, 31), 0),
        (date(2024, 1, 31), date(2024, 1, 1), 0),
        (date(2024, 1, 31), date(2020, 1, 1), 0),
        (date(2024, 1, 31), date(2024, 2, 28), 0),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 1, 31), date(2025, 1, 30), 11),
        (date(2024, 1, 31), date(2025, 1, 31), 12),
    ],
)
def test_whole_months(start: date, day: date, months: int) -> None:
    assert whole_months(start, day) == months


def line(start: str, stop: str | None = None, *, known: tuple[bool, bool] = (True, True)) -> TreatmentLine:
    stopped_on = date.fromisoformat(stop) if stop else None
    return TreatmentLine(date.fromisoformat(start), stopped_on, Medicine.OTHER, *known)


OVERLAP, GAP, NO_LAST_DOSE = LineQuestion.OVERLAP, LineQuestion.GAP, LineQuestion.NO_LAST_DOSE


@pytest.mark.parametrize(
    ("earlier", "later", "asked"),
    [
        # The day of the switch may be written down for both; two shared days are asked about.
        (("2024-01-01", "2024-03-31"), ("2024-04-01", None), []),
        (("2024-01-01", "2024-04-01"), ("2024-04-01", None), []),
        (("2024-01-01", "2024-04-02"), ("2024-04-01", None), [(OVERLAP, 2)]),
        (("2024-01-01", "2024-04-12"), ("2024-04-01", None), [(OVERLAP, 12)]),
        # A line inside another one, and one that is longer than today.
        (("2024-01-01", "2024-04-30"), ("2024-02-01", "2024-02-10"), [(OVERLAP, 10)]),
        (("2024-01-01", "2024-12-31"), ("2024-04-01", None), [(OVERLAP, 91)]),
        # 14 days between a last and a first dose are not asked about, 15 are.
        (("2024-01-01", "2024-03-31"), ("2024-04-15", None), []),
        (("2024-01-01", "2024-03-31"), ("2024-04-16", None), [(GAP, 15)]),
        # An earlier line that goes on is asked about as that, once the later one has begun.
        (("2024-01-01", None), ("2024-06-30", None), [(NO_LAST_DOSE, 0)]),
        (("2024-01-01", None), ("2024-07-01", None), []),
        (("2024-01-01", None), ("2024-03-01", "2024-04-01"), [(NO_LAST_DOSE, 0)]),
    ],
)
def test_overlaps_and_gaps_are_asked_about(
    earlier: tuple[str, str | None], later: tuple[str, str | None], asked: list[tuple[LineQuestion, int]]
) -> None:
    found = line_questions([line(*earlier), line(*later)], date(2024, 6, 30))
    assert [(one.question, one.days) for one in found] == asked
    assert all((one.earlier, one.later, one.is_exact) == (0, 1, True) for one in found)


@pytest.mark.parametrize(
    ("earlier", "later", "asked"),
    [
        # A stop in March and a start in March, both without a day, can follow one another.
        (line("2024-01-01", "2024-03-01", known=(True, False)), line("2024-03-01", known=(False, True)), []),
        (line("2024-01-01", "2024-03-01", known=(True, False)), line("2024-04-14"), []),
        (line("2024-01-01", "2024-03-01", known=(True, False)), line("2024-04-16"), [(GAP, 15)]),
        (line("2024-01-01", "2024-03-31"), line("2024-04-01", known=(False, True)), []),
        (line("2024-01-01", "2024-04-30"), line("2024-04-01", known=(False, True)), []),
        (line("2024-01-01", "2024-05-02"), line("2024-04-01", known=(False, True)), [(OVERLAP, 3)]),
    ],
)
def test_a_month_without_a_day_is_never_made_into_a_question(
    earlier: TreatmentLine, later: TreatmentLine, asked: list[tuple[LineQuestion, int]]
) -> None:
    found = line_questions([earlier, later], date(2024, 6, 30))
    assert [(one.question, one.days) for one in found] == asked
    assert not any(one.is_exact for one in found)


def test_every_pair_of_lines_is_looked_at() -> None:
    lines = [line("2024-01-01", "2024-06-10"), line("2024-02-01", "2024-02-10"), line("2024-06-01")]
    found = line_questions(lines, date(2024, 6, 30))
    assert [(one.earlier, one.later, one.days) for one in found] == [(0, 1, 10), (0, 2, 10)]
    # The gap is counted from the line that ended last.
    assert line_questions([*lines[:2], line("2024-06-26")], date(2024, 6, 30))[-1].earlier == 0


@given(st.lists(st.tuples(st.integers(0, 400), st.none() | st.integers(0, 200)), max_size=5))
def test_what_is_asked_is_about_an_earlier_and_a_later_line(spans: list[tuple[int, int | None]]) -> None:
    first = date(2024, 1, 1)
    lines = [
        TreatmentLine(first + timedelta(days=start), None if long is None else first + timedelta(days=start + long))
        for start, long in sorted(spans, key=lambda span: span[0])
    ]
    for one in line_questions(lines, first + timedelta(days=500)):
        assert one.earlier < one.later
        assert (one.days > 0) is (one.question is not NO_LAST_DOSE)
