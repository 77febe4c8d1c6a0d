"""Two periods of a record side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from milestones.clinical.calendar import add_months, first_of_month, last_of_month
from milestones.clinical.periods import PeriodSummary, summarise_period
from milestones.clinical.quantity import significant
from milestones.explanations import phrases
from milestones.selectors.presenting import headline
from milestones.selectors.timelines import Timeline

_YEAR_MONTHS = 12
Period = tuple[date, date]


@dataclass(frozen=True, slots=True)
class TwoPeriods:
    """A table: the names of its columns, and what each row says of the first and of the second period."""

    columns: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], ...]


def months_of(timeline: Timeline) -> tuple[date, ...]:
    """Return the first days of the months to choose from, newest first; none without a result.

    From the first result on, and at least those that ``last_two_years`` begins with.
    """
    if not timeline.rows:
        return ()
    earliest = min(timeline.rows[0].observation.collected_on, last_two_years(timeline)[0][0])
    month, months = first_of_month(earliest), []
    while month <= timeline.today:
        months.append(month)
        month = add_months(month, 1)
    return tuple(reversed(months))


def last_two_years(timeline: Timeline) -> tuple[Period, Period]:
    """Return the twelve months before the last twelve, and the last twelve."""
    this_month = first_of_month(timeline.today)
    middle = add_months(this_month, 1 - _YEAR_MONTHS)
    return (add_months(middle, -_YEAR_MONTHS), add_months(middle, -1)), (middle, this_month)


def two_periods(timeline: Timeline, first: Period, second: Period) -> TwoPeriods:
    """Return two periods side by side, each given by a day of its first and one of its last month."""
    found = [_summary(timeline, period) for period in (first, second)]

    def row(name: str, say: Callable[[PeriodSummary], str]) -> tuple[str, str, str]:
        return (name, say(found[0]), say(found[1]))

    return TwoPeriods(
        columns=(_("In this time"), _months(first), _months(second)),
        rows=(
            row(_("Results"), _count),
            row(_("First result"), lambda one: _result(timeline, one.first)),
            row(_("Last result"), lambda one: _result(timeline, one.last)),
            row(_("Median of the measured values"), lambda one: _percent(one.median)),
            row(_("Lowest measured value"), lambda one: _percent(one.lowest, exactly=True)),
            row(_("Highest measured value"), lambda one: _percent(one.highest, exactly=True)),
            row(_("Change, first to last measured"), _change),
            row(_("Tests on time"), _on_time),
        ),
    )


def _summary(timeline: Timeline, period: Period) -> PeriodSummary:
    return summarise_period(
        timeline.course.entries,
        timeline.lines,
        first_of_month(period[0]),
        last_of_month(period[1]),
        chosen_interval_months=timeline.profile.test_interval_months,
    )


def _months(period: Period) -> str:
    return _("%(first)s to %(last)s") % {
        "first": phrases.short_month(period[0]),
        "last": phrases.short_month(period[1]),
    }


def _count(found: PeriodSummary) -> str:
    if not found.count:
        return "0"
    others = found.count - found.measured - found.not_detected
    facts = {"count": found.count, "measured": found.measured, "none": found.not_detected, "others": others}
    if others:
        return _("%(count)s: %(measured)s measured on the IS, %(none)s not detected, %(others)s others") % facts
    return _("%(count)s: %(measured)s measured on the IS, %(none)s not detected") % facts


def _result(timeline: Timeline, index: int | None) -> str:
    if index is None:
        return "–"
    row, entry = timeline.rows[index], timeline.course.entries[index]
    when = phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known)
    return f"{headline(entry)}, {when}"


def _percent(value: Decimal | None, *, exactly: bool = False) -> str:
    if value is None:
        return "–"
    rounded = value if exactly else significant(value, 2)
    return phrases.percent(value) if rounded == value else _("about %(value)s") % {"value": phrases.percent(rounded)}


def _change(found: PeriodSummary) -> str:
    if found.log10_change is None:
        return _("cannot be compared") if found.measured > 1 else "–"
    return _("%(number)s log") % {"number": f"{found.log10_change:+.2f}".replace("-", "\N{MINUS SIGN}")}


def _on_time(found: PeriodSummary) -> str:
    if not found.with_due_day:
        return "–"
    return _("%(on_time)s of %(count)s") % {"on_time": found.on_time, "count": found.with_due_day}
