"""A team's quality page: tests in time, days to a result, and MMR by month 12. Counts under five are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import median

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
    """MMR by month 12 for one medicine, or for all of them."""

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
    rows = list(on_the_list(team, today).values_list("followed", "tests_on_time", "tests_due"))
    ways = [(str(medicine), Followed(int(days), Outcome(how))) for row in rows for medicine, days, how in row[0]]
    everybody, medicines, hidden = _told_apart(ways)
    return QualityPage(
        patients=_count(len(rows)),
        on_time=_share(sum(row[1] for row in rows), sum(row[2] for row in rows)),
        days_to_result=_days_to_result(team, today),
        curves=tuple(_curve(_name(name), group) for name, group in (*everybody, *medicines)),
        hidden=tuple(_name(name) for name, _group in hidden),
    )


_Group = tuple[str, list[Followed]]


def _told_apart(ways: Sequence[tuple[str, Followed]]) -> tuple[list[_Group], list[_Group], list[_Group]]:
    """Return all lines as one group, the groups of medicines that may be shown, and those that may not.

    Where those that are hidden are fewer than five together, what is shown would tell them by subtraction: then the
    smallest of the shown is hidden too.
    """
    by_medicine: dict[str, list[Followed]] = {}
    for medicine, way in ways:
        by_medicine.setdefault(medicine, []).append(way)
    groups = sorted(by_medicine.items(), key=lambda group: (-len(group[1]), group[0]))
    shown = [group for group in groups if len(group[1]) >= LEAST]
    hidden = [group for group in groups if len(group[1]) < LEAST]
    if shown and 0 < sum(len(group[1]) for group in hidden) < LEAST:
        hidden = [shown.pop(), *hidden]
    everybody = [("", [way for _medicine, way in ways])] if len(ways) >= LEAST else []
    return everybody, shown, hidden


def _name(medicine: str) -> str:
    return str(MedicineChoice(medicine).label) if medicine else _("All medicines")


def _count(number: int) -> str:
    return str(number) if number >= LEAST else _("fewer than 5")


def _share(part: int, whole: int) -> str:
    if whole < LEAST:
        return _("too few tests to show")
    # A part that is small, or leaves few, would tell of single people.
    return _("%(share)d%% of %(whole)d tests") % {"share": round(100 * part / whole), "whole": whole}


def _days_to_result(team: CareTeam, today: date) -> str:
    """Return the median of the last year, of results that came in within two months of their sample."""
    patients = on_the_list(team, today).values("patient_id")
    found = LabResult.objects.filter(patient_id__in=patients, collected_on__gte=today - timedelta(days=365)).exclude(
        status=RecordStatus.ENTERED_IN_ERROR
    )
    days = [(at.date() - on).days for on, at in found.values_list("collected_on", "created_at")]
    ways = [way for way in days if 0 <= way <= _LONGEST_WAY]
    if len(ways) < LEAST:
        return _("too few results to show")
    return _("%(days)g days, of %(count)d results in the last year") % {"days": median(ways), "count": len(ways)}


def _curve(name: str, lines: Sequence[Followed]) -> Curve:
    steps = cumulative_incidence(lines)
    reached, switched = incidence_by(steps, _DAYS_OF_MONTH[12])
    at_risk = tuple(_at_risk(lines, month) for month in _MONTHS)
    story = _("%(reached)d%% in MMR by month 12; %(switched)d%% ended this medicine before.") % {
        "reached": round(100 * reached),
        "switched": round(100 * switched),
    }
    chart = IncidenceChart(
        name=name,
        story=story,
        reached=tuple((step.day, float(step.incidence)) for step in steps),
        competing=tuple((step.day, float(step.competing_incidence)) for step in steps),
        last_day=_DAYS_OF_MONTH[12],
        months=tuple((month, _DAYS_OF_MONTH[month]) for month in _MONTHS),
        reached_text=_("MMR"),
        competing_text=_("another medicine, or stopped"),
    )
    return Curve(
        name,
        len(lines),
        _percent(reached),
        _percent(switched),
        at_risk,
        drawn(render_incidence(chart, element_id=f"curve-{len(lines)}-{len(name)}")),
    )


def _at_risk(lines: Sequence[Followed], month: int) -> str:
    number = at_risk_on(lines, _DAYS_OF_MONTH[month])
    return str(number) if number >= LEAST else _("under 5")


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
