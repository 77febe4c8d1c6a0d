"""A person's own goals, with progress in words. Goals of a level are computed; the others are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import Patient
from accounts.prepared import PreparedRows
from milestones.clinical.calendar import whole_months
from milestones.clinical.goals import GoalProgress, GoalStanding, assess_level_by, assess_staying
from milestones.clinical.levels import ResponseLevel
from milestones.clinical.milestones import can_be_judged
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain
from milestones.models import GoalKind, GoalLevel, GoalState, PersonalGoal, RecordStatus
from milestones.selectors.parts import contact_now
from milestones.selectors.private import seen_by_reader
from milestones.selectors.timelines import Timeline
from milestones.selectors.year_one import YearOneCard, year_one_goal

KINDS = {kind.value.replace(" ", "-"): kind for kind in GoalKind}
STATES = {state.value.replace(" ", "-"): state for state in GoalState}
LEVEL_KINDS = frozenset({GoalKind.LEVEL, GoalKind.STAY})
_DONE = frozenset({GoalProgress.REACHED, GoalProgress.REACHED_LATER, GoalProgress.HELD})
_LONG_MONTHS = 2
_COLUMNS = (
    "id",
    "version",
    "status",
    "kind",
    "words",
    "level",
    "by_on",
    "is_with_team",
    "state",
    "state_on",
    "is_private",
)
_goals = PreparedRows(lambda: PersonalGoal.objects.order_by("created_at", "id").values_list(*_COLUMNS))
_STATE_WORDS = {GoalState.REACHED: _lazy("Reached on %(date)s"), GoalState.SET_ASIDE: _lazy("Set aside on %(date)s")}


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A stored goal."""

    id: UUID
    version: int
    status: str
    kind: str
    words: str
    level: str
    by_on: date | None
    is_with_team: bool
    state: str
    state_on: date | None
    is_private: bool = False

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value


@dataclass(frozen=True, slots=True)
class GoalWords:
    """A goal as pages show it; ``progress`` is None where nothing is computed."""

    id: UUID
    version: int
    about: str
    title: str
    words: str
    is_with_team: bool
    is_open: bool
    is_about_stopping: bool
    can_be_reached: bool
    state: str
    progress: Explanation | None
    is_private: bool


@dataclass(frozen=True, slots=True)
class GoalLink:
    """A kind of goal that can be added."""

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class MyGoalsPage:
    """The first year by itself, what matters most, the goals with the team, and those that are no longer open."""

    contact_now: Explanation | None
    year_one: YearOneCard
    has_treatment: bool
    matters: tuple[GoalWords, ...]
    with_team: tuple[GoalWords, ...]
    closed: tuple[GoalWords, ...]
    withdrawn: tuple[GoalWords, ...]
    kinds: tuple[GoalLink, ...]


def get_goals(patient: Patient) -> tuple[GoalRow, ...]:
    """Return every goal in the order they were written in, mistakes included.

    Where visits are not shared there is none, and a private one is there for the person alone.
    """
    if not patient.viewing.shares.visits:
        return ()
    return seen_by_reader(patient, (GoalRow(*row) for row in _goals(patient.pk)))


def kind_of(row: GoalRow) -> GoalKind:
    """Return what a goal is about."""
    return GoalKind(row.kind)


def my_goals_page(timeline: Timeline, rows: Sequence[GoalRow]) -> MyGoalsPage:
    """Return the page of a person's own goals."""
    counted = [row for row in rows if row.counts]
    is_open = [row for row in counted if row.state == GoalState.OPEN.value]
    closed = sorted(
        (row for row in counted if row not in is_open), key=lambda row: row.state_on or date.min, reverse=True
    )
    matters = [row for row in is_open if row.kind == GoalKind.MATTERS.value]
    return MyGoalsPage(
        contact_now=contact_now(timeline),
        year_one=year_one_goal(timeline),
        has_treatment=bool(timeline.lines),
        matters=tuple(_describe(row, timeline) for row in matters),
        with_team=tuple(_describe(row, timeline) for row in is_open if row not in matters),
        closed=tuple(_describe(row, timeline) for row in closed),
        withdrawn=tuple(_describe(row, timeline) for row in rows if not row.counts),
        kinds=tuple(GoalLink(slug, str(kind.label)) for slug, kind in KINDS.items() if kind is not GoalKind.MATTERS),
    )


def _describe(row: GoalRow, timeline: Timeline) -> GoalWords:
    kind = kind_of(row)
    standing = _standing(row, kind, timeline)
    state = ""
    # When a level was reached, its results say.
    if row.state != GoalState.OPEN.value and row.state_on is not None and standing is None:
        state = str(_STATE_WORDS[GoalState(row.state)]) % {"date": phrases.long_date(row.state_on)}
    return GoalWords(
        row.id,
        row.version,
        str(kind.label),
        _title(row, kind),
        row.words if kind in LEVEL_KINDS else "",
        row.is_with_team,
        row.state == GoalState.OPEN.value,
        kind is GoalKind.STOPPING,
        kind is not GoalKind.MATTERS and (standing is None or standing.progress in _DONE),
        state,
        _words(standing, row, timeline) if standing is not None else None,
        row.is_private,
    )


def _title(row: GoalRow, kind: GoalKind) -> str:
    if kind not in LEVEL_KINDS:
        return row.words
    level = str(GoalLevel(row.level).label)
    if kind is GoalKind.STAY:
        return _("Staying at %(level)s") % {"level": level}
    if row.by_on is None:
        return level
    return _("%(level)s by %(date)s") % {"level": level, "date": phrases.long_date(row.by_on)}


def _standing(row: GoalRow, kind: GoalKind, timeline: Timeline) -> GoalStanding | None:
    """Return where a goal of a level stands; a goal that is set aside is left in peace."""
    if kind not in LEVEL_KINDS or row.state == GoalState.SET_ASIDE.value:
        return None
    judged = [entry for entry in timeline.course.entries if can_be_judged(entry.observation, entry.finding)]
    dates, findings = [entry.observation.collected_on for entry in judged], [entry.finding for entry in judged]
    level = ResponseLevel(row.level)
    if kind is GoalKind.LEVEL and row.by_on is not None:
        return assess_level_by(dates, findings, level, row.by_on, timeline.today)
    return assess_staying(dates, findings, level)


def _words(standing: GoalStanding, row: GoalRow, timeline: Timeline) -> Explanation:
    return explain(
        standing.progress,
        level=str(GoalLevel(row.level).label),
        by_date=_date(row.by_on),
        time_left=_time_left(timeline.today, row.by_on) if row.by_on is not None else "",
        reached_date=_date(standing.since),
        last_date=_date(standing.last_at),
        latest_date=_date(standing.latest_on),
    )


def _date(day: date | None) -> str:
    return phrases.long_date(day) if day is not None else ""


def _time_left(today: date, by_on: date) -> str:
    """Return "5 months left" or, for less than two, "12 days left"; "" once the day has passed."""
    if by_on <= today:
        return _("today is the day") if by_on == today else ""
    months = whole_months(today, by_on)
    left = phrases.months(months) if months >= _LONG_MONTHS else phrases.days((by_on - today).days)
    return _("%(time)s left") % {"time": left}
