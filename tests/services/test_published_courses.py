"""Courses of people who stopped treatment, recorded through the services: who reaches the restart trigger, and who not.

The published series of 21 people (Hähnel 2020, doi:10.1158/0008-5472.CAN-19-2175) is not ours to pass on; where a
folder beside this project holds it, it is read, and a small made-up series in the same columns is read anywhere.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from accounts.models import Patient, User
from accounts.services.patients import create_patient
from milestones.clinical.course import CourseFlag
from milestones.clinical.observation import ReadingKind
from milestones.models import LabResult
from milestones.selectors.timelines import Timeline, get_timeline
from tests.cast import record, treat

pytestmark = pytest.mark.django_db

PROJECT = Path(__file__).resolve().parents[2]
PUBLISHED = next(iter(sorted(PROJECT.parent.glob("*/data/hahnel2020_tki_stop_21pts.csv"))), None)
MADE_UP = PROJECT / "tests" / "data" / "stopped.csv"
ANCHOR = date(2005, 3, 1)
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True)
class Sample:
    """One row of a series."""

    on: date
    percent: str
    is_not_detected: bool
    is_after_stop: bool


def samples_in(path: Path) -> dict[str, list[Sample]]:
    """Return each person's samples in order of time."""
    people: dict[str, list[Sample]] = {}
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            day = ANCHOR + timedelta(days=round(float(row["months"]) * DAYS_A_MONTH))
            sample = Sample(
                day, row["bcr_abl1_percent"], row["upper_limit_only"] == "1", row["phase"] == "after_TKI_stop"
            )
            people.setdefault(row["patient"], []).append(sample)
    return {name: sorted(samples, key=lambda sample: sample.on) for name, samples in people.items()}


def record_course(patient: Patient, samples: list[Sample]) -> Timeline:
    """Record treatment and samples; the stop lies between the last sample on treatment and the first after it."""
    last_on = max(sample.on for sample in samples if not sample.is_after_stop)
    first_off = min(sample.on for sample in samples if sample.is_after_stop)
    treat(patient, ANCHOR, last_on + (first_off - last_on) / 2)
    for sample in samples:
        if sample.is_not_detected:
            record(patient, "not detected", sample.on, limit=sample.percent)
        else:
            record(patient, f"{sample.percent} %", sample.on, decimal_mark=".")
    return get_timeline(patient, today=samples[-1].on)


def triggered(path: Path, make_user: Callable[..., User]) -> list[int]:
    """Return the numbers of those who reach the restart trigger after stopping."""
    found = []
    for name, samples in samples_in(path).items():
        user = make_user(f"person{name}@example.org")
        timeline = record_course(create_patient(user=user, by=user), samples)
        assert len(timeline.rows) == len(samples)
        remission = timeline.course.remission
        assert remission is not None
        after = [sample.is_after_stop for sample in samples]
        flagged = [index for index, entry in enumerate(timeline.course.entries) if is_trigger(entry.flags)]
        assert all(after[index] for index in flagged), "nothing triggers before the stop"
        assert remission.triggered_by == (flagged[0] if flagged else None)
        if flagged:
            found.append(int(name))
    return sorted(found)


def is_trigger(flags: tuple[CourseFlag, ...]) -> bool:
    return CourseFlag.RESTART_TRIGGER in flags


@pytest.mark.skipif(PUBLISHED is None, reason="the published series does not lie beside this project")
def test_published_people_who_lost_the_response_are_found_and_nobody_else(make_user: Callable[..., User]) -> None:
    assert PUBLISHED is not None
    assert len(samples_in(PUBLISHED)) == 21
    assert triggered(PUBLISHED, make_user) == [1, 2, 3, 4, 7, 9, 10, 18, 19]


def test_made_up_people_0_1_is_still_mmr_and_a_limit_is_no_value(make_user: Callable[..., User]) -> None:
    assert triggered(MADE_UP, make_user) == [1]


def test_what_was_not_detected_is_kept_with_its_limit_and_no_value(alices_record: Patient) -> None:
    """H7: the limit of a sample never becomes its value."""
    record_course(alices_record, samples_in(MADE_UP)["3"])
    unseen = LabResult.objects.filter(detected=False).order_by("collected_on")
    assert [str(row.limit_of_detection) for row in unseen] == ["0.002", "0.15", "0.0017"]
    assert {(row.kind, row.value) for row in unseen} == {(ReadingKind.NOT_DETECTED.value, None)}
