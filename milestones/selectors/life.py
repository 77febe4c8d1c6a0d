"""The whole record on one time axis: what happened when, as a list and as a picture. The team will read the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import log10
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from milestones.charts.lanes import Lane, LaneMark, LanesSpec, render_lanes
from milestones.charts.spec import PointKind
from milestones.clinical.course import CourseEntry
from milestones.clinical.levels import MMR_LIMIT, ResponseLevel
from milestones.clinical.quantity import STANDARD_START
from milestones.explanations import phrases
from milestones.models import MedicineChoice, TreatmentChangeKind
from milestones.selectors.authors import said_of
from milestones.selectors.check_ins import CheckInRow, describe_check_in, lanes_of_side_effects
from milestones.selectors.markup import drawn
from milestones.selectors.other_results import OtherResultRow
from milestones.selectors.pictures import chart_of, result_href_base, treatment_bars
from milestones.selectors.planned_tests import PlannedTestRow
from milestones.selectors.presenting import Badge, badge_of, change_title, headline
from milestones.selectors.questions import QuestionRow
from milestones.selectors.timelines import Timeline
from milestones.selectors.treatment_rows import TreatmentRow
from milestones.selectors.visits import VisitRow

_ON_A_PAGE = 50
_LOWEST_SHOWN = -3.0  # 0.001 %, as a power of ten
_OPEN_KINDS = frozenset(
    {PointKind.NOT_DETECTED, PointKind.BELOW_BOUND, PointKind.ABOVE_BOUND, PointKind.NOT_COMPARABLE}
)


class LifeKind(StrEnum):
    """What can stand on the time axis, in the order of the filter."""

    RESULTS = "results"
    TREATMENT = "treatment"
    SIDE_EFFECTS = "side-effects"
    VISITS = "visits"
    TESTS = "tests"
    OTHER_RESULTS = "other-results"


KIND_NAMES: dict[LifeKind, Promise] = {
    LifeKind.RESULTS: _lazy("BCR::ABL1 results"),
    LifeKind.TREATMENT: _lazy("Treatment"),
    LifeKind.SIDE_EFFECTS: _lazy("Side effects"),
    LifeKind.VISITS: _lazy("Visits and answers"),
    LifeKind.TESTS: _lazy("Tests on their way"),
    LifeKind.OTHER_RESULTS: _lazy("Other results"),
}
_ICONS = {
    LifeKind.RESULTS: "chart",
    LifeKind.TREATMENT: "pill",
    LifeKind.SIDE_EFFECTS: "feel",
    LifeKind.VISITS: "calendar",
    LifeKind.TESTS: "clock",
    LifeKind.OTHER_RESULTS: "test",
}


@dataclass(frozen=True, slots=True)
class LifePlaces:
    """The addresses of the pages that the events lead to."""

    treatment: str
    side_effects: str
    home: str
    visits: str
    other_results: str


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """One thing on the time axis."""

    on: date
    kind: LifeKind
    title: str
    text: str = ""
    href: str = ""
    badge: Badge | None = None
    day_is_known: bool = True

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return _ICONS[self.kind]

    @property
    def date(self) -> str:
        """Its day in words."""
        return phrases.long_date(self.on, day_is_known=self.day_is_known)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the results, as it was read; each in order of time."""

    check_ins: Sequence[CheckInRow] = ()
    planned: PlannedTestRow | None = None
    visits: Sequence[VisitRow] = ()
    questions: Sequence[QuestionRow] = ()
    other_results: Sequence[OtherResultRow] = ()
    authors: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LifePage:
    """The timeline: the events of one page, newest first, or the picture of all."""

    count: int
    events: tuple[LifeEvent, ...]
    number: int
    pages: int
    picture: str


def life_page(
    timeline: Timeline,
    around: Surroundings,
    places: LifePlaces,
    chosen: frozenset[LifeKind],
    *,
    number: int = 1,
    as_picture: bool = False,
) -> LifePage:
    """Return the page with the kinds of events that were chosen; ``number`` is the page, the newest on the first."""
    events = [event for event in events_of(timeline, around, places) if event.kind in chosen]
    pages = 1 if as_picture else max(1, -(-len(events) // _ON_A_PAGE))
    number = max(1, min(number, pages))
    picture = drawn(render_lanes(life_lanes(timeline, around, events, chosen), element_id="life")) if as_picture else ""
    shown = () if as_picture else tuple(events[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE])
    return LifePage(len(events), shown, number, pages, picture)


def events_of(timeline: Timeline, around: Surroundings, places: LifePlaces) -> list[LifeEvent]:
    """Return everything that happened, the newest first; of one day the results stand on top."""
    events = [
        *_results(timeline, around.authors),
        *_treatments(timeline, places, around.authors),
        *_check_ins(around.check_ins, places, around.authors),
        *_tests(around.planned, places),
        *_visits(around, places),
        *_other_results(around.other_results, places, around.authors),
    ]
    order = list(LifeKind)
    return sorted(events, key=lambda event: (-event.on.toordinal(), order.index(event.kind)))


def _results(timeline: Timeline, authors: Mapping[UUID, str]) -> Iterable[LifeEvent]:
    base = result_href_base(timeline.patient_id)
    for row, entry in zip(timeline.rows, timeline.course.entries, strict=True):
        yield LifeEvent(
            row.observation.collected_on,
            LifeKind.RESULTS,
            headline(entry),
            _joined(f"{change_title(entry)}.", said_of(authors, row.entered_by)),
            f"{base}{row.id}/",
            _badge(timeline, entry),
            row.day_is_known,
        )


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _badge(timeline: Timeline, entry: CourseEntry) -> Badge | None:
    """Return where a result stands to its goal, where there is one: what has none needs no words in a list."""
    badge = badge_of(timeline, entry)
    return badge if badge is not None and badge.kind != "none" else None


def _treatments(timeline: Timeline, places: LifePlaces, authors: Mapping[UUID, str]) -> Iterable[LifeEvent]:
    for row in timeline.treatments:
        if row.status != "entered-in-error":
            yield from _of_line(row, places, authors)


def _of_line(row: TreatmentRow, places: LifePlaces, authors: Mapping[UUID, str]) -> Iterable[LifeEvent]:
    name = str(MedicineChoice(row.medicine).label)
    begun = _("%(medicine)s begun") % {"medicine": name[0].upper() + name[1:]}

    def event(on: date, title: str, text: str = "", *, day_is_known: bool = True) -> LifeEvent:
        return LifeEvent(on, LifeKind.TREATMENT, title, text, places.treatment, None, day_is_known)

    text = ". ".join(filter(None, (row.dose, said_of(authors, row.entered_by))))
    yield event(row.started_on, begun, text, day_is_known=row.started_day_is_known)
    for change in row.changes:
        if not change.counts:
            continue
        text = ". ".join(filter(None, (name, said_of(authors, change.entered_by))))
        if change.kind == TreatmentChangeKind.DOSE.value:
            title = _("Another dose: %(dose)s") % {"dose": change.dose}
            yield event(change.started_on, title, text, day_is_known=change.started_day_is_known)
        else:
            yield event(change.started_on, _("A break begins"), text, day_is_known=change.started_day_is_known)
            if change.ended_on is not None:
                yield event(change.ended_on, _("Last day of the break"), name, day_is_known=change.ended_day_is_known)
    if row.stopped_on is not None:
        title = _("Last dose of %(medicine)s") % {"medicine": name}
        yield event(row.stopped_on, title, day_is_known=row.stopped_day_is_known)


def _check_ins(rows: Sequence[CheckInRow], places: LifePlaces, authors: Mapping[UUID, str]) -> Iterable[LifeEvent]:
    for row in rows:
        if not row.counts:
            continue
        words = describe_check_in(row)
        notes = [effect.note for effect in row.counted if effect.note]
        urgent = [_("Urgent signs: %(signs)s.") % {"signs": ", ".join(words.urgent)}] if words.urgent else []
        mood = [_("In yourself: %(mood)s.") % {"mood": words.mood}] if words.mood else []
        text = _joined(*urgent, *mood, *notes, said_of(authors, row.entered_by))
        yield LifeEvent(row.noted_on, LifeKind.SIDE_EFFECTS, words.said or _("Check-in"), text, places.side_effects)


def _tests(planned: PlannedTestRow | None, places: LifePlaces) -> Iterable[LifeEvent]:
    if planned is None:
        return
    if planned.booked_on is not None:
        yield LifeEvent(planned.booked_on, LifeKind.TESTS, _("Blood test booked"), href=places.home)
    if planned.taken_on is not None:
        yield LifeEvent(planned.taken_on, LifeKind.TESTS, _("Blood taken"), _("The result is on its way."), places.home)


def _visits(around: Surroundings, places: LifePlaces) -> Iterable[LifeEvent]:
    """Yield each visit with what was said there, and each answer on the day that it was given."""
    for visit in around.visits:
        if visit.counts:
            title = _("Visit: %(whom)s") % {"whom": visit.with_whom} if visit.with_whom else _("Visit")
            text = _joined(visit.notes, said_of(around.authors, visit.author))
            yield LifeEvent(visit.visit_on, LifeKind.VISITS, title, text, places.visits)
    for question in around.questions:
        if question.counts and question.answered_on is not None:
            text = _joined(question.answer, said_of(around.authors, question.answered_by))
            yield LifeEvent(question.answered_on, LifeKind.VISITS, question.words, text, places.visits)


def _other_results(
    rows: Sequence[OtherResultRow], places: LifePlaces, authors: Mapping[UUID, str]
) -> Iterable[LifeEvent]:
    """Yield one entry a day: what a report has in many lines is one thing that happened."""
    days: dict[date, list[OtherResultRow]] = {}
    for row in rows:
        if not row.is_withdrawn:
            days.setdefault(row.collected_on, []).append(row)
    for day, of_day in days.items():
        said = "; ".join(f"{row.name}: {row.value_text}" for row in of_day)
        added = _joined(*dict.fromkeys(said_of(authors, row.entered_by) for row in of_day))
        yield LifeEvent(day, LifeKind.OTHER_RESULTS, said, added, places.other_results)


def life_lanes(
    timeline: Timeline, around: Surroundings, events: Sequence[LifeEvent], chosen: frozenset[LifeKind]
) -> LanesSpec:
    """Return the same events as lanes above the treatment bars."""
    lanes: list[Lane] = []
    if LifeKind.RESULTS in chosen and timeline.rows:
        lanes += _result_lanes(timeline)
    for kind in (LifeKind.TESTS, LifeKind.VISITS, LifeKind.OTHER_RESULTS):
        marks = [LaneMark(e.on, f"{e.date}: {e.title}") for e in reversed(events) if e.kind is kind]
        if marks:
            lanes.append(Lane(str(KIND_NAMES[kind]), tuple(marks)))
    if LifeKind.SIDE_EFFECTS in chosen:
        lanes += lanes_of_side_effects([row for row in around.check_ins if row.counts])
    bars = treatment_bars(timeline) if LifeKind.TREATMENT in chosen else ()
    return LanesSpec(
        title=_("Your record on one time axis"),
        story=_("%(count)s entries, from %(first)s to %(last)s.")
        % {
            "count": len(events),
            "first": events[-1].date if events else "",
            "last": events[0].date if events else "",
        },
        today=timeline.today,
        lanes=tuple(lanes),
        treatments=bars,
        treatment_name=str(KIND_NAMES[LifeKind.TREATMENT]),
    )


def _result_lanes(timeline: Timeline) -> list[Lane]:
    """Return the results as a course from 100 % down to 0.001 %, and below it those that have no place on it."""
    top = log10(STANDARD_START)

    def share(percent: float) -> float:
        return min(1.0, max(0.0, (log10(percent) - _LOWEST_SHOWN) / (top - _LOWEST_SHOWN)))

    chart = chart_of(timeline)
    marks = tuple(
        LaneMark(point.collected_on, point.words, None, share(float(point.y)), point.kind in _OPEN_KINDS)
        for point in chart.points
    )
    joins = tuple((join.start, join.end, join.dashed) for join in chart.joins)
    # Off the International Scale there is no MMR, as in the chart.
    mmr = (share(float(MMR_LIMIT)), f"{phrases.percent(MMR_LIMIT)} {ResponseLevel.MMR.value}")
    lines = (mmr,) if chart.goal is not None else ()
    lanes = [Lane(str(KIND_NAMES[LifeKind.RESULTS]), marks, is_tall=True, lines=lines, joins=joins)]
    if chart.ticks:
        unplaced = tuple(LaneMark(tick.collected_on, tick.words, rank=0) for tick in chart.ticks)
        lanes.append(Lane(_("No place on the scale"), unplaced))
    return lanes
