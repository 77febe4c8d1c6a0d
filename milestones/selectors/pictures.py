"""Timeline -> chart: the same findings, in the shapes that ``charts`` draws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from milestones.charts.spec import (
    BarKind,
    ChartEvent,
    ChartPoint,
    ChartSpec,
    ChartStep,
    ChartTick,
    GoalWindow,
    PointKind,
    TreatmentBar,
    YearRibbon,
)
from milestones.clinical.calendar import add_months
from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.clinical.levels import MMR_LIMIT, OWN_LEVELS, LevelReason, ResponseLevel
from milestones.clinical.milestones import YearOneStatus, is_above_mmr
from milestones.clinical.observation import ReadingKind
from milestones.clinical.quantity import STANDARD_START, Comparator, plain
from milestones.clinical.trends import ChangeKind
from milestones.explanations import phrases
from milestones.models import TreatmentChangeKind
from milestones.selectors.aims import month_of, targets_now
from milestones.selectors.made_up import EXAMPLE_ID
from milestones.selectors.presenting import ResultWords, change_title, headline, said_of_result
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.steps import NAMED_STEPS, STEP_LIMITS, own_start
from milestones.selectors.timelines import Timeline
from milestones.selectors.treatment_rows import TreatmentRow

_YEAR_MONTHS = 12


def chart_of(
    timeline: Timeline,
    shown: list[int] | None = None,
    *,
    window: tuple[date, date] | None = None,
    is_linear: bool = False,
    said: Sequence[ResultWords] | None = None,
) -> ChartSpec:
    """Return the chart of a person's results.

    Args:
        timeline: the whole record, as lines and annotations depend on all of it.
        shown: indices of the results to draw, in order; all of them if absent.
        window: the first and the last day to show, both inclusive; everything if absent.
        is_linear: a scale of equal distances instead of tenths.
        said: what is said of each result of the record, where the page has it already.
    """
    indices = list(range(len(timeline.rows))) if shown is None else shown
    points: list[ChartPoint] = []
    ticks: list[ChartTick] = []
    own = (
        None
        if any(e.finding.on_is and e.finding.is_evaluable for e in timeline.course.entries)
        else own_start(timeline)
    )
    main_laboratory = _main_laboratory(timeline)
    newest = len(timeline.rows) - 1
    for index in indices:
        row, entry = timeline.rows[index], timeline.course.entries[index]
        own_words = said[index] if said else said_of_result(entry)
        words = point_words(row, own_words)
        place = _place_of(entry, main_laboratory, is_own=own is not None)
        if place is None:
            note = str(_TICK_NOTES.get(entry.finding.reason, ""))
            ticks.append(ChartTick(entry.observation.collected_on, words, note))
            continue
        kind, value = place
        note, short = _note(timeline, index)
        points.append(
            ChartPoint(
                entry.observation.collected_on,
                value,
                kind,
                own_words.value,
                words,
                entry.observation.laboratory,
                row.id,
                note,
                short,
                _("You are here") if index == newest else "",
                entry.change.kind is ChangeKind.CANNOT_COMPARE,
            )
        )
    return ChartSpec(
        title=_("BCR::ABL1 (the CML gene) over time"),
        story=story(timeline) if len(indices) == len(timeline.rows) else _part_words(len(indices), len(timeline.rows)),
        help_line=_help_line(is_own=own is not None),
        today=timeline.today,
        points=tuple(points),
        steps=_own_lines(own) if own is not None else _chart_steps(timeline, points),
        ticks=tuple(ticks),
        treatments=treatment_bars(timeline),
        events=_events(timeline, is_own=own is not None),
        goals=() if own is not None else _goal_windows(timeline),
        ribbon=None if own is not None else _ribbon(timeline),
        next_test_on=timeline.course.next_test.due_on,
        window=window,
        is_linear=is_linear,
        href_base=result_href_base(timeline.patient_id),
    )


def _help_line(*, is_own: bool) -> str:
    said = _("Each main line is 10 times lower than the one above.")
    if is_own:
        said += " " + _("The lines count down from your own level before treatment. Published goals do not hold here.")
    return said


def _events(timeline: Timeline, *, is_own: bool) -> tuple[ChartEvent, ...]:
    """Return the days that changed something: each new medicine, the end of the first year, the stop."""
    events = [ChartEvent(line.started_on, _("New medicine"), _("New")) for line in timeline.lines[1:]]
    if _has_first_year(timeline) and timeline.course.year_one.goal_on is not None and not is_own:
        events.append(ChartEvent(timeline.course.year_one.goal_on, _("Year 1")))
    if timeline.course.remission is not None:
        events.append(ChartEvent(timeline.course.remission.stopped_on, _("Stopped treatment"), _("Stopped")))
    return tuple(events)


def _has_first_year(timeline: Timeline) -> bool:
    return timeline.course.year_one.status not in (YearOneStatus.NO_TREATMENT, YearOneStatus.KEPT)


def _goal_windows(timeline: Timeline) -> tuple[GoalWindow, ...]:
    """Return the published goals of the first year of the line that goes on."""
    return tuple(
        GoalWindow(
            target.first_on, target.last_on, target.limit, _("goal, month %(month)s") % {"month": month_of(target)}
        )
        for target in targets_now(timeline)
        if target.last_on is not None
    )


def _ribbon(timeline: Timeline) -> YearRibbon | None:
    """Return the first year of the current line, filled from the month in which MMR was reached."""
    if not _has_first_year(timeline):
        return None
    started_on, month = timeline.lines[-1].started_on, timeline.course.year_one.month or 0
    days = tuple(add_months(started_on, count) for count in range(_YEAR_MONTHS + 1))
    return YearRibbon(days, _("First year"), month if month <= _YEAR_MONTHS else 0)


def result_href_base(patient_id: UUID) -> str:
    """Return the address that the results of a record begin with; the made-up record has its own pages."""
    if patient_id == EXAMPLE_ID:
        return reverse("example:page", kwargs={"page": "results/"})
    anybody, pattern = _results_pattern()
    return pattern.replace(anybody, str(patient_id))


@lru_cache(maxsize=1)
def _results_pattern() -> tuple[str, str]:
    """Return an id that stands for all, and the address of its results: it is looked up once, not on every page."""
    anybody = UUID(int=0)
    return str(anybody), reverse("milestones:results", kwargs={"patient_id": anybody})


def point_words(row: ResultRow, said: ResultWords) -> str:
    """Return the whole sentence of a point: the same in the picture, under the pointer and for a screen reader."""
    when = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    named = f", {said.level}" if said.level != "–" else ""
    return f"{when}: {said.value}{named}. {said.change}."


_TICK_NOTES = {
    LevelReason.NOT_DEEP_ENOUGH: _lazy("too few copies to say"),
    LevelReason.DEPTH_UNKNOWN: _lazy("depth not known"),
    LevelReason.NO_BOUND: _lazy("no number"),
    LevelReason.NO_RESULT: _lazy("no result"),
}


def _main_laboratory(timeline: Timeline) -> str:
    """Return the laboratory of the latest result that has a level: the one that the line follows."""
    evaluable = [entry for entry in timeline.course.entries if entry.finding.is_evaluable]
    placed = [entry for entry in evaluable if entry.finding.on_is] or evaluable
    return placed[-1].observation.laboratory if placed else ""


def _place_of(entry: CourseEntry, main_laboratory: str, *, is_own: bool) -> tuple[PointKind, Decimal] | None:
    """Return how and at which percentage a result is drawn, or None where it has no place on the scale.

    ``is_own``: nothing is on the International Scale, so that what can be compared is joined among itself.
    """
    finding, reading = entry.finding, entry.observation.reading
    if finding.low is None and finding.high is None:
        return None
    if reading.kind is ReadingKind.NOT_DETECTED and not finding.is_evaluable:
        return None
    value = finding.high or finding.low
    if not value:
        return None
    if is_own and finding.level in OWN_LEVELS and entry.observation.laboratory == main_laboratory:
        return PointKind.OWN_SCALE, value
    is_other = not finding.on_is or entry.change.kind is ChangeKind.CANNOT_COMPARE
    if is_other and (not finding.on_is or entry.observation.laboratory != main_laboratory):
        return PointKind.NOT_COMPARABLE, value
    if reading.kind is ReadingKind.NOT_DETECTED:
        return PointKind.NOT_DETECTED, value
    if finding.low == finding.high:
        return PointKind.MEASURED, value
    if finding.comparator in (Comparator.GT, Comparator.GE):
        return PointKind.ABOVE_BOUND, value
    return PointKind.BELOW_BOUND, value


def _note(timeline: Timeline, index: int) -> tuple[str, str]:
    """Return what is written beside a point that matters, long and short."""
    entry = timeline.course.entries[index]
    year_one = timeline.course.year_one
    if CourseFlag.RESTART_TRIGGER in entry.flags and _is_first_trigger(timeline, index):
        return _("above 0.1% after stopping"), _("above 0.1%")
    if CourseFlag.MMR_REACHED in entry.flags and entry.observation.collected_on == year_one.reached_on:
        month = {"month": year_one.month}
        return _("MMR reached, month %(month)s") % month, _("MMR, month %(month)s") % month
    if CourseFlag.CONFIRMED_LOSS_OF_MMR in entry.flags:
        return _("MMR lost, seen twice"), _("MMR lost")
    if index == len(timeline.rows) - 1 and entry.observation.reading.kind is ReadingKind.NOT_DETECTED:
        limit = entry.observation.reading.limit_of_detection
        return (f"it could have seen {phrases.percent(limit)}", "") if limit is not None else ("", "")
    if entry.change.kind is ChangeKind.CANNOT_COMPARE:
        return _("not compared"), ""
    return "", ""


def _is_first_trigger(timeline: Timeline, index: int) -> bool:
    return not any(CourseFlag.RESTART_TRIGGER in entry.flags for entry in timeline.course.entries[:index])


def _chart_steps(timeline: Timeline, points: list[ChartPoint]) -> tuple[ChartStep, ...]:
    """Return the lines at the steps, the goal named; the deepest ones only where a result comes near them."""
    lowest = min((point.y for point in points), default=MMR_LIMIT)
    steps = [ChartStep(STANDARD_START, f"{plain(STANDARD_START)}%")]
    for limit, level in STEP_LIMITS:
        if level is ResponseLevel.MR5 and lowest > limit + limit:
            continue
        is_goal = level is ResponseLevel.MMR
        steps.append(
            ChartStep(
                limit,
                f"{plain(limit)}%",
                NAMED_STEPS.get(level, level.value if level is ResponseLevel.MR5 else ""),
                is_goal=is_goal,
                goal_label=_goal_label(timeline) if is_goal else "",
            )
        )
    return tuple(steps)


def _own_lines(start: Decimal) -> tuple[ChartStep, ...]:
    """Return the lines of tens below the own level before treatment; no guideline sets a goal on them."""
    names = (_("your own start"), "", "", _("3-log"), _("4-log"))
    lines = [start.scaleb(-tens) for tens in range(len(names))]
    return tuple(ChartStep(line, phrases.percent(line), name) for line, name in zip(lines, names, strict=True))


def _goal_label(timeline: Timeline) -> str:
    if timeline.course.remission is not None:
        return _("MMR, the line to stay at or below")
    if not timeline.lines:
        return _("MMR")
    if timeline.course.year_one.status is YearOneStatus.WAITING:
        return _("MMR, your goal by month 12")
    return _("MMR, your goal")


def treatment_bars(timeline: Timeline) -> tuple[TreatmentBar, ...]:
    """Return the medicines on the time axis; one that a later one replaced ends where that began."""
    rows = [row for row in timeline.treatments if row.status != "entered-in-error"]
    bars = []
    for position, row in enumerate(rows):
        stopped_on = row.stopped_on
        if stopped_on is None and position + 1 < len(rows):
            stopped_on = rows[position + 1].started_on
        bars += _bars_of(row, stopped_on)
    return tuple(bars)


def _bars_of(row: TreatmentRow, stopped_on: date | None) -> list[TreatmentBar]:
    """Return one bar a dose, and one a break, of a line of treatment."""
    doses = [(row.started_on, f"{row.medicine} {row.dose}".strip(), row.medicine)]
    bars = []
    for change in row.changes:
        if change.counts and change.kind == TreatmentChangeKind.DOSE.value:
            doses.append((change.started_on, f"{row.medicine} {change.dose}", change.dose))
        elif change.counts:
            bars.append(TreatmentBar(_("Break"), change.started_on, change.ended_on, BarKind.BREAK))
    ends = [*(start for start, _long, _short in doses[1:]), stopped_on]
    return [
        TreatmentBar(label, start, end, label_short=short)
        for (start, label, short), end in zip(doses, ends, strict=True)
        if end is None or end >= start
    ] + bars


def story(timeline: Timeline) -> str:
    """Return the chart in a few sentences: whether the latest test is a change, what it says, and the milestone."""
    entries = timeline.course.entries
    if not entries:
        return ""
    latest = headline(entries[-1])
    said = _("The latest test says %(result)s.") % {"result": phrases.in_sentence(latest)}
    return " ".join(part for part in (f"{change_title(entries[-1])}.", said, _milestone_words(timeline)) if part)


def _part_words(shown: int, count: int) -> str:
    """Return what is said above a part of the results: a story of the whole would not fit what is seen."""
    return _("%(shown)s of your %(count)s results are shown here, as you chose.") % {"shown": shown, "count": count}


def _milestone_words(timeline: Timeline) -> str:
    """Return that MMR was reached on this line, and held since; nothing to somebody who has lost it."""
    goal = timeline.course.year_one
    if goal.reached_on is None or goal.month is None or timeline.course.remission is not None:
        return ""
    since = [e for e in timeline.course.entries if e.observation.collected_on > goal.reached_on]
    if any(is_above_mmr(entry.finding) for entry in since):
        return ""
    if not since:
        return _("MMR was reached in month %(month)s.") % {"month": goal.month}
    return _("MMR was reached in month %(month)s, and no result has been above the line since.") % {"month": goal.month}
