"""What home shows: how am I doing, what is next, what shall I ask."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import run_together
from accounts.selectors.grants import (
    EndingGrant,
    NewMember,
    WaitingGrant,
    ask_new_members,
    ask_told_grants,
    read_ending_grants,
    read_new_members,
    read_waiting_grants,
)
from accounts.selectors.team_habits import get_team_habits
from milestones.clinical.calendar import whole_months
from milestones.clinical.course import CourseFlag
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain, title_of
from milestones.selectors.covered import CoveredResult, covered_results
from milestones.selectors.parts import (
    NextTestCard,
    contact_now,
    ladder_part,
    next_test_card,
    questions_to_ask,
    standard_words,
)
from milestones.selectors.pictures import result_href_base
from milestones.selectors.planned_tests import (
    NextTestState,
    PlannedTestRow,
    ask_planned_tests,
    describe_planned_test,
    read_planned_test,
)
from milestones.selectors.presenting import (
    Badge,
    ChangeWords,
    badge_of,
    describe_change,
    describe_level,
    headline,
    scale_words,
)
from milestones.selectors.questions import ask_top_three, read_top_three
from milestones.selectors.timelines import Timeline, ask_record, read_timeline
from milestones.selectors.visits import VisitWords, ask_visits, next_visit, read_visits
from milestones.selectors.year_one import YearOneCard, year_one_card

_LOSSES = frozenset({CourseFlag.POSSIBLE_LOSS_OF_MMR, CourseFlag.CONFIRMED_LOSS_OF_MMR})


@dataclass(frozen=True, slots=True)
class LatestResult:
    """The latest result, as home shows it."""

    href: str
    date_text: str
    value_text: str
    is_words: bool
    scale_text: str
    badge: Badge | None
    level: Explanation
    times_text: str
    change: ChangeWords
    warnings: tuple[Explanation, ...]


@dataclass(frozen=True, slots=True)
class GlanceItem:
    """One question that home answers, in a line that leads to the card with more."""

    href: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """Home: how am I doing, what is next, what shall I ask."""

    name: str
    subtitle: str
    glance: tuple[GlanceItem, ...]
    latest: LatestResult | None
    ladder: str
    ladder_title: str
    next_test: NextTestCard
    on_its_way: NextTestState
    year_one: YearOneCard | None
    remission: Explanation | None
    contact_now: Explanation | None
    asks: tuple[str, ...]
    asks_are_chosen: bool
    next_visit: VisitWords | None
    needs_set_up: bool
    covered: tuple[CoveredResult, ...] = ()
    new_members: tuple[NewMember, ...] = ()
    ending: tuple[EndingGrant, ...] = ()
    waiting: tuple[WaitingGrant, ...] = ()


def get_home_page(patient: Patient) -> HomePage:
    """Return what home shows of a record, whose rows are read together."""
    record, asks = ask_record(patient), {"planned": ask_planned_tests(patient)}
    if patient.viewing.shares.visits:
        asks |= {"visits": ask_visits(patient), "top_three": ask_top_three(patient)}
    if patient.viewing.is_own:
        # Who joins a team, who waits and what ends soon is told to the person whose record it is, and to nobody else.
        asks |= {"new_members": ask_new_members(patient), "grants": ask_told_grants(patient)}
    found = run_together([*record, *asks.values()])
    timeline = read_timeline(patient, found[: len(record)])
    rows = dict(zip(asks, found[len(record) :], strict=True))
    planned = read_planned_test(rows["planned"])
    # How long a result usually takes is asked only while one is waited for.
    habits = get_team_habits(patient) if planned is not None and planned.taken_on is not None else None
    page = home_page(
        timeline,
        planned,
        next_visit(read_visits(patient, rows.get("visits", ())), timeline.today),
        read_top_three(patient, rows.get("top_three", ())),
        habits.days_to_result if habits else None,
    )
    new_members, grants = (rows.get(name, ()) for name in ("new_members", "grants"))
    return replace(
        page,
        new_members=read_new_members(new_members),
        ending=read_ending_grants(grants),
        waiting=read_waiting_grants(grants),
    )


def home_page(
    timeline: Timeline,
    planned: PlannedTestRow | None = None,
    visit: VisitWords | None = None,
    top_three: tuple[str, ...] = (),
    usual_days: int | None = None,
) -> HomePage:
    """Return what home shows.

    ``top_three`` are the questions that the person chose for the next visit; ``usual_days`` how long a result usually
    takes, where the team has told it.
    """
    entries = timeline.course.entries
    latest, next_test = _latest(timeline) if entries else None, next_test_card(timeline)
    on_its_way = describe_planned_test(planned, timeline, usual_days)
    asks = top_three or (questions_to_ask(timeline, len(entries) - 1) if entries else ())
    return HomePage(
        name=timeline.display_name,
        subtitle=_subtitle(timeline),
        glance=_glance(latest, next_test, on_its_way, asks),
        latest=latest,
        ladder=ladder_part(timeline),
        ladder_title=_ladder_title(timeline) if entries else "",
        next_test=next_test,
        on_its_way=on_its_way,
        year_one=year_one_card(timeline),
        remission=_remission_words(timeline),
        contact_now=contact_now(timeline),
        asks=asks,
        asks_are_chosen=bool(top_three),
        next_visit=visit,
        covered=covered_results(timeline),
        needs_set_up=not timeline.treatments and timeline.profile.set_up_at is None,
    )


def _glance(
    latest: LatestResult | None, next_test: NextTestCard, on_its_way: NextTestState, asks: tuple[str, ...]
) -> tuple[GlanceItem, ...]:
    """Return how I am doing, what is next, and what to ask; nothing before the first result."""
    if latest is None:
        return ()
    verdict = latest.badge.text if latest.badge and latest.badge.kind != "none" else ""
    # Without a goal to hold it against, a rise is what matters most.
    said = verdict or (latest.change.title if latest.change.needs_attention else latest.level.title)
    items = [
        GlanceItem("#now", _("How am I doing?"), f"{latest.value_text}. {said}"),
        GlanceItem("#next", _("What is next?"), on_its_way.said or next_test.title),
    ]
    if asks:
        items.append(GlanceItem("#ask", _("What shall I ask?"), asks[0]))
    return tuple(items)


def _subtitle(timeline: Timeline) -> str:
    remission = timeline.course.remission
    if remission is not None:
        return _("%(months)s since stopping treatment") % {"months": phrases.months(remission.months)}
    if not timeline.lines:
        return ""
    months = whole_months(timeline.lines[-1].started_on, timeline.today)
    if not months:
        return _("In your first month on %(medicine)s") % {"medicine": _medicine(timeline)}
    return _("%(months)s on %(medicine)s") % {"months": phrases.months(months), "medicine": _medicine(timeline)}


def _medicine(timeline: Timeline) -> str:
    name = timeline.lines[-1].medicine.value
    return "your medicine" if name == "other" else name


def _latest(timeline: Timeline) -> LatestResult:
    index = len(timeline.rows) - 1
    row, entry = timeline.rows[index], timeline.course.entries[index]
    return LatestResult(
        href=f"{result_href_base(timeline.patient_id)}{row.id}/",
        date_text=phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        is_words=entry.observation.reading.value is None,
        scale_text=scale_words(entry),
        badge=badge_of(timeline, entry),
        level=describe_level(entry),
        times_text=standard_words(entry),
        change=describe_change(timeline, index),
        warnings=tuple(explain(flag) for flag in entry.flags if flag in _LOSSES),
    )


def _ladder_title(timeline: Timeline) -> str:
    entry = next((e for e in reversed(timeline.course.entries) if e.finding.on_is and e.finding.is_evaluable), None)
    if entry is None:
        return title_of(timeline.course.entries[-1].finding.level)
    if entry.finding.is_mr4_or_deeper:
        return _("In a deep response (MR4 or deeper)")
    if entry.finding.is_mmr_or_deeper:
        return _("At or below the MMR line")
    was_there = any(one.finding.is_mmr_or_deeper for one in timeline.course.entries)
    return _("Above the MMR line") if was_there else _("On the way to the MMR line")


def _remission_words(timeline: Timeline) -> Explanation | None:
    if timeline.course.remission is None:
        return None
    stopped = phrases.long_date(timeline.course.remission.stopped_on)
    return Explanation(
        _("Stopped on %(date)s") % {"date": stopped},
        _("After stopping, tests follow a plan. Small values below 0.1% are common, and 0.1% is still MMR."),
    )
