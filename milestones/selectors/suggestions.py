"""Questions that a record itself gives reason to ask, each with where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.visit_topics import topics_of
from milestones.explanations import phrases
from milestones.explanations.catalogue import questions_about, title_of
from milestones.selectors.parts import findings_to_ask_about
from milestones.selectors.timelines import Timeline
from milestones.selectors.treatment_rows import breaks_of
from milestones.selectors.year_one import shows_year_one


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question to take into the list: ``key`` names the finding that it comes from, ``source`` says it."""

    key: str
    words: str
    source: str


def suggestions_of(timeline: Timeline, taken: Sequence[str] = ()) -> tuple[Suggestion, ...]:
    """Return the questions that a record gives rise to, without repeats and without those in ``taken``."""
    seen = {_plain(words) for words in taken}
    found = []
    for finding, source in _findings(timeline):
        for place, words in enumerate(questions_about(finding)):
            if _plain(words) not in seen:
                seen.add(_plain(words))
                found.append(Suggestion(f"{type(finding).__name__}.{finding.name}.{place}", words, source))
    return tuple(found)


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _findings(timeline: Timeline) -> Iterator[tuple[StrEnum, str]]:
    """Yield what there is to ask about, the most pressing first, each with where it comes from."""
    if timeline.rows:
        yield from _of_latest_result(timeline)
    for topic in topics_of(
        has_treatment=bool(timeline.lines),
        has_results=bool(timeline.rows),
        next_test=timeline.course.next_test,
        breaks=breaks_of([row for row in timeline.treatments if row.counts]),
        today=timeline.today,
    ):
        yield topic, title_of(topic)
    if shows_year_one(timeline) and timeline.course.year_one.status is YearOneStatus.NOT_REACHED:
        yield YearOneStatus.NOT_REACHED, title_of(YearOneStatus.NOT_REACHED)
    if timeline.lines:
        due = timeline.course.next_test
        yield due.reason, _("From the plan of your tests")


def _of_latest_result(timeline: Timeline) -> Iterator[tuple[StrEnum, str]]:
    row = timeline.rows[-1]
    day = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    for finding in findings_to_ask_about(timeline, len(timeline.rows) - 1):
        said = _("From your result of %(date)s: %(finding)s")
        yield finding, said % {"date": day, "finding": phrases.in_sentence(title_of(finding))}
