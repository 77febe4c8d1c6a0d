"""Own goals of a level: reached, held, time left, passed; a row on each side of every limit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestones.clinical.goals import GoalProgress, GoalStanding, assess_level_by, assess_staying, is_at_level
from milestones.clinical.levels import LIMIT_OF, ResponseLevel
from milestones.clinical.observation import ControlGene, Observation, Scale
from milestones.clinical.response import classify_level
from milestones.clinical.schedule import DueReason, NextTest
from milestones.clinical.treatment import TreatmentBreak
from milestones.clinical.visit_topics import VisitTopic, topics_of
from tests.clinical.samples import START, deep, found, seen, series

L, P = ResponseLevel, GoalProgress


def on(day: int) -> date:
    return START + timedelta(days=day)


def by(course: list[Observation], level: ResponseLevel, by_day: int, today: int) -> GoalStanding:
    return assess_level_by([one.collected_on for one in course], found(*course), level, on(by_day), on(today))


def staying(course: list[Observation], level: ResponseLevel) -> GoalStanding:
    return assess_staying([one.collected_on for one in course], found(*course), level)


@pytest.mark.parametrize(
    ("observation", "level", "is_at"),
    [
        # A limit belongs to the level.
        (seen("0.1 %"), L.MMR, True),
        (seen("0.101 %"), L.MMR, False),
        (seen("0.01 %"), L.MR4, True),
        (seen("0.0101 %"), L.MR4, False),
        (seen("0.0032 %"), L.MR4_5, True),
        (seen("0.0033 %"), L.MR4_5, False),
        # A bound tells only where it leaves one side.
        (seen("<0.1 %"), L.MMR, True),
        (seen("<0.2 %"), L.MMR, None),
        (seen(">10 %"), L.MMR, False),
        (seen(">0.1 %"), L.MMR, None),
        # Too few copies for the level leave it open; enough show it.
        (seen("0.0025 %", gene=ControlGene.ABL1, copies=31_999), L.MR4_5, None),
        (seen("0.0025 %", gene=ControlGene.ABL1, copies=32_000), L.MR4_5, True),
        (deep(91, 32_000), L.MR4_5, True),
        (deep(91, 31_999), L.MR4_5, None),
        (deep(91, 9_999), L.MMR, None),
        # Off the scale there is no such level.
        (seen("0.05 %", scale=Scale.NOT_IS), L.MMR, None),
        (seen("0.05 %", scale=Scale.UNKNOWN), L.MMR, None),
    ],
)
def test_a_result_is_at_a_level_above_it_or_leaves_it_open(
    observation: Observation, level: ResponseLevel, is_at: bool | None
) -> None:
    assert is_at_level(classify_level(observation), level) is is_at


@pytest.mark.parametrize(
    ("course", "by_day", "today", "progress", "since"),
    [
        # The day itself is in time; the day after is later.
        ([(91, "1 %"), (200, "0.1 %")], 200, 210, P.REACHED, 200),
        ([(91, "1 %"), (200, "0.1 %")], 199, 210, P.REACHED_LATER, 200),
        # On the day itself there is still time; the day after it has passed.
        ([(91, "1 %")], 200, 200, P.WAITING, None),
        ([(91, "1 %")], 200, 201, P.DAY_PASSED, None),
        # A sample of the last day counts, however late its result comes.
        ([(91, "1 %"), (200, "0.05 %")], 200, 260, P.REACHED, 200),
        # The run that goes on counts; what was reached in time stays reached.
        ([(91, "0.09 %"), (150, "0.2 %"), (200, "0.08 %")], 200, 210, P.REACHED, 200),
        ([(91, "0.09 %"), (150, "0.2 %"), (200, "0.08 %")], 100, 210, P.REACHED, 91),
        ([(91, "0.09 %"), (150, "0.05 %"), (200, "0.08 %")], 160, 210, P.REACHED, 91),
        # Left again: said as it is, before the day and after it.
        ([(91, "0.09 %"), (150, "0.2 %")], 300, 210, P.REACHED_ONCE, 91),
        ([(91, "0.09 %"), (150, "0.2 %")], 100, 210, P.REACHED_ONCE, 91),
        # Nothing to tell by, with time and without.
        ([], 200, 100, P.NO_RESULT, None),
        ([], 200, 201, P.NO_RESULT, None),
        ([(91, "<0.2 %")], 200, 100, P.NO_RESULT, None),
        # What leaves it open neither breaks nor makes a run.
        ([(91, "0.09 %"), (150, "<0.2 %"), (200, "0.08 %")], 300, 210, P.REACHED, 91),
        ([(91, "0.09 %"), (150, "<0.2 %")], 300, 210, P.REACHED, 91),
    ],
)
def test_a_level_by_a_day(
    course: list[tuple[int, str]], by_day: int, today: int, progress: GoalProgress, since: int | None
) -> None:
    standing = by(series(*course), L.MMR, by_day, today)
    assert standing.progress is progress
    assert standing.since == (None if since is None else on(since))


@pytest.mark.parametrize(("today", "left"), [(190, 10), (199, 1), (200, 0)])
def test_time_left_counts_to_the_day(today: int, left: int) -> None:
    assert by(series((91, "1 %")), L.MMR, 200, today).days_left == left


@pytest.mark.parametrize(
    ("course", "progress", "since", "last"),
    [
        ([(91, "0.01 %"), (182, "0.005 %")], P.HELD, 91, 182),
        ([(91, "0.011 %"), (182, "0.005 %")], P.HELD, 182, 182),
        ([(91, "0.005 %"), (182, "0.05 %"), (273, "0.004 %"), (365, "not detected")], P.HELD, 273, 365),
        ([(91, "0.005 %"), (182, "0.008 %"), (273, "0.011 %")], P.NOT_NOW, 91, 182),
        ([(91, "0.05 %"), (182, "0.02 %")], P.NOT_THERE_YET, None, None),
        ([(91, "<0.05 %")], P.NO_RESULT, None, None),
        ([], P.NO_RESULT, None, None),
    ],
)
def test_staying_at_a_level(
    course: list[tuple[int, str]], progress: GoalProgress, since: int | None, last: int | None
) -> None:
    standing = staying(series(*course), L.MR4)
    assert standing.progress is progress
    assert standing.since == (None if since is None else on(since))
    assert standing.last_at == (None if last is None else on(last))


COURSES = st.lists(
    st.tuples(
        st.integers(0, 1_000),
        st.sampled_from(["10 %", "0.11 %", "0.1 %", "0.05 %", "0.01 %", "0.002 %", "<0.2 %", "not detected"]),
    ),
    max_size=8,
).map(lambda pairs: series(*sorted(pairs, key=lambda pair: pair[0])))
LEVELS = st.sampled_from([L.MMR, L.MR4, L.MR4_5])


@given(COURSES, LEVELS, st.integers(0, 1_200), st.integers(0, 1_200))
def test_every_course_has_one_standing_with_its_days(
    course: list[Observation], level: ResponseLevel, by_day: int, today: int
) -> None:
    standing = by(course, level, by_day, today)
    days = {one.collected_on for one in course}
    assert {standing.since, standing.last_at, standing.latest_on} - {None} <= days
    assert (standing.since is not None) == (standing.progress in (P.REACHED, P.REACHED_LATER, P.REACHED_ONCE))
    assert (standing.days_left is not None) == (standing.since is None and today <= by_day)
    if standing.progress is P.REACHED:
        assert standing.since is not None
        assert standing.since <= on(by_day)
    if standing.progress is P.REACHED_LATER:
        assert standing.since is not None
        assert standing.since > on(by_day)


@given(COURSES)
def test_who_is_at_a_deeper_level_is_at_every_shallower_one(course: list[Observation]) -> None:
    for finding in found(*course):
        told = [is_at_level(finding, level) for level in (L.MR4_5, L.MR4, L.MMR)]
        # From open or above to at, and never back.
        assert told == sorted(told, key=lambda is_at: is_at is True)


def test_no_level_has_a_limit_of_its_own_here() -> None:
    assert {L.MMR, L.MR4, L.MR4_5} <= set(LIMIT_OF)


PLAN = NextTest(on(100), 3, DueReason.FIRST_TEST)


def topics(today: int, *breaks: TreatmentBreak, has_treatment: bool = True) -> tuple[VisitTopic, ...]:
    return topics_of(has_treatment=has_treatment, has_results=True, next_test=PLAN, breaks=breaks, today=on(today))


@pytest.mark.parametrize(
    ("today", "breaks", "expected"),
    [
        # 14 days of grace.
        (114, [], ()),
        (115, [], (VisitTopic.TEST_OVERDUE,)),
        # A break that goes on, ends today, ended yesterday.
        (90, [(80, None)], (VisitTopic.BREAK_GOES_ON,)),
        (90, [(80, 90)], (VisitTopic.BREAK_GOES_ON,)),
        (91, [(80, 90)], (VisitTopic.RECENT_BREAK,)),
        # 92 days after its end, and 93.
        (100, [(1, 8)], (VisitTopic.RECENT_BREAK,)),
        (101, [(1, 8)], ()),
        # One that has not begun.
        (79, [(80, None)], ()),
    ],
)
def test_what_a_record_gives_reason_to_ask(
    today: int, breaks: list[tuple[int, int | None]], expected: tuple[VisitTopic, ...]
) -> None:
    spans = [TreatmentBreak(on(first), None if last is None else on(last)) for first, last in breaks]
    assert topics(today, *spans) == expected


def test_an_empty_record_asks_for_its_beginning() -> None:
    no_plan = NextTest(None, None, DueReason.NO_TREATMENT)
    found_topics = topics_of(has_treatment=False, has_results=False, next_test=no_plan, breaks=(), today=START)
    assert found_topics == (VisitTopic.NO_FIRST_DOSE, VisitTopic.FIRST_VISIT)
    assert topics(50, has_treatment=False) == (VisitTopic.NO_FIRST_DOSE,)
