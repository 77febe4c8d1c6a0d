"""A team's worklist: who is on it, by reason, fifty at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from accounts.models import CareTeam, GrantState
from milestones.clinical.schedule import GRACE_DAYS
from milestones.clinical.trends import ChangeKind
from milestones.explanations import phrases
from milestones.explanations.catalogue import Audience, title_of
from milestones.models import WorklistEntry
from milestones.selectors.on_treatment import on_treatment
from milestones.selectors.worklist_facts import bit_of, rules_now

ON_A_PAGE = 50
_VISIT_DAYS = 14


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
    Order.LATEST: (F("latest_on").desc(nulls_last=True), "grant_id"),
    Order.NAME: ("patient__display_name", "grant_id"),
    Order.DUE: (F("due_on").asc(nulls_last=True), "grant_id"),
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
    "newest_at",
    "is_rising",
    "has_trigger",
    "not_met",
    "very_much_on",
    "next_visit_on",
    "open_questions",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; ``reason`` None means everybody."""

    reason: Reason | None = None
    order: Order = Order.LATEST
    search: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class WorklistRow:
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


def reasons_of(today: date) -> dict[Reason, Q]:
    """Return the condition of each group of entries as ``on_the_list`` gives them; the last is none of the others."""
    found = {
        Reason.NEW: Q(newest_at__isnull=False) & (Q(reviewed_at__isnull=True) | Q(newest_at__gt=F("reviewed_at"))),
        Reason.RISING: Q(is_rising=True),
        Reason.GOAL: Q(unmet__gt=0),
        Reason.TRIGGER: Q(has_trigger=True),
        Reason.OVERDUE: Q(due_on__lt=today - timedelta(days=GRACE_DAYS)),
        Reason.SIDE_EFFECTS: Q(very_much_on__isnull=False),
        Reason.QUESTIONS: Q(
            next_visit_on__gte=today, next_visit_on__lte=today + timedelta(days=_VISIT_DAYS), open_questions__gt=0
        ),
    }
    anything = Q()
    for condition in found.values():
        anything |= condition
    return {**found, Reason.NOTHING: ~anything}


def on_the_list(team: CareTeam, today: date) -> QuerySet[WorklistEntry]:
    """Return the entries of those who share with a team now: the grant is asked at every reading."""
    return WorklistEntry.objects.filter(
        team=team, grant__state=GrantState.CONFIRMED, grant__ends_on__gte=today
    ).annotate(unmet=F("not_met").bitand(bit_of(team.rule_set)))


def worklist_page(team: CareTeam, wanted: Wanted, *, number: int = 1) -> WorklistPage:
    """Return one page of a team's worklist. Two queries, however many patients share."""
    today = timezone.localdate()
    conditions = reasons_of(today)
    everybody = on_the_list(team, today)
    counts = _counts(everybody, conditions, wanted)
    total = counts[wanted.reason]
    pages = max(1, -(-total // ON_A_PAGE))
    number = max(1, min(number, pages))
    chosen = _filtered(everybody, wanted)
    if wanted.reason is not None:
        chosen = chosen.filter(conditions[wanted.reason])
    first = (number - 1) * ON_A_PAGE
    found = chosen.order_by(*_ORDERS[wanted.order]).values(*_COLUMNS, "unmet")[first : first + ON_A_PAGE]
    rows = tuple(_row(values, team, today) for values in found)
    return WorklistPage(
        groups=(
            ReasonCount(None, _("Everybody"), counts[None]),
            *(ReasonCount(reason, str(REASON_NAMES[reason]), counts[reason]) for reason in Reason),
        ),
        rows=rows,
        count=total,
        number=number,
        pages=pages,
        is_stale=any(row.is_stale for row in rows),
    )


def _counts(
    everybody: QuerySet[WorklistEntry], conditions: dict[Reason, Q], wanted: Wanted
) -> dict[Reason | None, int]:
    counted = _filtered(everybody, wanted).aggregate(
        everybody=Count("pk"),
        **{reason.name: Count("pk", filter=condition) for reason, condition in conditions.items()},
    )
    return {None: counted["everybody"], **{reason: counted[reason.name] for reason in Reason}}


def _filtered(entries: QuerySet[WorklistEntry], wanted: Wanted) -> QuerySet[WorklistEntry]:
    if wanted.search:
        entries = entries.filter(patient__display_name__icontains=wanted.search)
    return entries.filter(tags__icontains=wanted.tag) if wanted.tag else entries


def _row(values: dict[str, object], team: CareTeam, today: date) -> WorklistRow:
    entry = WorklistEntry(**{name: values[name] for name in _COLUMNS if "__" not in name})
    change = ChangeKind(entry.change) if entry.change else None
    return WorklistRow(
        patient_id=entry.patient_id,
        name=str(values["patient__display_name"] or _("A person who gave no name")),
        on_treatment=on_treatment(entry.medicine, entry.started_on, entry.stopped_on, today),
        latest_text=entry.latest_text,
        latest_level=entry.latest_level,
        latest_on=phrases.short_date(entry.latest_on) if entry.latest_on else "",
        change=title_of(change, Audience.TEAM) if change else "",
        due=phrases.short_date(entry.due_on) if entry.due_on else "–",
        reviewed=reviewed_words(entry.reviewed_at, values["reviewed_by__name"]),
        can_undo=entry.can_undo,
        is_new=_is_new(entry),
        tags=entry.tags,
        reasons=tuple(_reasons(entry, team, int(str(values["unmet"])), today)),
        is_stale=entry.rules != rules_now(),
    )


def reviewed_words(at: datetime | None, name: object) -> str:
    """Return when somebody of a team last saw where a patient stands, and who."""
    if at is None:
        return _("not yet")
    day = phrases.short_date(timezone.localtime(at).date())
    return _("%(date)s by %(name)s") % {"date": day, "name": name} if name else day


def _reasons(entry: WorklistEntry, team: CareTeam, unmet: int, today: date) -> list[str]:
    """Return the groups that a patient is in, in words; the same conditions as ``reasons_of``."""
    overdue = today - timedelta(days=GRACE_DAYS)
    soon = today + timedelta(days=_VISIT_DAYS)
    holds = {
        Reason.NEW: _is_new(entry),
        Reason.RISING: entry.is_rising,
        Reason.GOAL: unmet > 0,
        Reason.TRIGGER: entry.has_trigger,
        Reason.OVERDUE: entry.due_on is not None and entry.due_on < overdue,
        Reason.SIDE_EFFECTS: entry.very_much_on is not None,
        Reason.QUESTIONS: bool(entry.open_questions)
        and entry.next_visit_on is not None
        and today <= entry.next_visit_on <= soon,
    }
    said = {**{reason: str(REASON_NAMES[reason]) for reason in holds}, Reason.GOAL: _goal_words(entry, team)}
    return [said[reason] for reason, is_so in holds.items() if is_so]


def _is_new(entry: WorklistEntry) -> bool:
    return is_new_since(entry.newest_at, entry.reviewed_at)


def is_new_since(newest: datetime | None, reviewed: datetime | None) -> bool:
    """Whether a result came in after somebody of the team last looked."""
    return newest is not None and (reviewed is None or newest > reviewed)


def _goal_words(entry: WorklistEntry, team: CareTeam) -> str:
    """Return the guideline's own words, for the rule set of the team, or for each that says so."""
    words = dict(one.split("=", 1) for one in entry.verdicts.splitlines())
    own = words.get(team.rule_set)
    if own:
        return _("Goal not met: %(words)s") % {"words": own}
    return str(REASON_NAMES[Reason.GOAL])
