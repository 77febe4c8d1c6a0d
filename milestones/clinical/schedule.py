"""When the next test is due. Source: clinical rules, section 6."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice

from milestones.clinical.calendar import add_months
from milestones.clinical.levels import LevelFinding
from milestones.clinical.milestones import MmrSide, side_of_mmr

GRACE_DAYS = 14
INTERVAL_MONTHS = 3
LONGEST_INTERVAL_MONTHS = 6


class DueReason(StrEnum):
    """Why the next test is due when it is."""

    FIRST_TEST = "first test on treatment"
    EVERY_3_MONTHS = "every 3 months until MMR holds"
    MMR_HOLDS = "MMR holds"
    AFTER_STOPPING = "after stopping"
    REPEAT = "repeat after a rise"
    NO_TREATMENT = "no treatment recorded"


@dataclass(frozen=True, slots=True)
class NextTest:
    """The next test: the day it is due (None where nothing can be planned), how many months apart, and why."""

    due_on: date | None
    interval_months: int | None
    reason: DueReason

    def is_overdue(self, today: date) -> bool:
        """Whether the 14 days of grace after the due day have passed."""
        return self.due_on is not None and today > self.due_on + timedelta(days=GRACE_DAYS)


def mmr_holds(newest_first: Iterable[MmrSide]) -> bool:
    """Whether the last two results with a level both have MMR or deeper."""
    last_two = list(islice((side for side in newest_first if side is not MmrSide.NO_LEVEL), 2))
    return last_two == [MmrSide.WITHIN, MmrSide.WITHIN]


def next_test_on_treatment(
    started_on: date, dates: Sequence[date], findings: Sequence[LevelFinding], chosen_interval_months: int | None = None
) -> NextTest:
    """Return the next test of a person on treatment.

    Args:
        started_on: first dose of the current line.
        dates: the day each sample was taken, in order.
        findings: the level finding of each.
        chosen_interval_months: 3 to 6, where person or team has set it; it counts once MMR holds.

    Raises:
        ValueError: the chosen interval is not within 3 to 6 months.
    """
    sides = map(side_of_mmr, reversed(findings))
    return next_test_after(dates[-1] if dates else None, sides, started_on, chosen_interval_months)


def next_test_after(
    last_on: date | None,
    newest_first: Iterable[MmrSide],
    started_on: date,
    chosen_interval_months: int | None = None,
) -> NextTest:
    """Return the next test of a person on treatment, from as little as it rests on.

    Args:
        last_on: the day of the last sample; None where there is none.
        newest_first: which side of MMR each result lies on, from the last one back.
        started_on: first dose of the current line.
        chosen_interval_months: as ``next_test_on_treatment`` takes it.

    Raises:
        ValueError: the chosen interval is not within 3 to 6 months.
    """
    if chosen_interval_months is not None and not INTERVAL_MONTHS <= chosen_interval_months <= LONGEST_INTERVAL_MONTHS:
        raise ValueError("the interval is 3 to 6 months")
    if last_on is None or last_on < started_on:
        return NextTest(add_months(started_on, INTERVAL_MONTHS), INTERVAL_MONTHS, DueReason.FIRST_TEST)
    if mmr_holds(newest_first):
        interval = chosen_interval_months or INTERVAL_MONTHS
        return NextTest(add_months(last_on, interval), interval, DueReason.MMR_HOLDS)
    return NextTest(add_months(last_on, INTERVAL_MONTHS), INTERVAL_MONTHS, DueReason.EVERY_3_MONTHS)


# A sample and the result that shows it can be a few days apart in what people write down.
SAME_TEST_DAYS = 3


class NextTestStage(StrEnum):
    """How far the next test has come: due, booked, blood taken; once its result is in, the next one is due."""

    DUE = "due"
    BOOKED = "booked"
    WAITING = "blood taken"


def stage_of_test(booked_on: date | None, taken_on: date | None, sample_dates: Sequence[date]) -> NextTestStage:
    """Return how far a planned test has come.

    Args:
        booked_on: the day of the appointment; None where none is written down.
        taken_on: the day the blood was taken; None where it is not.
        sample_dates: the days of all samples with a result. One that is taken on that day, up to 3 days before, or
            later is its result: then the next test is due.
    """
    day = taken_on or booked_on
    if day is None or any(sample >= day - timedelta(days=SAME_TEST_DAYS) for sample in sample_dates):
        return NextTestStage.DUE
    return NextTestStage.WAITING if taken_on is not None else NextTestStage.BOOKED
