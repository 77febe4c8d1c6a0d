"""The tests of the first year: when each is planned, what the goal is, and which result answered it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from milestones.clinical.course import CourseEntry
from milestones.clinical.guidelines.loader import TimePoint
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.targets import Target
from milestones.explanations import phrases
from milestones.explanations.catalogue import title_of
from milestones.selectors.aims import targets_now
from milestones.selectors.pictures import result_href_base
from milestones.selectors.presenting import Badge, headline
from milestones.selectors.timelines import Timeline


@dataclass(frozen=True, slots=True)
class PlannedTestRow:
    """One planned test; ``href`` and ``result`` are empty while no result answers it."""

    name: str
    dates: str
    goal: str
    state: Badge
    result: str
    href: str


_NEAR_DAYS = 31


@dataclass(frozen=True, slots=True)
class FirstYearPage:
    """The four tests of the first year of the medicine that goes on."""

    medicine: str
    columns: tuple[str, str, str, str]
    rows: tuple[PlannedTestRow, ...]


def has_first_year(timeline: Timeline) -> bool:
    """Whether a first year can be planned: on treatment, and without a response that was kept from before."""
    kept = timeline.course.year_one.status is YearOneStatus.KEPT
    return bool(timeline.lines) and timeline.course.remission is None and not kept


def first_year_page(timeline: Timeline) -> FirstYearPage | None:
    """Return the plan of the current line's first year, or None where there is none to plan."""
    if not has_first_year(timeline):
        return None
    targets = [target for target in targets_now(timeline) if target.last_on is not None]
    columns = (_("Test"), _("When"), _("Goal"), _("Where it stands"))
    rows = (_baseline(timeline), *(_planned(timeline, target) for target in targets))
    return FirstYearPage(timeline.lines[-1].medicine.value, columns, rows)


def _baseline(timeline: Timeline) -> PlannedTestRow:
    found = [
        index for index, entry in enumerate(timeline.course.entries) if _is_at(timeline, entry, TimePoint.BASELINE)
    ]
    answered = found[-1] if found else None
    started = phrases.long_date(timeline.lines[-1].started_on)
    dates = _("by the first week after %(date)s") % {"date": started}
    state = _state(timeline, answered, None, None)
    return _row(timeline, TimePoint.BASELINE, dates, _("no goal: it is where you begin"), state, answered)


def _planned(timeline: Timeline, target: Target) -> PlannedTestRow:
    answered = next(
        (
            index
            for index, entry in enumerate(timeline.course.entries)
            if entry.place.answers and _is_at(timeline, entry, target.time_point)
        ),
        None,
    )
    last = target.last_on or target.first_on
    dates = _("%(first)s to %(last)s") % {
        "first": phrases.short_date(target.first_on),
        "last": phrases.short_date(last),
    }
    goal = _("%(limit)s or lower") % {"limit": phrases.percent(target.limit)}
    state = _state(timeline, answered, target.first_on, last)
    if answered is None and timeline.today > last:
        near = _nearest(timeline, target.first_on, last)
        if near is not None:
            when = phrases.short_date(timeline.rows[near].observation.collected_on)
            state = Badge("none", _("Tested on another day"))
            row = _row(timeline, target.time_point, dates, goal, state, near)
            return replace(row, result=f"{row.result}, {when}")
    return _row(timeline, target.time_point, dates, goal, state, answered)


def _nearest(timeline: Timeline, first: date, last: date) -> int | None:
    """Return the result of this line that lies nearest outside the days of a test, at most a month away."""
    current, near = len(timeline.lines) - 1, timedelta(days=_NEAR_DAYS)
    found = [
        (first - day if day < first else day - last, index)
        for index, entry in enumerate(timeline.course.entries)
        for day in [entry.observation.collected_on]
        if entry.place.line == current and not first <= day <= last and first - near <= day <= last + near
    ]
    return min(found)[1] if found else None


def _is_at(timeline: Timeline, entry: CourseEntry, point: TimePoint) -> bool:
    return entry.place.line == len(timeline.lines) - 1 and entry.place.time_point is point


def _state(timeline: Timeline, answered: int | None, first: date | None, last: date | None) -> Badge:
    """Return where a test stands: done, to be done now, later, or without a result."""
    if answered is not None:
        return Badge("goal", _("Done"))
    if first is not None and timeline.today < first:
        return Badge("none", _("Later"))
    if last is not None and timeline.today <= last:
        return Badge("talk", _("Now is the time"))
    return Badge("none", _("No result here"))


def _row(
    timeline: Timeline, point: TimePoint, dates: str, goal: str, state: Badge, answered: int | None
) -> PlannedTestRow:
    if answered is None:
        return PlannedTestRow(title_of(point), dates, goal, state, "", "")
    href = f"{result_href_base(timeline.patient_id)}{timeline.rows[answered].id}/"
    return PlannedTestRow(title_of(point), dates, goal, state, headline(timeline.course.entries[answered]), href)
