"""What a record itself gives reason to ask at a visit, beside what its latest result says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from milestones.clinical.schedule import NextTest
from milestones.clinical.treatment import TreatmentBreak

RECENT_BREAK_DAYS = 92


class VisitTopic(StrEnum):
    """Something in a record that is worth a question."""

    NO_FIRST_DOSE = "no first dose recorded"
    TEST_OVERDUE = "next test overdue"
    BREAK_GOES_ON = "in a break of treatment"
    RECENT_BREAK = "a break in the last 3 months"
    FIRST_VISIT = "no result yet"


def topics_of(
    *, has_treatment: bool, has_results: bool, next_test: NextTest, breaks: Sequence[TreatmentBreak], today: date
) -> tuple[VisitTopic, ...]:
    """Return what the record gives reason to ask about on the day ``today``, the most pressing first.

    Args:
        has_treatment: whether any line of treatment is recorded.
        has_results: whether any result is recorded.
        next_test: when the next test is due.
        breaks: breaks within the lines; one that ended more than 92 days ago is no topic any more.
        today: the day to read it on.
    """
    topics = []
    if next_test.is_overdue(today):
        topics.append(VisitTopic.TEST_OVERDUE)
    begun = [one for one in breaks if one.started_on <= today]
    if any(one.ended_on is None or one.ended_on >= today for one in begun):
        topics.append(VisitTopic.BREAK_GOES_ON)
    elif any(one.ended_on and today - one.ended_on <= timedelta(days=RECENT_BREAK_DAYS) for one in begun):
        topics.append(VisitTopic.RECENT_BREAK)
    if not has_treatment:
        topics.append(VisitTopic.NO_FIRST_DOSE)
    if not has_results:
        topics.append(VisitTopic.FIRST_VISIT)
    return tuple(topics)
