"""A team's worklist: who is on it, by reason, fifty at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, QuerySet, Value, When
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import CareTeam, GrantState, User
from accounts.prepared import Ask, PreparedQuery, run_one, run_together
from accounts.selectors.grants import ask_records_left_out
from accounts.selectors.teams import RequestRow, ask_requests, read_requests
from milestones.clinical.schedule import GRACE_DAYS
from milestones.clinical.trends import ChangeKind
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, title_of
from milestones.models import WorklistEntry
from milestones.models.worklist_entry import NO_RESULT, NOT_DUE
from milestones.selectors.on_treatment import on_treatment
from milestones.selectors.worklist_facts import bit_of, rules_now

ON_A_PAGE = 50
_VISIT_DAYS = 14
_FURTHEST = timedelta(hours=14)  # Kiritimati
#: A list is put together once for so many of its first pages; an address may name any page.
_PREPARED_PAGES = 4


class Reason(StrEnum):
    """Why a patient may need a look, in the order of the list."""

    NEW = "new"
    RISING = "rising"
    GOAL = "goal"
    TRIGGER = "trigger"
    OVERDUE = "overdue"
    SIDE_EFFECTS = "side-effects"
    QUESTIONS = "questions"
    NOTHING = "nothing"


_SOMETHING = tuple(reason for reason in Reason if reason is not Reason.NOTHING)

REASON_NAMES: dict[Reason, Promise] = {
    Reason.NEW: _lazy("New results to look at"),
    Reason.RISING: _lazy("Rising"),
    Reason.GOAL: _lazy("Goal not met"),
    Reason.TRIGGER: _lazy("Above 0.1% off treatment"),
    Reason.OVERDUE: _lazy("Test overdue"),
    Reason.SIDE_EFFECTS: _lazy("Side effects very much in the way"),
    Reason.QUESTIONS: _lazy("Questions for a visit soon"),
    Reason.NOTHING: _lazy("Nothing to do"),
}


class Order(StrEnum):
    """What a list is sorted by."""

    LATEST = "latest"
    NAME = "name"
    DUE = "due"
    REVIEWED = "reviewed"


_ORDERS: dict[Order, tuple[str | OrderBy, ...]] = {
    Order.LATEST: ("-latest_on", "grant_id"),
    Order.NAME: ("patient__display_name", "grant_id"),
    Order.DUE: ("due_on", "grant_id"),
    Order.REVIEWED: (F("reviewed_at").asc(nulls_first=True), "grant_id"),
}
_COLUMNS = (
    "patient_id",
    "patient__display_name",
    "medicine",
    "started_on",
    "stopped_on",
    "latest_on",
    "latest_text",
    "latest_level",
    "change",
    "due_on",
    "reviewed_at",
    "reviewed_by__name",
    "can_undo",
    "tags",
    "rules",
    "verdicts",
    "is_rising",
    "has_trigger",
    "not_met",
    "very_much_on",
    "next_visit_on",
    "open_questions",
    "newest_at",
)


class _Entry(NamedTuple):
    """What is read of an entry: ``_COLUMNS`` in their order, what of the goals is not met, and if a result is new."""

    patient_id: UUID
    name: str
    medicine: str
    started_on: date | None
    stopped_on: date | None
    latest_on: date
    latest_text: str
    latest_level: str
    change: str
    due_on: date
    reviewed_at: datetime | None
    reviewed_by: str | None
    can_undo: bool
    tags: str
    rules: str
    verdicts: str
    is_rising: bool
    has_trigger: bool
    not_met: int
    very_much_on: date | None
    next_visit_on: date | None
    open_questions: int
    newest_at: datetime | None
    unmet: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; ``reason`` None means everybody. ``without`` are those who leave the reader out."""

    reason: Reason | None = None
    order: Order = Order.LATEST
    search: str = ""
    tag: str = ""
    without: tuple[UUID, ...] = ()

    @property
    def is_filtered(self) -> bool:
        """Whether a name or a tag is looked for."""
        return bool(self.search or self.tag)


class WorklistRow(NamedTuple):
    """One patient, as the list shows them."""

    patient_id: UUID
    name: str
    on_treatment: str
    latest_text: str
    latest_level: str
    latest_on: str
    change: str
    due: str
    reviewed: str
    can_undo: bool
    is_new: bool
    newest: str
    tags: str
    reasons: tuple[str, ...]
    is_stale: bool


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """A group of the list, with how many are in it."""

    reason: Reason | None
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """A page of the list, with the groups and their counts."""

    groups: tuple[ReasonCount, ...]
    rows: tuple[WorklistRow, ...]
    count: int
    number: int
    pages: int
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Days:
    """The days that the conditions are held against."""

    today: date
    overdue: date
    soon: date


def days_of(today: date) -> Days:
    """Return the days for a day: what was due before ``overdue`` is overdue, a visit up to ``soon`` is soon."""
    return Days(today, today - timedelta(days=GRACE_DAYS), today + timedelta(days=_VISIT_DAYS))


def reasons_of(days: Days) -> dict[Reason, Q]:
    """Return the condition of each group of entries as ``on_the_list`` gives them; the last is none of the others."""
    found = {
        Reason.NEW: Q(newest_at__isnull=False) & (Q(reviewed_at__isnull=True) | Q(newest_at__gt=F("reviewed_at"))),
        Reason.RISING: Q(is_rising=True),
        Reason.GOAL: Q(unmet__gt=0),
        Reason.TRIGGER: Q(has_trigger=True),
        Reason.OVERDUE: Q(due_on__lt=days.overdue),
        Reason.SIDE_EFFECTS: Q(very_much_on__isnull=False),
        Reason.QUESTIONS: Q(next_visit_on__gte=days.today, next_visit_on__lte=days.soon, open_questions__gt=0),
    }
    anything = Q()
    for condition in found.values():
        anything |= condition
    return {**found, Reason.NOTHING: ~anything}


def on_the_list(team: CareTeam) -> QuerySet[WorklistEntry]:
    """Return the entries of those who share with a team now, as the grant stands at this reading."""
    return _entries(team.pk, bit_of(team.rule_set), furthest_day())


def furthest_day() -> date:
    """Return the day that it is now where days begin first.

    The last day of a grant is one where the patient lives. A list that is read in one go knows no time zones: so
    nobody is on it whose sharing may have ended, and somebody may leave it in the hours before it does.
    """
    return (timezone.now().astimezone(UTC) + _FURTHEST).date()


def _entries(team_id: UUID, bit: int, lasts: date) -> QuerySet[WorklistEntry]:
    return WorklistEntry.objects.filter(
        team_id=team_id, grant_state=GrantState.CONFIRMED, grant_ends_on__gte=lasts
    ).annotate(unmet=F("not_met").bitand(bit))


def worklist_of(
    team: CareTeam, user: User, wanted: Wanted, *, number: int = 1
) -> tuple[WorklistPage, tuple[RequestRow, ...]]:
    """Return one page of the list as a member of the team sees it, and those who ask to be shared with it.

    ``number`` is the page; the last one there is, if it lies beyond. Records that leave the member out are on neither:
    where there are any, as there are for few, the list is read again without them and what was read first is dropped.
    Four queries in one go, however many patients share; two more for those few, and one where the page lies beyond.
    """
    today, number = timezone.localdate(), max(1, number)
    around = [ask_records_left_out(user), ask_requests(team, user=user)]
    left_out, requests, *found = run_together([*around, *_ask_page(team, wanted, today, number)])
    if left_out:
        wanted = replace(wanted, without=tuple(patient_id for (patient_id,) in left_out))
        found = run_together(_ask_page(team, wanted, today, number))
    return _read_page(team, wanted, today, number, *found), read_requests(requests)


def _ask_page(team: CareTeam, wanted: Wanted, today: date, number: int) -> list[Ask]:
    return [_ask_counts(team, wanted, today), ask_list(team, wanted, today, number=number)]


def _read_page(
    team: CareTeam,
    wanted: Wanted,
    today: date,
    number: int,
    counted: Sequence[Sequence[int]],
    found: Sequence[Sequence[Any]],
) -> WorklistPage:
    counts = _counts(counted)
    total = counts[wanted.reason]
    pages = max(1, -(-total // ON_A_PAGE))
    if number > pages:
        number = pages
        found = run_one(ask_list(team, wanted, today, number=number))
    around = _Around(team.rule_set, rules_now(), days_of(today), {one: str(name) for one, name in REASON_NAMES.items()})
    rows = tuple(_row(_Entry(*columns), around) for columns in found)
    return WorklistPage(
        groups=(
            ReasonCount(None, _("Everybody"), counts[None]),
            *(ReasonCount(reason, around.names[reason], counts[reason]) for reason in Reason),
        ),
        rows=rows,
        count=total,
        number=number,
        pages=pages,
        is_stale=any(row.is_stale for row in rows),
    )


def ask_list(team: CareTeam, wanted: Wanted, today: date, *, number: int = 1) -> Ask:
    """Return the query for one page of a list, which is put together once for each kind of list."""
    first, values = (number - 1) * ON_A_PAGE, _values(team, days_of(today))
    if wanted.search or wanted.tag or wanted.without or number > _PREPARED_PAGES:
        return Ask.of(_list_query(wanted, first, **values))
    return _prepared_list(wanted.reason, wanted.order, first).ask(**values)


def _values(team: CareTeam, days: Days) -> dict[str, Any]:
    bit = bit_of(team.rule_set)
    dates = {"today": days.today, "overdue": days.overdue, "soon": days.soon, "lasts": furthest_day()}
    return {"team_id": team.pk, "bit": bit, **dates}


def _list_query(
    wanted: Wanted, first: int, *, team_id: UUID, bit: int, today: date, overdue: date, soon: date, lasts: date
) -> QuerySet[WorklistEntry, tuple[Any, ...]]:
    conditions = reasons_of(Days(today, overdue, soon))
    chosen = _filtered(_entries(team_id, bit, lasts), wanted)
    if wanted.reason is not None:
        chosen = chosen.filter(conditions[wanted.reason])
    is_new = ExpressionWrapper(conditions[Reason.NEW], output_field=BooleanField())
    rows = chosen.annotate(is_new=is_new).order_by(*_ORDERS[wanted.order]).values_list(*_COLUMNS, "unmet", "is_new")
    return rows[first : first + ON_A_PAGE]


def _count_query(
    wanted: Wanted, *, team_id: UUID, bit: int, today: date, overdue: date, soon: date, lasts: date
) -> QuerySet[WorklistEntry, tuple[int, ...]]:
    """Return how many entries there are of each mix of reasons: a mix is a number with one bit a reason."""
    conditions = reasons_of(Days(today, overdue, soon))
    bits: Any = Value(0)
    for place, reason in enumerate(_SOMETHING):
        bits = bits + Case(When(conditions[reason], then=Value(1 << place)), default=Value(0))
    entries = _filtered(_entries(team_id, bit, lasts), wanted).order_by()
    return entries.annotate(mix=bits).values_list("mix").annotate(count=Count("pk"))


#: Two values for each place that are no team's and no day's.
_PLACES: dict[str, tuple[Any, Any]] = {
    "team_id": (UUID(int=1), UUID(int=2)),
    "bit": (7_001, 7_002),
    "today": (date(1800, 1, 1), date(1800, 2, 1)),
    "overdue": (date(1801, 1, 1), date(1801, 2, 1)),
    "soon": (date(1802, 1, 1), date(1802, 2, 1)),
    "lasts": (date(1803, 1, 1), date(1803, 2, 1)),
}


@lru_cache(maxsize=256)
def _prepared_list(reason: Reason | None, order: Order, first: int) -> PreparedQuery:
    def build(**values: Any) -> QuerySet[Any, Any]:
        return _list_query(Wanted(reason, order), first, **values)

    return PreparedQuery(build, **_PLACES)


@lru_cache(maxsize=1)
def _prepared_counts() -> PreparedQuery:
    return PreparedQuery(lambda **values: _count_query(Wanted(), **values), **_PLACES)


def _ask_counts(team: CareTeam, wanted: Wanted, today: date) -> Ask:
    values = _values(team, days_of(today))
    if wanted.search or wanted.tag or wanted.without:
        return Ask.of(_count_query(wanted, **values))
    return _prepared_counts().ask(**values)


def _counts(rows: Sequence[Sequence[int]]) -> dict[Reason | None, int]:
    counts: dict[Reason | None, int] = dict.fromkeys((None, *Reason), 0)
    for mix, count in rows:
        counts[None] += count
        for place, reason in enumerate(_SOMETHING):
            if mix >> place & 1:
                counts[reason] += count
        if not mix:
            counts[Reason.NOTHING] += count
    return counts


def _filtered(entries: QuerySet[WorklistEntry], wanted: Wanted) -> QuerySet[WorklistEntry]:
    if wanted.without:
        entries = entries.exclude(patient_id__in=wanted.without)
    if wanted.search:
        entries = entries.filter(patient__display_name__icontains=wanted.search)
    return entries.filter(tags__icontains=wanted.tag) if wanted.tag else entries


@dataclass(frozen=True, slots=True)
class _Around:
    """What is the same for every row of a page."""

    rule_set: str
    rules: str
    days: Days
    names: Mapping[Reason, str]


def _row(entry: _Entry, around: _Around) -> WorklistRow:
    change = ChangeKind(entry.change) if entry.change else None
    return WorklistRow(
        patient_id=entry.patient_id,
        name=entry.name or _("A person who gave no name"),
        on_treatment=on_treatment(entry.medicine, entry.started_on, entry.stopped_on, around.days.today),
        latest_text=entry.latest_text,
        latest_level=entry.latest_level,
        latest_on=phrases.short_date(entry.latest_on) if entry.latest_on != NO_RESULT else "",
        change=title_of(change, Audience.TEAM) if change else "",
        due=phrases.short_date(entry.due_on) if entry.due_on != NOT_DUE else "–",
        reviewed=reviewed_words(entry.reviewed_at, entry.reviewed_by),
        can_undo=entry.can_undo,
        is_new=entry.is_new,
        newest=told_until(entry.newest_at),
        tags=entry.tags,
        reasons=tuple(_reasons(entry, around)),
        is_stale=entry.rules != around.rules,
    )


def reviewed_words(at: datetime | None, name: object) -> str:
    """Return when somebody of a team last saw where a patient stands, and who."""
    if at is None:
        return _("not yet")
    day = phrases.short_date(timezone.localtime(at).date())
    return _("%(date)s by %(name)s") % {"date": day, "name": name} if name else day


def _reasons(entry: _Entry, around: _Around) -> Iterator[str]:
    """Yield the groups that a patient is in, in words; the same conditions as ``reasons_of``."""
    days, names = around.days, around.names
    if entry.is_new:
        yield names[Reason.NEW]
    if entry.is_rising:
        yield names[Reason.RISING]
    if entry.unmet > 0:
        yield _goal_words(entry, around)
    if entry.has_trigger:
        yield names[Reason.TRIGGER]
    if entry.due_on < days.overdue:
        yield names[Reason.OVERDUE]
    if entry.very_much_on is not None:
        yield names[Reason.SIDE_EFFECTS]
    if entry.open_questions and entry.next_visit_on is not None and days.today <= entry.next_visit_on <= days.soon:
        yield names[Reason.QUESTIONS]


def told_until(newest: datetime | None) -> str:
    """Return up to which result a page tells of a patient: what a form that marks it as seen sends back."""
    return newest.isoformat() if newest is not None else "none"


def is_new_since(newest: datetime | None, reviewed: datetime | None) -> bool:
    """Whether a result came in after somebody of the team last looked."""
    return newest is not None and (reviewed is None or newest > reviewed)


def _goal_words(entry: _Entry, around: _Around) -> str:
    """Return the guideline's own words, for the rule set of the team, or for each that says so."""
    words = dict(one.split("=", 1) for one in entry.verdicts.splitlines())
    own = words.get(around.rule_set)
    return _("Goal not met: %(words)s") % {"words": own} if own else around.names[Reason.GOAL]
