"""Courses of people who stopped treatment, through the services: who reaches the restart trigger, and who not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import Patient, User
from accounts.services.patients import create_patient
from milestones.clinical.course import CourseFlag
from milestones.clinical.observation import ReadingKind
from milestones.models import LabResult
from tests.published import MADE_UP, PUBLISHED, record_course, samples_in

pytestmark = pytest.mark.django_db


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
