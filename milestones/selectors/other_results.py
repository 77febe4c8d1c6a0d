"""Blood counts, chromosomes and mutations: the rows, the table, the small charts, and what they say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Patient
from accounts.prepared import PreparedRows
from milestones.charts.small import SmallChart, SmallPoint, render_small
from milestones.clinical.counts import (
    CHR_LIMITS,
    UNITS_OF,
    Analyte,
    Count,
    CountsFinding,
    CountUnit,
    MutationFinding,
    assess_chromosomes,
    assess_counts,
    in_unit,
    question_about,
)
from milestones.clinical.quantity import plain
from milestones.explanations import phrases
from milestones.explanations.catalogue import Explanation, explain
from milestones.models import AnalyteChoice, CountUnitChoice, OtherResult, RecordStatus
from milestones.selectors.markup import drawn

#: One page of the table.
ROWS_ON_A_PAGE = 50

#: What a report of blood counts has, in the order in which it prints them.
COUNTS = (
    Analyte.WHITE_CELLS,
    Analyte.NEUTROPHILS,
    Analyte.HAEMOGLOBIN,
    Analyte.PLATELETS,
    Analyte.BASOPHILS,
    Analyte.BLASTS,
)
_CHARTED = (*COUNTS, Analyte.PH_METAPHASES)
_ORDER = (*_CHARTED, Analyte.MUTATION)
_SHORT_UNITS = {CountUnit.THOUSAND_PER_MICROLITRE: "10³/µL", CountUnit.PER_MICROLITRE: "/µL"}

_COLUMNS = (
    "id",
    "version",
    "status",
    "collected_on",
    "analyte",
    "reported_text",
    "value",
    "unit",
    "metaphases",
    "is_found",
    "mutation",
    "laboratory",
    "entered_by_id",
)
_ANALYTE = _COLUMNS.index("analyte")
_rows = PreparedRows(lambda: OtherResult.objects.order_by("collected_on", "created_at", "id").values_list(*_COLUMNS))


@dataclass(frozen=True, slots=True)
class OtherResultRow:
    """One stored value: a number in its unit, or a mutation that was found or not."""

    id: UUID
    version: int
    status: str
    collected_on: date
    analyte: Analyte
    reported_text: str
    value: Decimal | None
    unit: str
    metaphases: int | None
    is_found: bool | None
    mutation: str
    laboratory: str
    entered_by: UUID | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was entered by mistake."""
        return self.status == RecordStatus.ENTERED_IN_ERROR.value

    @property
    def name(self) -> str:
        """What was measured, in words."""
        return name_of(self.analyte)

    @property
    def date_text(self) -> str:
        """The day of the sample, short enough for a table."""
        return phrases.short_date(self.collected_on)

    @property
    def value_text(self) -> str:
        """What the report says, as printed, with its unit."""
        if self.analyte is Analyte.MUTATION:
            found = _("Found: %(mutation)s") % {"mutation": self.mutation} if self.mutation else _("Found")
            return found if self.is_found else _("None found")
        text = _with_unit(self.reported_text, CountUnit(self.unit))
        if self.metaphases is None:
            return text
        return _("%(percent)s of %(count)s cells") % {"percent": text, "count": self.metaphases}

    @property
    def count(self) -> Count | None:
        """The value as the core reads it; None for a mutation."""
        if self.value is None:
            return None
        return Count(self.analyte, self.value, CountUnit(self.unit), self.collected_on)


@dataclass(frozen=True, slots=True)
class SmallChartPart:
    """One small chart, ready to be shown: its name, the last value in words, the drawing, and a note on units."""

    name: str
    last: str
    svg: SafeString
    note: str


@dataclass(frozen=True, slots=True)
class SaidOfDay:
    """What one test says, and of which day."""

    date_text: str
    words: Explanation


@dataclass(frozen=True, slots=True)
class OtherResultsPage:
    """Everything beside BCR::ABL1."""

    columns: tuple[str, ...]
    count: int
    rows: tuple[OtherResultRow, ...]
    number: int
    pages: int
    charts: tuple[SmallChartPart, ...]
    counts: Explanation | None
    said: tuple[SaidOfDay, ...]


@dataclass(frozen=True, slots=True)
class AskedAboutCounts:
    """What is asked before counts are saved; ``name`` stands for exactly these questions."""

    name: str
    questions: tuple[Explanation, ...]


def name_of(analyte: Analyte) -> str:
    """Return what was measured, in words."""
    return str(AnalyteChoice(analyte.value).label)


def get_other_results(patient: Patient) -> tuple[OtherResultRow, ...]:
    """Return every other result in order of collection, those entered in error included. One query."""
    found = []
    for columns in _rows(patient.pk):
        columns[_ANALYTE] = Analyte(columns[_ANALYTE])
        found.append(OtherResultRow(*columns))
    return tuple(found)


def find_other_result(patient: Patient, row_id: UUID) -> OtherResultRow | None:
    """Return a result of this record that counts, or None."""
    return next((row for row in get_other_results(patient) if row.id == row_id and not row.is_withdrawn), None)


def units_used_last(rows: Sequence[OtherResultRow]) -> dict[Analyte, str]:
    """Return the unit that each count of this record was last written down in; none for a count that is new."""
    return {row.analyte: row.unit for row in rows if not row.is_withdrawn and row.unit}


def questions_about_counts(
    rows: Sequence[OtherResultRow], counts: Sequence[Count], *, replacing: UUID | None = None
) -> AskedAboutCounts | None:
    """Return what to ask before counts are saved, each held against the one before it; None for nothing."""
    names, questions = [], []
    for count in counts:
        last = _last_before(rows, count, replacing)
        question = question_about(count, last.count if last else None)
        if question is not None:
            names.append(f"{question.name}:{count.analyte}:{plain(count.value)}:{count.unit}".lower())
            words = explain(
                question,
                now=f"{name_of(count.analyte)} {_with_unit(plain(count.value), count.unit)}",
                before=last.value_text if last else "",
                before_date=phrases.long_date(last.collected_on) if last else "",
            )
            questions.append(words)
    return AskedAboutCounts(";".join(names), tuple(questions)) if names else None


def _last_before(rows: Sequence[OtherResultRow], count: Count, replacing: UUID | None) -> OtherResultRow | None:
    before = [
        row
        for row in rows
        if row.analyte is count.analyte
        and row.collected_on <= count.collected_on
        and row.id != replacing
        and not row.is_withdrawn
    ]
    return before[-1] if before else None


def other_results_page(patient: Patient, *, number: int = 1) -> OtherResultsPage:
    """Return one page of the table, newest first, with the charts and words of all that counts."""
    rows = get_other_results(patient)
    counted = [row for row in rows if not row.is_withdrawn]
    pages = max(1, -(-len(rows) // ROWS_ON_A_PAGE))
    number = max(1, min(number, pages))
    return OtherResultsPage(
        (_("Sample taken"), _("Test"), _("Result")),
        len(counted),
        tuple(sorted(rows, key=_table_order))[(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE],
        number,
        pages,
        _charts(counted),
        _counts_sentence(counted),
        _said(counted),
    )


def _table_order(row: OtherResultRow) -> tuple[int, int]:
    """Newest first, and within a day as a report prints it."""
    return -row.collected_on.toordinal(), _ORDER.index(row.analyte)


def _counts_sentence(rows: Sequence[OtherResultRow]) -> Explanation | None:
    counts = [row.count for row in rows if row.analyte in CHR_LIMITS and row.count is not None]
    if not counts:
        return None
    found = assess_counts(counts)
    day = phrases.long_date(found.collected_on) if found.collected_on else ""
    return (
        explain(found.finding, day=day)
        if found.finding is not CountsFinding.NOT_ALL_RECORDED
        else explain(found.finding)
    )


def _said(rows: Sequence[OtherResultRow]) -> tuple[SaidOfDay, ...]:
    """Return what the newest chromosome test and the newest mutation test say."""
    newest: Mapping[Analyte, OtherResultRow] = {row.analyte: row for row in rows}
    said = []
    chromosomes, mutation = newest.get(Analyte.PH_METAPHASES), newest.get(Analyte.MUTATION)
    if chromosomes is not None and chromosomes.value is not None:
        said.append(
            SaidOfDay(phrases.long_date(chromosomes.collected_on), explain(assess_chromosomes(chromosomes.value)))
        )
    if mutation is not None:
        finding = MutationFinding.FOUND if mutation.is_found else MutationFinding.NOT_FOUND
        said.append(SaidOfDay(phrases.long_date(mutation.collected_on), explain(finding)))
    return tuple(said)


def _charts(rows: Sequence[OtherResultRow]) -> tuple[SmallChartPart, ...]:
    """Return one small chart a count, all on one time axis, each in the unit of its newest value."""
    counts = [row for row in rows if row.value is not None]
    if not counts:
        return ()
    first, last = counts[0].collected_on, counts[-1].collected_on
    by_analyte = {analyte: [row for row in counts if row.analyte is analyte] for analyte in _CHARTED}
    return tuple(_chart(analyte, found, first, last) for analyte, found in by_analyte.items() if found)


def _chart(analyte: Analyte, rows: Sequence[OtherResultRow], first: date, last: date) -> SmallChartPart:
    newest = rows[-1]
    unit = CountUnit(newest.unit)
    points, others = [], []
    for row in rows:
        assert row.value is not None  # noqa: S101 - only rows with a number are charted
        points.append(SmallPoint(row.collected_on, in_unit(row.value, CountUnit(row.unit), unit, analyte)))
        others += [row.unit] if row.unit != newest.unit and row.unit not in others else []
    last_text = _with_unit(newest.reported_text, unit)
    limit = _limit_in(analyte, unit)
    chart = SmallChart(
        name_of(analyte),
        unit_text(unit),
        _story(analyte, rows, last_text),
        tuple(points),
        last_text,
        first,
        last,
        phrases.short_month(first),
        phrases.short_month(last),
        limit,
    )
    note = ""
    if limit is not None:
        note = _("Straight line: the CHR range lies below %(limit)s.") % {"limit": _with_unit(plain(limit), unit)}
    if others:
        named = ", ".join(unit_text(CountUnit(other)) for other in others)
        converted = _("Values in %(others)s are drawn in %(unit)s here.") % {"others": named, "unit": unit_text(unit)}
        note = f"{note} {converted}".strip()
    said = _("%(value)s on %(date)s") % {"value": last_text, "date": phrases.long_date(newest.collected_on)}
    return SmallChartPart(
        chart.name, said, drawn(render_small(chart, element_id=f"small-{analyte.name.lower()}")), note
    )


def _limit_in(analyte: Analyte, unit: CountUnit) -> Decimal | None:
    if analyte not in CHR_LIMITS:
        return None
    limit, own = CHR_LIMITS[analyte]
    return in_unit(limit, own, unit, analyte)


def _story(analyte: Analyte, rows: Sequence[OtherResultRow], last_text: str) -> str:
    facts = {
        "name": name_of(analyte),
        "count": len(rows),
        "first": phrases.long_date(rows[0].collected_on),
        "last": phrases.long_date(rows[-1].collected_on),
        "value": last_text,
    }
    if len(rows) == 1:
        return _("%(name)s: one value, %(value)s on %(last)s.") % facts
    return _("%(name)s: %(count)s values from %(first)s to %(last)s. The last is %(value)s.") % facts


def unit_text(unit: CountUnit) -> str:
    """Return a unit as short as a report prints it."""
    return _SHORT_UNITS.get(unit) or str(CountUnitChoice(unit.value).label)


def _with_unit(text: str, unit: CountUnit) -> str:
    if unit is CountUnit.PERCENT:
        return f"{text}%"
    words = unit_text(unit)
    return f"{text} × {words}" if words.startswith("10") else f"{text} {words}"


def unit_choices(analyte: Analyte) -> list[tuple[str, str]]:
    """Return the units that a count may be printed in, as a person chooses them."""
    return [(unit.value, str(CountUnitChoice(unit.value).label)) for unit in UNITS_OF[analyte]]
