"""Timeline -> chart and ladder: the same findings, in the shapes that ``charts`` draws."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from milestones.charts.spec import (
    ChartPoint,
    ChartSpec,
    ChartStep,
    ChartTick,
    LadderSpec,
    LadderStep,
    PointKind,
    StepState,
    TreatmentBar,
)
from milestones.clinical.course import CourseEntry, CourseFlag
from milestones.clinical.milestones import YearOneStatus
from milestones.clinical.observation import ReadingKind
from milestones.clinical.quantity import STANDARD_START, Comparator, plain
from milestones.clinical.response import IS_LIMITS, MMR_LIMIT, ResponseLevel, level_by_value
from milestones.clinical.trends import ChangeKind
from milestones.explanations import phrases
from milestones.selectors.presenting import change_title, headline, short_level
from milestones.selectors.timelines import Timeline

_STEP_LIMITS = tuple(reversed(IS_LIMITS))
_NAMED_STEPS = {ResponseLevel.MMR: "MMR", ResponseLevel.MR4: "MR4", ResponseLevel.MR4_5: "MR4.5"}
_EARLIER_PLACES = 3


def chart_of(timeline: Timeline, shown: list[int] | None = None) -> ChartSpec:
    """Return the chart of a person's results.

    Args:
        timeline: the whole record, as lines and annotations depend on all of it.
        shown: indices of the results to draw, in order; all of them if absent.
    """
    indices = list(range(len(timeline.rows))) if shown is None else shown
    points: list[ChartPoint] = []
    ticks: list[ChartTick] = []
    main_laboratory = _main_laboratory(timeline)
    base = result_href_base(timeline.patient_id)
    for index in indices:
        row, entry = timeline.rows[index], timeline.course.entries[index]
        words, href = point_words(timeline, index), f"{base}{row.id}/"
        place = _place_of(entry, main_laboratory)
        if place is None:
            ticks.append(ChartTick(entry.observation.collected_on, words, href))
            continue
        kind, value = place
        note, short = _note(timeline, index)
        points.append(
            ChartPoint(
                entry.observation.collected_on,
                value,
                kind,
                headline(entry),
                words,
                series=entry.observation.laboratory,
                href=href,
                note=note,
                note_short=short,
                gap_before=entry.change.kind is ChangeKind.CANNOT_COMPARE,
            )
        )
    return ChartSpec(
        title=_("BCR::ABL1 (the CML gene) over time"),
        story=story(timeline),
        help_line=_("Each main line is 10 times lower than the one above."),
        today=timeline.today,
        points=tuple(points),
        steps=_chart_steps(timeline, points),
        ticks=tuple(ticks),
        treatments=treatment_bars(timeline),
        year_1_on=timeline.course.year_one.goal_on,
        next_test_on=timeline.course.next_test.due_on,
    )


def result_href_base(patient_id: UUID) -> str:
    """Return the address that the results of a record begin with."""
    anybody, pattern = _results_pattern()
    return pattern.replace(anybody, str(patient_id))


@lru_cache(maxsize=1)
def _results_pattern() -> tuple[str, str]:
    """Return an id that stands for all, and the address of its results: it is looked up once, not on every page."""
    anybody = UUID(int=0)
    return str(anybody), reverse("milestones:results", kwargs={"patient_id": anybody})


def point_words(timeline: Timeline, index: int) -> str:
    """Return the whole sentence of a point: the same in the picture, under the pointer and for a screen reader."""
    row, entry = timeline.rows[index], timeline.course.entries[index]
    when = phrases.long_date(row.observation.collected_on, day_is_known=row.day_is_known)
    level = short_level(entry)
    named = f", {level}" if level != "–" else ""
    return f"{when}: {headline(entry)}{named}. {change_title(entry)}."


def _main_laboratory(timeline: Timeline) -> str:
    """Return the laboratory of the latest result that has a place on the scale: the one that the line follows."""
    for entry in reversed(timeline.course.entries):
        if entry.finding.on_is and entry.finding.is_evaluable:
            return entry.observation.laboratory
    return ""


def _place_of(entry: CourseEntry, main_laboratory: str) -> tuple[PointKind, Decimal] | None:
    """Return how and at which percentage a result is drawn, or None where it has no place on the scale."""
    finding, reading = entry.finding, entry.observation.reading
    if finding.low is None and finding.high is None:
        return None
    if reading.kind is ReadingKind.NOT_DETECTED and not finding.is_evaluable:
        return None
    value = finding.high or finding.low
    if not value:
        return None
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
    for limit, level in _STEP_LIMITS:
        if level is ResponseLevel.MR5 and lowest > limit + limit:
            continue
        is_goal = level is ResponseLevel.MMR
        steps.append(
            ChartStep(
                limit,
                f"{plain(limit)}%",
                _NAMED_STEPS.get(level, level.value if level is ResponseLevel.MR5 else ""),
                is_goal=is_goal,
                goal_label=_goal_label(timeline) if is_goal else "",
            )
        )
    return tuple(steps)


def _goal_label(timeline: Timeline) -> str:
    if timeline.course.remission is not None:
        return "MMR, the line to stay at or below"
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
        label = f"{row.medicine} {row.dose}".strip()
        bars.append(TreatmentBar(label, row.started_on, stopped_on, label_short=row.medicine))
    return tuple(bars)


def story(timeline: Timeline) -> str:
    """Return the chart in two sentences: what the latest test says, and whether that is a change."""
    entries = timeline.course.entries
    if not entries:
        return ""
    latest = headline(entries[-1])
    said = _("The latest test says %(result)s.") % {"result": phrases.in_sentence(latest)}
    return f"{change_title(entries[-1])}. {said}"


def ladder_of(timeline: Timeline) -> LadderSpec:
    """Return the steps from the standard starting point down, with the last places of this person on them."""
    here, earlier = _places(timeline)
    lines = [STANDARD_START, *(limit for limit, _ in _STEP_LIMITS)]
    if here is None or here[0] > lines[-2]:
        lines.pop()  # the deepest step is shown to those who are near it
    here_on = _line_above(here[0], lines) if here is not None else None
    steps: list[LadderStep] = []
    for line in lines:
        side = tuple(dict.fromkeys(month for value, month in earlier if _line_above(value, lines) == line))
        steps.append(_ladder_step(timeline, line, side))
        if here is not None and line == here_on:
            steps.append(_here_step(here[1], is_newest=here[1] is timeline.course.entries[-1]))
    return LadderSpec(_("Where you are"), tuple(steps), _("Each full step is 10 times lower than the one above."))


def _line_above(value: Decimal, lines: list[Decimal]) -> Decimal:
    """Return the lowest line at or above a value; the highest for what lies above them all."""
    return min((line for line in lines if line >= value), default=lines[0])


def _places(timeline: Timeline) -> tuple[tuple[Decimal, CourseEntry] | None, list[tuple[Decimal, str]]]:
    """Return the latest place on the International Scale, and the months of up to three earlier ones."""
    placed = [
        (entry.finding.high or entry.finding.low or STANDARD_START, entry)
        for entry in timeline.course.entries
        if entry.finding.on_is and entry.finding.is_evaluable
    ]
    if not placed:
        return None, []
    earlier = placed[-1 - _EARLIER_PLACES : -1]
    return placed[-1], [(value, phrases.short_month(entry.observation.collected_on)) for value, entry in earlier]


def _ladder_step(timeline: Timeline, line: Decimal, side: tuple[str, ...]) -> LadderStep:
    if line == STANDARD_START:
        return LadderStep(phrases.percent(line), _("standard start"), side)
    level = level_by_value(line)
    fold = phrases.times(STANDARD_START / line)
    if level is ResponseLevel.MMR:
        label = _("MMR, your line") if timeline.course.remission is not None else _("MMR, your goal")
        return LadderStep(phrases.percent(line), fold, (label, *side), StepState.GOAL)
    name = _NAMED_STEPS.get(level, "")
    # The deep steps are short: their name says enough.
    words = "" if name or level is ResponseLevel.MR5 else f"{fold} lower" if level is ResponseLevel.MR1 else fold
    return LadderStep(phrases.percent(line), words, side, name=name or ("MR5" if level is ResponseLevel.MR5 else ""))


def _here_step(entry: CourseEntry, *, is_newest: bool) -> LadderStep:
    """Return the step of the last result that has a place; a newer one without a place is said, and not hidden."""
    month = phrases.short_month(entry.observation.collected_on)
    where = _("You are here") if is_newest else _("%(month)s, your last with a level") % {"month": month}
    unseen = entry.observation.reading.kind is ReadingKind.NOT_DETECTED
    state = StepState.HERE_NOT_DETECTED if unseen else StepState.HERE
    return LadderStep(headline(entry), "", (where,), state)
