"""Timeline -> ladder: where this person is, where they were, and the goal for now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from milestones.charts.spec import LadderSpec, LadderStep, StepState
from milestones.clinical.course import CourseEntry, values_before_treatment
from milestones.clinical.levels import IS_LIMITS, MMR_LIMIT, OWN_LEVELS, ResponseLevel, level_by_value
from milestones.clinical.observation import ReadingKind
from milestones.clinical.quantity import STANDARD_START
from milestones.explanations import phrases
from milestones.selectors.aims import Aim, aim_now, month_of, targets_now
from milestones.selectors.presenting import headline
from milestones.selectors.timelines import Timeline

STEP_LIMITS = tuple(reversed(IS_LIMITS))
NAMED_STEPS = {ResponseLevel.MMR: "MMR", ResponseLevel.MR4: "MR4", ResponseLevel.MR4_5: "MR4.5"}
_DEEP_STEPS = frozenset({ResponseLevel.MR4, ResponseLevel.MR4_5, ResponseLevel.MR5})
_EARLIER_PLACES = 3
# The steps from the own level before treatment: tens, up to 4-log (clinical rules, section 2).
_OWN_STEPS = range(5)
_OWN_NAMES = {3: "3-log", 4: "4-log"}

Place = tuple[Decimal, CourseEntry]
_StepAt = Callable[[Decimal], LadderStep]


def ladder_of(timeline: Timeline) -> LadderSpec:
    """Return the steps down from the standard start, with this person's last places on them.

    Somebody whose results are not on the International Scale gets the steps down from their own level before
    treatment, where that can be compared.
    """
    placed = _places(timeline)
    start = None if placed else own_start(timeline)
    if start is not None:
        return _own_ladder(timeline, start)
    here, earlier = (placed[-1], placed[-1 - _EARLIER_PLACES : -1]) if placed else (None, [])
    newest = timeline.course.latest
    lines = [STANDARD_START, *(limit for limit, _level in STEP_LIMITS)]
    if here is None or here[0] > lines[-2]:
        lines.pop()  # the deepest step is shown to those who are near it
    aim = aim_now(timeline)
    return LadderSpec(
        _("Where you are"),
        _steps(lines, here, earlier, newest, lambda line: _is_step(timeline, line, aim)),
        _("Each full step is 10 times lower than the one above."),
        _sentences(timeline, here, earlier, aim),
        _("you were here in"),
    )


def own_start(timeline: Timeline) -> Decimal | None:
    """Return the own level before treatment, in percent, that the newest own-baseline level counts from."""
    for index in range(len(timeline.rows) - 1, -1, -1):
        if timeline.course.entries[index].finding.level in OWN_LEVELS:
            base = timeline.profile.baseline
            if base is None:
                first_dose = timeline.lines[0].started_on if timeline.lines else None
                base = values_before_treatment([row.observation for row in timeline.rows], first_dose)[index]
            return base.reading.value if base is not None else None
    return None


def _own_ladder(timeline: Timeline, start: Decimal) -> LadderSpec:
    placed = _own_places(timeline)
    here, earlier = placed[-1], placed[-1 - _EARLIER_PLACES : -1]
    lines = [start.scaleb(-tens) for tens in _OWN_STEPS]
    steps = _steps(lines, here, earlier, timeline.course.latest, lambda line: _own_step(lines.index(line), line))
    return LadderSpec(
        _("Where you are"),
        steps,
        _("Each step is 10 times lower than the one above, counted from your own level before treatment."),
        _sentences(timeline, here, earlier, None),
        _("you were here in"),
    )


def _places(timeline: Timeline) -> list[Place]:
    """Return the results that have a place on the International Scale, in order."""
    return [
        (entry.finding.high or entry.finding.low or STANDARD_START, entry)
        for entry in timeline.course.entries
        if entry.finding.on_is and entry.finding.is_evaluable
    ]


def _own_places(timeline: Timeline) -> list[Place]:
    return [
        (entry.finding.high, entry)
        for entry in timeline.course.entries
        if entry.finding.level in OWN_LEVELS and entry.finding.high
    ]


def _steps(
    lines: list[Decimal], here: Place | None, earlier: list[Place], newest: CourseEntry | None, step_at: _StepAt
) -> tuple[LadderStep, ...]:
    """Return the lines as steps, and between them the places of this person, all in order of their values.

    A place stands under the line that it lies on: a limit belongs to the deeper level.
    """
    rows = [(-line, 0, step_at(line)) for line in lines]
    months = Counter(phrases.short_month(entry.observation.collected_on) for _value, entry in earlier)
    rows += [(-value, 1, _was_step(entry, months)) for value, entry in earlier]
    if here is not None:
        rows.append((-here[0], 2, _here_step(here[1], is_newest=here[1] is newest)))
    return tuple(step for _value, _kind, step in sorted(rows, key=lambda row: row[:2]))


def _was_step(entry: CourseEntry, months: Counter[str]) -> LadderStep:
    """Return where one was, and when; the day too where two are of one month."""
    on = entry.observation.collected_on
    unseen = entry.observation.reading.kind is ReadingKind.NOT_DETECTED
    label, month = _("found none") if unseen else headline(entry), phrases.short_month(on)
    return LadderStep(label, side=month if months[month] == 1 else phrases.short_date(on), state=StepState.WAS)


def _is_step(timeline: Timeline, line: Decimal, aim: Aim | None) -> LadderStep:
    """Return one step of the International Scale; the goal for now is outlined, and MMR is named on the way to it."""
    if line == STANDARD_START:
        return LadderStep(phrases.percent(line), _("standard start"))
    level = level_by_value(line)
    words, more = _words_of(level, line)
    label, is_aim = phrases.percent(line), aim is not None and aim.limit == line
    if line == MMR_LIMIT:
        said = aim.name if aim is not None and is_aim else _mmr_later(timeline)
        side = f"{NAMED_STEPS[level]}, {said}" if said else NAMED_STEPS[level]
        return LadderStep(label, words, side, StepState.GOAL if is_aim else StepState.LATER, more)
    if aim is not None and is_aim:
        return LadderStep(label, words, aim.name.capitalize(), StepState.GOAL, more)
    return LadderStep(label, words, more=more)


def _words_of(level: ResponseLevel, line: Decimal) -> tuple[str, str]:
    """Return what a step means in words, and what is added where there is room."""
    fold = phrases.times(STANDARD_START / line)
    if level is ResponseLevel.MR1:
        return _("%(times)s lower") % {"times": fold}, ""
    if level in _DEEP_STEPS:
        return level.value, fold if level is ResponseLevel.MR4 else ""
    return fold, _("lower")


def _mmr_later(timeline: Timeline) -> str:
    """Return what is said of MMR where it is not the goal for now; nothing where no goal holds."""
    month = next((month_of(target) for target in targets_now(timeline) if target.limit == MMR_LIMIT), None)
    if month is not None:
        return _("goal for month %(month)s") % {"month": month}
    return ""


def _own_step(tens: int, line: Decimal) -> LadderStep:
    if not tens:
        return LadderStep(phrases.percent(line), _("your own start"))
    fold = phrases.times(Decimal(10) ** tens)
    words = _("%(times)s lower") % {"times": fold} if tens == 1 else fold
    return LadderStep(phrases.percent(line), words, _OWN_NAMES.get(tens, ""), more=_("lower") if tens > 1 else "")


def _here_step(entry: CourseEntry, *, is_newest: bool) -> LadderStep:
    """Return the step of the last result that has a place; a newer one without a place is said, and not hidden."""
    month = phrases.short_month(entry.observation.collected_on)
    where = _("You are here") if is_newest else _("%(month)s, your last with a level") % {"month": month}
    unseen = entry.observation.reading.kind is ReadingKind.NOT_DETECTED
    state = StepState.HERE_NOT_DETECTED if unseen else StepState.HERE
    return LadderStep(headline(entry), side=where, state=state)


def _sentences(timeline: Timeline, here: Place | None, earlier: list[Place], aim: Aim | None) -> str:
    """Return the ladder in words: where one was, where one is, and the goal for now."""
    if here is None:
        return ""
    said = []
    newest = here[1]
    if earlier:
        said.append(_in_month(earlier[0][1]))
    if newest is not timeline.course.entries[-1]:
        said.append(_in_month(newest))
        said.append(_("No later test has a place on these steps."))
    elif newest.observation.reading.kind is ReadingKind.NOT_DETECTED:
        said.append(_("Now the test found none.") if earlier else _("The test found none."))
    else:
        now = phrases.in_sentence(headline(newest))
        said.append(_("Now it is %(now)s.") % {"now": now} if earlier else _("You are at %(now)s.") % {"now": now})
    if aim is not None:
        said.append(aim.sentence)
    return " ".join(said)


def _in_month(entry: CourseEntry) -> str:
    """Return "In May 2026 the result was 0.05%."."""
    month = phrases.long_date(entry.observation.collected_on, day_is_known=False)
    if entry.observation.reading.kind is ReadingKind.NOT_DETECTED:
        return _("In %(month)s the test found none.") % {"month": month}
    return _("In %(month)s the result was %(was)s.") % {"month": month, "was": phrases.in_sentence(headline(entry))}
