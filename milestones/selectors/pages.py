"""What each page shows, in words and ready-made rows: templates only place it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.charts.key import render_key
from milestones.charts.ladder import render_ladder
from milestones.charts.spec import ChartSpec
from milestones.charts.svg import render_chart
from milestones.charts.table import TableColumns, TableRow, render_rows
from milestones.clinical.calendar import whole_months
from milestones.clinical.course import CourseEntry, CourseFlag, calls_for_a_repeat
from milestones.clinical.guidelines.loader import Standing
from milestones.clinical.milestones import YearOneMmr, YearOneStatus, is_above_mmr
from milestones.clinical.observation import ReadingKind, Scale
from milestones.clinical.response import LevelFlag, LevelReason
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain, questions_about, title_of
from milestones.models import RecordStatus
from milestones.selectors.markup import drawn
from milestones.selectors.pictures import chart_of, result_href_base
from milestones.selectors.presenting import (
    Badge,
    ChangeWords,
    badge_of,
    change_title,
    describe_change,
    describe_level,
    headline,
    scale_words,
    short_level,
)
from milestones.selectors.steps import ladder_of
from milestones.selectors.timelines import ResultRow, Timeline

_YEAR_MONTHS = 12
#: Enough for twenty years of tests; a longer record goes on on the next page of its table.
ROWS_ON_A_PAGE = 100


_SCALE_FACTS = {
    Scale.IS: gettext_lazy("International Scale (IS)"),
    Scale.NOT_IS: gettext_lazy("not the International Scale"),
    Scale.UNKNOWN: gettext_lazy("not known"),
}
_LOSSES = frozenset({CourseFlag.POSSIBLE_LOSS_OF_MMR, CourseFlag.CONFIRMED_LOSS_OF_MMR})
_SOURCE_WORDS = {"typed": gettext_lazy("typed in"), "imported": gettext_lazy("from a file")}


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
class YearOneCard:
    """MMR in the first year: a title, twelve months as classes, and a sentence."""

    title: str
    months: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class NextTestCard:
    """The next test: when, how often, and whether it is overdue."""

    title: str
    text: str
    is_overdue: bool
    needs_treatment: bool = False


@dataclass(frozen=True, slots=True)
class HomePage:
    """Home: how am I doing, what is next, what shall I ask."""

    name: str
    subtitle: str
    latest: LatestResult | None
    ladder: str
    ladder_title: str
    next_test: NextTestCard
    year_one: YearOneCard | None
    remission: Explanation | None
    contact_now: Explanation | None
    asks: tuple[str, ...]
    needs_set_up: bool


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A chart's markup: the drawing, its key, and the sentences around it."""

    svg: str
    key: str
    story: str
    help_line: str


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The results page: steps and chart of what is shown, and the table of it, a page at a time."""

    count: int
    shown: int
    number: int
    pages: int
    ladder: str
    chart: ChartPart | None
    rows: SafeString
    withdrawn: tuple[TableRow, ...]
    laboratories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """Which results are shown: since a date, of one laboratory; None for all."""

    since: date | None = None
    laboratory: str | None = None

    def accepts(self, entry: CourseEntry) -> bool:
        """Whether a result is shown."""
        observation = entry.observation
        return (self.since is None or observation.collected_on >= self.since) and (
            self.laboratory is None or observation.laboratory == self.laboratory
        )


def home_page(timeline: Timeline) -> HomePage:
    """Return what home shows."""
    entries = timeline.course.entries
    remission = timeline.course.remission
    contact = explain(CourseFlag.RESTART_TRIGGER) if remission and remission.triggered_by is not None else None
    return HomePage(
        name=timeline.display_name,
        subtitle=_subtitle(timeline),
        latest=_latest(timeline) if entries else None,
        ladder=_ladder(timeline),
        ladder_title=_ladder_title(timeline) if entries else "",
        next_test=_next_test(timeline),
        year_one=_year_one(timeline),
        remission=_remission_words(timeline),
        contact_now=contact,
        asks=questions_to_ask(timeline, len(entries) - 1) if entries else (),
        needs_set_up=not timeline.treatments and timeline.profile.set_up_at is None,
    )


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
        badge=badge_of(entry),
        level=describe_level(entry),
        times_text=standard_words(entry),
        change=describe_change(timeline, index),
        warnings=tuple(explain(flag) for flag in entry.flags if flag in _LOSSES),
    )


def standard_words(entry: CourseEntry) -> str:
    """Return "Your result is 1,000 times lower than the standard starting point (100%)." or ""."""
    fold = phrases.times_below_standard(entry.finding)
    return (
        _("Your result is %(times)s lower than the standard starting point (100%%).") % {"times": fold} if fold else ""
    )


def diagnosis_words(entry: CourseEntry) -> str:
    """Return how far below the own level at diagnosis a result is, where it was computed; else ""."""
    fold = entry.finding.times_below_diagnosis
    if fold is None or fold <= 1:
        return ""
    is_bound = entry.finding.low != entry.finding.high
    words = phrases.at_least_times(fold) if is_bound else phrases.times(fold)
    return (_("%(times)s lower than your own level at diagnosis.") % {"times": words}).capitalize()


def _ladder(timeline: Timeline) -> str:
    """Return the steps, or nothing where no result has a place on them."""
    spec = ladder_of(timeline)
    return drawn(render_ladder(spec)) if spec.has_place else ""


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


def _next_test(timeline: Timeline) -> NextTestCard:
    due = timeline.course.next_test
    words = explain(due.reason, interval=phrases.months(due.interval_months or 0))
    if due.due_on is None:
        return NextTestCard(words.title, words.body, is_overdue=False, needs_treatment=not timeline.lines)
    overdue = due.is_overdue(timeline.today)
    return NextTestCard(_around(timeline, due.due_on), words.body, is_overdue=overdue)


def _around(timeline: Timeline, due_on: date) -> str:
    days = (due_on - timeline.today).days
    text = phrases.long_date(due_on)
    return (_("Due since %(date)s") if days < 0 else _("Due on %(date)s")) % {"date": text}


def _year_one(timeline: Timeline) -> YearOneCard | None:
    goal = timeline.course.year_one
    if goal.status in (YearOneStatus.NO_TREATMENT, YearOneStatus.KEPT) or timeline.course.remission is not None:
        return None
    if goal.status is YearOneStatus.NOT_REACHED and not settings.PATIENT_VERDICTS:
        return None
    if goal.reached_on is not None and is_above_mmr(timeline.course.entries[-1].finding):
        return None  # what was reached is no news to somebody who has just lost it
    held = {True: "held", False: "not held", None: _("no test yet")}[goal.held_at_12]
    words = explain(
        goal.status,
        month=str(goal.month or goal.current_month or ""),
        months_left=phrases.months(goal.months_left or 0),
        goal_date=phrases.long_date(goal.goal_on) if goal.goal_on else "",
        reached_date=phrases.long_date(goal.reached_on) if goal.reached_on else "",
        held=held,
    )
    return YearOneCard(words.title, _ribbon(timeline, goal), words.body)


def _ribbon(timeline: Timeline, goal: YearOneMmr) -> tuple[str, ...]:
    """Return twelve months as classes: past or goal, the month MMR was reached, now, and those with a test."""
    current = len(timeline.lines) - 1
    tested = {
        max(1, min(_YEAR_MONTHS, -(-entry.place.day * 12 // 365)))
        for entry in timeline.course.entries
        if entry.place.line == current and entry.place.day is not None and 0 <= entry.place.day <= 380
    }
    months = []
    for month in range(1, _YEAR_MONTHS + 1):
        classes = ["test"] if month in tested else []
        if goal.month is not None and goal.month <= _YEAR_MONTHS and month >= goal.month:
            classes += ["goal", "reached"] if month == goal.month else ["goal"]
        elif goal.current_month is not None and month == goal.current_month:
            classes.append("now")
        elif goal.current_month is None or month < goal.current_month:
            classes.append("past")
        months.append(" ".join(classes))
    return tuple(months)


def _remission_words(timeline: Timeline) -> Explanation | None:
    if timeline.course.remission is None:
        return None
    stopped = phrases.long_date(timeline.course.remission.stopped_on)
    return Explanation(
        _("Stopped on %(date)s") % {"date": stopped},
        _("After stopping, blood is tested often. Small values below 0.1% are common, and 0.1% is still MMR."),
    )


def questions_to_ask(timeline: Timeline, index: int) -> tuple[str, ...]:
    """Return questions for the visit that a result gives rise to, without repeats, three at most."""
    entry = timeline.course.entries[index]
    keys: list[StrEnum] = [*entry.flags, entry.change.kind]
    keys.append(entry.finding.reason if not entry.finding.is_evaluable else entry.finding.level)
    if entry.verdicts and settings.PATIENT_VERDICTS:
        keys.append(entry.verdicts[0].standing)
    asks: list[str] = []
    for key in keys:
        asks += [ask for ask in questions_about(key) if ask not in asks]
    return tuple(asks[:3])


def results_page(timeline: Timeline, chosen: ResultFilter, columns: TableColumns, *, number: int = 1) -> ResultsPage:
    """Return what the results page shows, its table under these names of columns.

    ``number`` is the page of the table, the newest results on the first; the last page there is, if it lies beyond.
    """
    shown = [index for index, entry in enumerate(timeline.course.entries) if chosen.accepts(entry)]
    base = result_href_base(timeline.patient_id)
    pages = max(1, -(-len(shown) // ROWS_ON_A_PAGE))
    number = max(1, min(number, pages))
    newest_first = shown[::-1][(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE]
    return ResultsPage(
        count=len(timeline.rows),
        shown=len(shown),
        number=number,
        pages=pages,
        ladder=_ladder(timeline) if shown else "",
        chart=chart_part(chart_of(timeline, shown)) if shown else None,
        rows=drawn(render_rows([_table_row(timeline, index, base) for index in newest_first], columns)),
        withdrawn=tuple(_withdrawn_row(row, base) for row in reversed(timeline.withdrawn)),
        laboratories=tuple(sorted({row.observation.laboratory for row in timeline.rows if row.observation.laboratory})),
    )


def chart_part(spec: ChartSpec, *, element_id: str = "chart") -> ChartPart | None:
    """Return a chart's markup, or None where nothing has a place in it."""
    svg = render_chart(spec, element_id=element_id)
    return ChartPart(drawn(svg), drawn(render_key(spec)), spec.story, spec.help_line) if svg else None


def _table_row(timeline: Timeline, index: int, base: str) -> TableRow:
    row, entry = timeline.rows[index], timeline.course.entries[index]
    badge, change = badge_of(entry), change_title(entry)
    return TableRow(
        f"{base}{row.id}/",
        phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
        headline(entry),
        _detail(entry),
        short_level(entry),
        f"{badge.text}. {change}." if badge is not None and badge.kind != "none" else f"{change}.",
        "corrected" if row.status == RecordStatus.CORRECTED.value else "",
    )


def _detail(entry: CourseEntry) -> str:
    """Return what stands small beside a value in the table."""
    if not entry.finding.on_is:
        return scale_words(entry)
    if entry.observation.reading.kind is ReadingKind.NOT_DETECTED:
        return phrases.sample_depth(entry.observation, entry.finding).removesuffix(".")
    if LevelFlag.CONVERTED_BY_FACTOR in entry.finding.flags:
        return "converted"
    return ""


def _withdrawn_row(row: ResultRow, base: str) -> TableRow:
    when = phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known)
    return TableRow(f"{base}{row.id}/", when, phrases.result(row.observation), "", "–", "", "")


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One result in the four parts that every result page has."""

    id: UUID
    version: int
    date_text: str
    value_text: str
    is_words: bool
    scale_text: str
    badge: Badge | None
    level: Explanation
    reason: Explanation | None
    times_text: str
    diagnosis_text: str
    differ_text: str
    depth_text: str
    flags: tuple[Explanation, ...]
    goal_text: str
    change: ChangeWords
    next_test: NextTestCard
    asks: tuple[str, ...]
    standing: Explanation | None
    contact: tuple[str, ...]
    rule_name: str
    rule_source: str
    facts: tuple[tuple[str, str], ...]
    ladder: str


def result_page(timeline: Timeline, index: int) -> ResultPage:
    """Return what the page of one result shows."""
    row, entry = timeline.rows[index], timeline.course.entries[index]
    finding = entry.finding
    differ = explain(LevelFlag.BASELINES_DIFFER).body if LevelFlag.BASELINES_DIFFER in finding.flags else ""
    standing = entry.verdicts[0].standing
    return ResultPage(
        id=row.id,
        version=row.version,
        date_text=phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known),
        value_text=headline(entry),
        is_words=entry.observation.reading.value is None,
        scale_text=scale_words(entry),
        badge=badge_of(entry),
        level=describe_level(entry),
        reason=explain(finding.reason) if finding.is_evaluable and finding.reason is not LevelReason.BY_VALUE else None,
        times_text=standard_words(entry),
        diagnosis_text=diagnosis_words(entry),
        differ_text=differ,
        depth_text=phrases.sample_depth(entry.observation, finding),
        flags=_flag_words(entry),
        goal_text=_goal_text(timeline, entry),
        change=describe_change(timeline, index),
        next_test=_next_test(timeline),
        asks=questions_to_ask(timeline, index),
        standing=explain(standing) if settings.PATIENT_VERDICTS and standing is not Standing.NONE else None,
        contact=_contact_reasons(timeline, index, entry),
        rule_name=timeline.rule_set.short_name,
        rule_source=timeline.rule_set.source,
        facts=report_facts(row),
        ladder=_ladder(timeline),
    )


def _contact_reasons(timeline: Timeline, index: int, entry: CourseEntry) -> tuple[str, ...]:
    """Return when to contact the team, for the newest result where it rose or lies above the goal; else nothing."""
    is_newest = index == len(timeline.rows) - 1
    above = settings.PATIENT_VERDICTS and entry.verdicts[0].standing is Standing.ABOVE_GOAL
    if not is_newest or not (above or calls_for_a_repeat(entry) or CourseFlag.RESTART_TRIGGER in entry.flags):
        return ()
    return (_("you have not talked about this result yet"), _("you have new symptoms that worry you"))


def _flag_words(entry: CourseEntry) -> tuple[Explanation, ...]:
    shown = [flag for flag in sorted(entry.finding.flags) if flag is not LevelFlag.BASELINES_DIFFER]
    return tuple(explain(flag) for flag in (*entry.flags, *shown, *sorted(entry.observation.reading.notes)))


def _goal_text(timeline: Timeline, entry: CourseEntry) -> str:
    """Return which goal holds for the time of this result, in words with its source."""
    if entry.place.line is None:
        return _("We do not know the day of your first dose. Add it under Treatment, to see which goal holds.")
    if not entry.finding.on_is:
        return _("The published goals hold only on the International Scale.")
    words = explain(entry.place.time_point)
    bands = timeline.rule_set.bands.get(entry.place.time_point)
    if not bands or bands[0].up_to is None:
        return words.body
    goal = phrases.percent(bands[0].up_to)
    said = _("The goal for this time is %(level)s or lower (%(rules)s).")
    return f"{words.body} {said % {'level': goal, 'rules': timeline.rule_set.short_name}}"


def report_facts(row: ResultRow) -> tuple[tuple[str, str], ...]:
    """Return what the report says and who entered it, as term and text."""
    observation = row.observation
    facts = [
        (_("The report says"), observation.reading.text or phrases.result(observation)),
        (_("Scale"), str(_SCALE_FACTS[observation.scale])),
        (_("Laboratory"), observation.laboratory),
        (_("Control gene"), observation.control_gene.value),
        (
            _("Copies of the control gene"),
            f"{observation.control_gene_copies:,}" if observation.control_gene_copies else "",
        ),
        (_("Sample"), observation.specimen.value),
        (_("Entered"), str(_SOURCE_WORDS[row.source])),
    ]
    return tuple((term, text) for term, text in facts if text)


def rows_for_export(timeline: Timeline) -> Sequence[tuple[ResultRow, CourseEntry]]:
    """Return every result that counts with its entry, in order of collection."""
    return list(zip(timeline.rows, timeline.course.entries, strict=True))
