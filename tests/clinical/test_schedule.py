"""When the next test is due: each edge from both sides."""

from datetime import date, timedelta

import pytest

from milestones.clinical.milestones import side_of_mmr
from milestones.clinical.observation import Scale
from milestones.clinical.schedule import (
    DueReason,
    NextTest,
    NextTestStage,
    mmr_holds,
    next_test_on_treatment,
    stage_of_test,
)
from tests.clinical.samples import START, found, seen, series

R = DueReason


@pytest.mark.parametrize(
    ("texts", "holds"),
    [
        ([], False),
        (["0.1 %"], False),
        (["0.1 %", "0.1 %"], True),
        (["0.101 %", "0.1 %"], False),
        (["0.1 %", "0.101 %"], False),
        (["5 %", "0.1 %", "0.05 %"], True),
        # What is not evaluable is not counted.
        (["0.1 %", "invalid", "0.1 %"], True),
        (["0.1 %", "0.1 %", "not detected, LOD 20 %"], True),
    ],
)
def test_mmr_holds_on_two_tests(texts: list[str], holds: bool) -> None:
    findings = found(*series(*((90 * index, text) for index, text in enumerate(texts))))
    assert mmr_holds(map(side_of_mmr, reversed(findings))) is holds


def test_an_own_baseline_level_is_no_mmr() -> None:
    raw = seen("0.05 %", 0, scale=Scale.NOT_IS)
    assert not mmr_holds(map(side_of_mmr, found(raw, raw, seen("0.05 %"))))


@pytest.mark.parametrize(
    ("texts", "chosen", "expected"),
    [
        ([], None, NextTest(date(2023, 4, 1), 3, R.FIRST_TEST)),
        ([], 6, NextTest(date(2023, 4, 1), 3, R.FIRST_TEST)),
        ([(91, "5 %")], None, NextTest(date(2023, 7, 2), 3, R.EVERY_3_MONTHS)),
        # The chosen interval counts once MMR holds on two tests.
        ([(91, "5 %"), (182, "0.1 %")], 6, NextTest(date(2023, 10, 2), 3, R.EVERY_3_MONTHS)),
        ([(91, "0.1 %"), (182, "0.1 %")], 6, NextTest(date(2024, 1, 2), 6, R.MMR_HOLDS)),
        ([(91, "0.1 %"), (182, "0.1 %")], None, NextTest(date(2023, 10, 2), 3, R.MMR_HOLDS)),
        # What came before this line plans nothing in it.
        ([(-30, "50 %")], None, NextTest(date(2023, 4, 1), 3, R.FIRST_TEST)),
        ([(-30, "50 %"), (0, "50 %")], None, NextTest(date(2023, 4, 1), 3, R.EVERY_3_MONTHS)),
    ],
)
def test_next_test_on_treatment(texts: list[tuple[int, str]], chosen: int | None, expected: NextTest) -> None:
    observations = series(*texts)
    days = [one.collected_on for one in observations]
    assert next_test_on_treatment(START, days, found(*observations), chosen) == expected


@pytest.mark.parametrize("months", [2, 7])
def test_another_interval_is_refused(months: int) -> None:
    with pytest.raises(ValueError, match="3 to 6 months"):
        next_test_on_treatment(START, [], [], months)


@pytest.mark.parametrize("months", [3, 6])
def test_three_and_six_months_are_intervals(months: int) -> None:
    observations = series((0, "0.1 %"), (90, "0.1 %"))
    days = [one.collected_on for one in observations]
    assert next_test_on_treatment(START, days, found(*observations), months).interval_months == months


@pytest.mark.parametrize(("late", "overdue"), [(-1, False), (0, False), (14, False), (15, True)])
def test_fourteen_days_of_grace(late: int, overdue: bool) -> None:
    due = date(2024, 5, 1)
    assert NextTest(due, 3, R.MMR_HOLDS).is_overdue(due + timedelta(days=late)) is overdue
    assert not NextTest(None, None, R.NO_TREATMENT).is_overdue(due)


DAY = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("booked", "taken", "samples", "stage"),
    [
        (None, None, [], NextTestStage.DUE),
        (DAY, None, [], NextTestStage.BOOKED),
        (DAY, None, [DAY - timedelta(days=90)], NextTestStage.BOOKED),
        (DAY, DAY, [], NextTestStage.WAITING),
        (None, DAY, [DAY - timedelta(days=90)], NextTestStage.WAITING),
        # A result from up to 3 days before is of this test; one from 4 days before is of another one.
        (None, DAY, [DAY - timedelta(days=3)], NextTestStage.DUE),
        (None, DAY, [DAY - timedelta(days=4)], NextTestStage.WAITING),
        (DAY, None, [DAY], NextTestStage.DUE),
        # The day the blood was taken counts, wherever the appointment was.
        (DAY, DAY + timedelta(days=20), [DAY + timedelta(days=2)], NextTestStage.WAITING),
        (DAY, DAY + timedelta(days=20), [DAY + timedelta(days=40)], NextTestStage.DUE),
    ],
)
def test_stage_of_test(booked: date | None, taken: date | None, samples: list[date], stage: NextTestStage) -> None:
    assert stage_of_test(booked, taken, samples) is stage
