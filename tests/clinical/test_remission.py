"""Treatment-free remission: the clock, the one trigger, and the published conditions."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from milestones.clinical.milestones import can_be_judged, place_results
from milestones.clinical.observation import Observation, Specimen
from milestones.clinical.remission import (
    Condition,
    ConditionState,
    RemissionCourse,
    assess_conditions,
    follow_remission,
    interval_after_stopping,
    next_test_after_stopping,
    plan_after_stopping,
    restart_triggers,
)
from milestones.clinical.schedule import DueReason, NextTest
from milestones.clinical.treatment import Medicine, TreatmentLine
from tests.clinical.samples import START, deep, found, seen, series

STOPPED_ON = date(2024, 1, 31)
STOP_DAY = (STOPPED_ON - START).days
STOPPED = TreatmentLine(START, STOPPED_ON)


@pytest.mark.parametrize(
    ("day", "months"),
    [
        # Monthly for six months, two-monthly to month 12, then every three.
        (date(2024, 1, 31), 1),
        (date(2024, 7, 30), 1),
        (date(2024, 7, 31), 2),
        (date(2025, 1, 30), 2),
        (date(2025, 1, 31), 3),
        (date(2030, 1, 1), 3),
    ],
)
def test_interval_after_stopping(day: date, months: int) -> None:
    assert interval_after_stopping(STOPPED_ON, day) == months


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([], NextTest(date(2024, 2, 29), 1, DueReason.AFTER_STOPPING)),
        ([date(2023, 12, 1)], NextTest(date(2024, 2, 29), 1, DueReason.AFTER_STOPPING)),
        ([STOPPED_ON], NextTest(date(2024, 2, 29), 1, DueReason.AFTER_STOPPING)),
        ([date(2024, 2, 28), date(2024, 3, 30)], NextTest(date(2024, 4, 30), 1, DueReason.AFTER_STOPPING)),
        ([date(2024, 8, 15)], NextTest(date(2024, 10, 15), 2, DueReason.AFTER_STOPPING)),
        ([date(2025, 2, 1)], NextTest(date(2025, 5, 1), 3, DueReason.AFTER_STOPPING)),
    ],
)
def test_next_test_after_stopping(days: list[date], expected: NextTest) -> None:
    assert next_test_after_stopping(STOPPED_ON, days) == expected


def on_scale(observations: Sequence[Observation]) -> list[bool]:
    return [can_be_judged(*pair) for pair in zip(observations, found(*observations), strict=True)]


def follow(
    observations: Sequence[Observation], today: date, lines: Sequence[TreatmentLine] = (STOPPED,)
) -> RemissionCourse | None:
    findings = found(*observations)
    places = place_results(observations, findings, lines)
    return follow_remission(findings, places, on_scale(observations), lines, today)


@pytest.mark.parametrize(
    ("texts", "triggered_by"),
    [
        # 0.1 is still MMR; over it once is enough.
        (["0.1 %"], None),
        (["0.101 %"], 0),
        (["0.05 %", "0.2 %", "0.5 %"], 1),
        # Losing MR4 alone is no trigger.
        (["0.004 %", "0.05 %", "0.09 %"], None),
        ([">10 %"], 0),
        (["<0.2 %"], None),
        (["not detected", "invalid", "weak positive"], None),
    ],
)
def test_the_restart_trigger(texts: list[str], triggered_by: int | None) -> None:
    observations = series(*((STOP_DAY + 30 * index, text) for index, text in enumerate(texts, start=1)))
    course = follow(observations, date(2024, 6, 1))
    assert course == RemissionCourse(STOPPED_ON, 4, triggered_by)
    findings = found(*observations)
    triggers = restart_triggers(findings, place_results(observations, findings, [STOPPED]), on_scale(observations))
    assert min(triggers, default=None) == triggered_by


def test_what_triggers_nothing() -> None:
    marrow = seen("5 %", STOP_DAY + 30, specimen=Specimen.BONE_MARROW)
    before = seen("5 %", STOP_DAY)
    assert follow([before, marrow], date(2024, 6, 1)) == RemissionCourse(STOPPED_ON, 4, None)
    assert restart_triggers(found(before), place_results([before], found(before), [STOPPED]), [True]) == set()
    assert restart_triggers(found(before), place_results([before], found(before), []), [True]) == set()


def test_each_result_above_the_line_is_a_trigger() -> None:
    observations = series((STOP_DAY + 30, "0.2 %"), (STOP_DAY + 60, "0.05 %"), (STOP_DAY + 90, "0.3 %"))
    findings = found(*observations)
    places = place_results(observations, findings, [STOPPED])
    assert restart_triggers(findings, places, on_scale(observations)) == {0, 2}


@pytest.mark.parametrize(
    ("lines", "today", "stopped_on"),
    [
        ([], date(2025, 1, 1), None),
        ([TreatmentLine(START)], date(2025, 1, 1), None),
        ([STOPPED], date(2024, 1, 30), None),
        ([STOPPED], date(2024, 1, 31), STOPPED_ON),
        ([STOPPED, TreatmentLine(date(2024, 6, 1))], date(2025, 1, 1), None),
        ([STOPPED, TreatmentLine(date(2024, 6, 1), date(2024, 9, 1))], date(2025, 1, 1), date(2024, 9, 1)),
    ],
)
def test_only_a_recorded_stop_starts_the_clock(
    lines: list[TreatmentLine], today: date, stopped_on: date | None
) -> None:
    course = follow([], today, lines)
    assert (None if course is None else course.stopped_on) == stopped_on


def test_a_trigger_belongs_to_the_stop_before_it() -> None:
    lines = [STOPPED, TreatmentLine(date(2024, 6, 1), date(2024, 9, 1))]
    course = follow([seen("5 %", STOP_DAY + 30), seen("0.05 %", STOP_DAY + 300)], date(2025, 1, 1), lines)
    assert course == RemissionCourse(date(2024, 9, 1), 4, None)


@pytest.mark.parametrize(
    ("today", "months"),
    [(date(2024, 2, 28), 0), (date(2024, 2, 29), 1), (date(2025, 1, 30), 11), (date(2025, 1, 31), 12)],
)
def test_months_without_treatment(today: date, months: int) -> None:
    course = follow([], today)
    assert course is not None
    assert course.months == months


MET, NOT_MET, NOT_RECORDED = ConditionState
C = Condition
TODAY = date(2030, 1, 1)


def condition(
    which: Condition,
    observations: Sequence[Observation] = (),
    lines: Sequence[TreatmentLine] = (),
    *,
    chronic_phase: bool | None = None,
    resistance: bool | None = None,
) -> ConditionState:
    return assess_conditions(
        found(*observations),
        [one.collected_on for one in observations],
        on_scale(observations),
        lines,
        TODAY,
        chronic_phase=chronic_phase,
        resistance=resistance,
    )[which]


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], NOT_RECORDED),
        ([TreatmentLine(days_ago(1_096))], MET),
        ([TreatmentLine(days_ago(1_095))], NOT_MET),
        # A stop ends it, time off does not count, a new line goes on with it.
        ([TreatmentLine(days_ago(3_000), days_ago(1_905))], NOT_MET),
        ([TreatmentLine(days_ago(3_000), days_ago(1_904))], MET),
        ([TreatmentLine(days_ago(3_000), days_ago(2_000)), TreatmentLine(days_ago(96))], MET),
        ([TreatmentLine(days_ago(3_000), days_ago(2_000)), TreatmentLine(days_ago(95))], NOT_MET),
        # A line that the next one follows without a stop is not counted twice.
        ([TreatmentLine(days_ago(1_095)), TreatmentLine(days_ago(500))], NOT_MET),
        ([TreatmentLine(days_ago(1_096)), TreatmentLine(days_ago(500))], MET),
        # Not begun yet.
        ([TreatmentLine(TODAY + timedelta(days=5))], NOT_MET),
    ],
)
def test_treated_for_three_years(lines: list[TreatmentLine], state: ConditionState) -> None:
    assert condition(C.TREATED_3_YEARS, lines=lines) is state


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], NOT_RECORDED),
        # Over five years of imatinib, over four of a second-generation medicine.
        ([(1_827, Medicine.IMATINIB)], NOT_MET),
        ([(1_828, Medicine.IMATINIB)], MET),
        ([(1_461, Medicine.NILOTINIB)], NOT_MET),
        ([(1_462, Medicine.NILOTINIB)], MET),
        ([(1_462, Medicine.DASATINIB)], MET),
        ([(1_462, Medicine.BOSUTINIB)], MET),
        ([(5_000, Medicine.PONATINIB)], NOT_MET),
        ([(5_000, Medicine.OTHER)], NOT_MET),
        # Each medicine for itself.
        ([(3_000, Medicine.IMATINIB), (1_400, Medicine.DASATINIB)], NOT_MET),
        ([(3_300, Medicine.IMATINIB), (1_400, Medicine.DASATINIB)], MET),
        ([(3_000, Medicine.IMATINIB), (1_462, Medicine.DASATINIB)], MET),
        # Two second-generation medicines add up.
        ([(1_462, Medicine.NILOTINIB), (700, Medicine.DASATINIB)], MET),
        ([(1_462, Medicine.NILOTINIB), (700, Medicine.OTHER)], NOT_MET),
    ],
)
def test_treated_long_enough_for_the_medicine(lines: list[tuple[int, Medicine]], state: ConditionState) -> None:
    taken = [TreatmentLine(days_ago(days), None, medicine) for days, medicine in lines]
    assert condition(C.TREATED_LONG_ENOUGH_FOR_MEDICINE, lines=taken) is state


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([], NOT_RECORDED),
        ([(0, "invalid")], NOT_RECORDED),
        ([(0, "0.5 %")], NOT_MET),
        # Over two years on at least four tests at least three months apart: START + 731 days is 1 January 2025.
        ([(0, "0.01 %"), (100, "0.01 %"), (200, "0.01 %"), (731, "0.01 %")], NOT_MET),
        ([(0, "0.01 %"), (100, "0.01 %"), (200, "0.01 %"), (732, "0.01 %")], MET),
        ([(0, "0.01 %"), (100, "0.011 %"), (200, "0.01 %"), (732, "0.01 %")], NOT_MET),
        ([(0, "0.01 %"), (200, "0.01 %"), (732, "0.01 %")], NOT_MET),
        ([(0, "0.01 %"), (89, "0.01 %"), (200, "0.01 %"), (732, "0.01 %")], NOT_MET),
        ([(0, "0.01 %"), (90, "0.01 %"), (200, "0.01 %"), (732, "0.01 %")], MET),
        ([(0, "0.01 %"), (50, "0.01 %"), (100, "0.01 %"), (200, "0.01 %"), (732, "0.01 %")], MET),
        # A sample that says nothing does not break the run; the latest run counts.
        ([(0, "0.01 %"), (100, "invalid"), (110, "0.01 %"), (300, "0.01 %"), (732, "0.01 %")], MET),
        ([(0, "0.01 %"), (100, "0.01 %"), (200, "0.01 %"), (732, "0.01 %"), (800, "0.02 %")], NOT_MET),
    ],
)
def test_mr4_held(results: list[tuple[int, str]], state: ConditionState) -> None:
    assert condition(C.MR4_HELD, series(*results)) is state


def test_not_detected_is_mr4_where_the_sample_was_deep_enough() -> None:
    assert condition(C.MR4_HELD, [deep(day) for day in (0, 100, 200, 732)]) is MET
    assert condition(C.MR4_HELD, [deep(day, 9_999) for day in (0, 100, 200, 732)]) is NOT_RECORDED


@pytest.mark.parametrize(("recorded", "state"), [(True, MET), (False, NOT_MET), (None, NOT_RECORDED)])
def test_what_a_team_records(recorded: bool | None, state: ConditionState) -> None:
    assert condition(C.CHRONIC_PHASE, chronic_phase=recorded) is state
    assert condition(C.NO_RESISTANCE, resistance=None if recorded is None else not recorded) is state


def test_every_condition_is_listed() -> None:
    assert set(assess_conditions([], [], [], [], TODAY)) == set(Condition)
    assert set(assess_conditions([], [], [], [], TODAY).values()) == {NOT_RECORDED}


def test_the_schedule_after_a_stop_is_that_of_the_rules() -> None:
    """Clinical rules, section 6: monthly for 6 months, every 2 months to month 12, then every 3 months."""
    plan = plan_after_stopping(date(2024, 1, 31), [], date(2025, 12, 1))
    assert [one.month for one in plan] == [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 21, 24]
    assert plan[0].due_on == date(2024, 2, 29)
    assert {one.answered_by for one in plan} == {None}


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 1, 1), [1]),
        (date(2026, 1, 31), [1]),
        (date(2026, 2, 1), [1, 2]),
        (date(2026, 6, 30), [1, 2, 3, 4, 5, 6]),
        (date(2026, 7, 1), [1, 2, 3, 4, 5, 6, 8]),
    ],
)
def test_the_schedule_ends_with_the_next_test(today: date, months: list[int]) -> None:
    assert [one.month for one in plan_after_stopping(date(2026, 1, 1), [], today)] == months


@pytest.mark.parametrize(
    ("days", "answers"),
    [
        # The nearest planned day is answered; where two are as near, the later one.
        ([date(2026, 2, 1)], [0, None, None]),
        ([date(2026, 2, 14)], [0, None, None]),
        ([date(2026, 2, 15)], [None, 0, None]),
        # Of two the nearer one counts; a sample of the day of the stop answers nothing.
        ([date(2026, 1, 28), date(2026, 2, 2)], [1, None, None]),
        ([date(2026, 2, 2), date(2026, 2, 10)], [0, None, None]),
        ([date(2026, 1, 1)], [None, None, None]),
    ],
)
def test_a_sample_answers_the_planned_day_that_it_is_nearest_to(days: list[date], answers: list[int | None]) -> None:
    plan = plan_after_stopping(date(2026, 1, 1), days, date(2026, 3, 10))
    assert [one.answered_by for one in plan] == answers
