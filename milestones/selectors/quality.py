"""A team's quality page: tests in time, days to a result, and MMR by month 12. What is of fewer than five is hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import CareTeam
from milestones.charts.incidence import IncidenceChart, render_incidence
from milestones.clinical.incidence import (
    Followed,
    Outcome,
    at_risk_on,
    cumulative_incidence,
    incidence_by,
)
from milestones.interchange.csv_cells import csv_line
from milestones.models import LabResult, MedicineChoice, RecordStatus
from milestones.selectors.markup import drawn
from milestones.selectors.worklist import on_the_list

#: Fewer than this could tell who somebody is.
LEAST = 5
_MONTHS = (0, 3, 6, 9, 12)
_DAYS_OF_MONTH = {0: 0, 3: 91, 6: 182, 9: 274, 12: 365}
_LONGEST_WAY = 60


@dataclass(frozen=True, slots=True)
class Curve:
    """MMR by month 12 for one medicine, or for all of them; ``drawing`` is "" where neither curve may be told."""

    name: str
    count: int
    by_month_12: str
    switched: str
    at_risk: tuple[str, ...]
    drawing: str


@dataclass(frozen=True, slots=True)
class QualityPage:
    """What a lead sees; a text says so where there are too few to show."""

    patients: str
    on_time: str
    days_to_result: str
    curves: tuple[Curve, ...]
    hidden: tuple[str, ...]
    months: tuple[int, ...] = _MONTHS


def quality_page(team: CareTeam) -> QualityPage:
    """Return the quality page of a team, from the patients that share with it now. Two queries."""
    today = timezone.localdate()
    rows = list(on_the_list(team).values_list("followed", "tests_on_time", "tests_due"))
    lines = [
        (str(medicine), _Line(person, number, Followed(int(days), Outcome(how))))
        for person, row in enumerate(rows)
        for number, (medicine, days, how) in enumerate(row[0])
    ]
    everybody, medicines, hidden = _told_apart(lines)
    told = [_Told.of(group) for _name_of, group in medicines]
    curves = [_curve(name, one) for (name, _group), one in zip(medicines, told, strict=True)]
    if everybody:
        curves.insert(0, _curve("", _Told.of(everybody, told)))
    return QualityPage(
        patients=_count(len(rows)),
        on_time=_share([(row[1], row[2]) for row in rows if row[2]]),
        days_to_result=_days_to_result(team, today),
        curves=tuple(curves),
        hidden=tuple(_name(name) for name, _group in hidden),
    )


class _Line(NamedTuple):
    """A line of treatment of one of the people on the list; ``number`` tells it from their others."""

    person: int
    number: int
    followed: Followed


_Group = tuple[str, list[_Line]]


def _people(lines: Iterable[_Line]) -> int:
    return len({line.person for line in lines})


def _told_apart(ways: Sequence[tuple[str, _Line]]) -> tuple[list[_Line], list[_Group], list[_Group]]:
    """Return all lines, none where they are too few, the groups of medicines that may be shown, and those that may not.

    Where those that are hidden are fewer than five together, what is shown would tell them by subtraction: then the
    smallest of the shown is hidden too.
    """
    by_medicine: dict[str, list[_Line]] = {}
    for medicine, way in ways:
        by_medicine.setdefault(medicine, []).append(way)
    groups = sorted(by_medicine.items(), key=lambda group: (-len(group[1]), group[0]))
    shown = [group for group in groups if _people(group[1]) >= LEAST]
    hidden = [group for group in groups if _people(group[1]) < LEAST]
    if shown and 0 < _people(line for _name, group in hidden for line in group) < LEAST:
        hidden = [shown.pop(), *hidden]
    everybody = [line for _medicine, line in ways]
    return everybody if _people(everybody) >= LEAST else [], shown, hidden


def _name(medicine: str) -> str:
    return str(MedicineChoice(medicine).label) if medicine else _("All medicines")


def _count(number: int) -> str:
    return str(number) if number >= LEAST else _("fewer than 5")


def _share(tests: Sequence[tuple[int, int]]) -> str:
    """Return the share of tests in time, from how many each person had in time, and due."""
    if len(tests) < LEAST:
        return _("too few tests to show")
    part, whole = sum(test[0] for test in tests), sum(test[1] for test in tests)
    if 0 < part < LEAST:
        return _("fewer than 5 of %(whole)d tests") % {"whole": whole}
    return _("%(share)d%% of %(whole)d tests") % {"share": round(100 * part / whole), "whole": whole}


def _days_to_result(team: CareTeam, today: date) -> str:
    """Return the median of the last year, of results that came in within two months of their sample."""
    patients = on_the_list(team).values("patient_id")
    found = LabResult.objects.filter(patient_id__in=patients, collected_on__gte=today - timedelta(days=365)).exclude(
        status=RecordStatus.ENTERED_IN_ERROR
    )
    came = found.values_list("patient_id", "collected_on", "created_at")
    days = [(person, (at.date() - on).days) for person, on, at in came]
    ways = [way for _person, way in days if 0 <= way <= _LONGEST_WAY]
    if len({person for person, way in days if 0 <= way <= _LONGEST_WAY}) < LEAST:
        return _("too few results to show")
    return _("%(days)g days, of %(count)d results in the last year") % {"days": median(ways), "count": len(ways)}


@dataclass(frozen=True, slots=True)
class _Told:
    """A group and what may be told of it: how many are at risk in each month, None for few, and which outcomes."""

    lines: Sequence[_Line]
    at_risk: tuple[int | None, ...]
    outcomes: frozenset[Outcome]

    @classmethod
    def of(cls, lines: Sequence[_Line], parts: Sequence[_Told] = ()) -> _Told:
        """Return it for a group. ``parts`` are groups among its lines, of which something is told beside it.

        Where those that are left are of few, they would be told by subtraction, and the whole is not told either.
        """
        at_risk: list[int | None] = []
        for place, month in enumerate(_MONTHS):
            found = {line for line in lines if at_risk_on([line.followed], _DAYS_OF_MONTH[month])}
            beside = {line for part in parts if part.at_risk[place] is not None for line in part.lines}
            is_few = _people(found) < LEAST or (bool(parts) and _are_few(found - beside))
            at_risk.append(None if is_few else len(found))
        outcomes = set()
        for outcome in (Outcome.EVENT, Outcome.COMPETING):
            came = set(_that_came_to(outcome, lines))
            beside = {line for part in parts if outcome in part.outcomes for line in part.lines}
            if not _are_few(came) and not _are_few(came - beside):
                outcomes.add(outcome)
        return cls(lines, tuple(at_risk), frozenset(outcomes))


def _are_few(lines: Iterable[_Line]) -> bool:
    return 0 < _people(lines) < LEAST


def _that_came_to(outcome: Outcome, lines: Iterable[_Line]) -> Iterator[_Line]:
    """Yield the lines in which something happened by month 12."""
    last = _DAYS_OF_MONTH[12]
    return (line for line in lines if line.followed.outcome is outcome and line.followed.days <= last)


def _curve(medicine: str, told: _Told) -> Curve:
    name = _name(medicine)
    steps = cumulative_incidence([line.followed for line in told.lines])
    shares = dict(zip((Outcome.EVENT, Outcome.COMPETING), incidence_by(steps, _DAYS_OF_MONTH[12]), strict=True))
    reached, switched = (
        _percent(share) if outcome in told.outcomes else _("fewer than 5 lines") for outcome, share in shares.items()
    )
    story = _("%(reached)s in MMR by month 12; %(switched)s ended this medicine before.") % {
        "reached": reached,
        "switched": switched,
    }
    chart = IncidenceChart(
        name=name,
        story=story,
        reached=_in_fives(told, Outcome.EVENT, {step.day: step.incidence for step in steps}),
        competing=_in_fives(told, Outcome.COMPETING, {step.day: step.competing_incidence for step in steps}),
        last_day=_DAYS_OF_MONTH[12],
        months=tuple((month, _DAYS_OF_MONTH[month]) for month in _MONTHS),
        reached_text=_("MMR"),
        competing_text=_("another medicine, or stopped"),
        few_text=_("fewer than 5 lines"),
    )
    return Curve(
        name,
        len(told.lines),
        reached,
        switched,
        tuple(_("under 5") if number is None else str(number) for number in told.at_risk),
        drawn(render_incidence(chart, element_id=f"curve-{medicine or 'all'}")) if told.outcomes else "",
    )


def _in_fives(told: _Told, outcome: Outcome, levels: Mapping[int, Fraction]) -> tuple[tuple[int, float], ...] | None:
    """Return a curve whose steps are of five people or more each, the last one with those who are left over.

    A step waits for the day on which there are five. None where it may not be told.
    """
    if outcome not in told.outcomes:
        return None
    by_day: dict[int, list[_Line]] = {}
    for line in _that_came_to(outcome, told.lines):
        by_day.setdefault(line.followed.days, []).append(line)
    ends: list[int] = []
    waiting: list[_Line] = []
    for day in sorted(by_day):
        waiting += by_day[day]
        if _people(waiting) >= LEAST:
            ends.append(day)
            waiting = []
    if waiting:
        ends[-1] = max(by_day)
    return tuple((day, float(levels[day])) for day in ends)


def _percent(share: Fraction) -> str:
    return f"{round(100 * share)}%"


def quality_file(page: QualityPage) -> Iterator[str]:
    """Yield the same figures as the lines of a CSV file."""
    yield csv_line(("figure", "group", "value"))
    yield csv_line(("patients", "", page.patients))
    yield csv_line(("tests on time", "", page.on_time))
    yield csv_line(("median days from sample to result", "", page.days_to_result))
    for curve in page.curves:
        yield csv_line(("lines of treatment", curve.name, str(curve.count)))
        yield csv_line(("MMR by month 12", curve.name, curve.by_month_12))
        yield csv_line(("another medicine or stopped by month 12", curve.name, curve.switched))
        for month, number in zip(page.months, curve.at_risk, strict=True):
            yield csv_line((f"at risk in month {month}", curve.name, number))
    for name in page.hidden:
        yield csv_line(("MMR by month 12", name, "fewer than 5 lines: not shown"))
