"""What the results page shows: steps, chart and table of the same results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from milestones.charts.table import TableColumns, TableRow, render_rows
from milestones.clinical.course import CourseEntry
from milestones.clinical.levels import LevelFlag
from milestones.clinical.observation import ReadingKind
from milestones.explanations import phrases
from milestones.models import RecordStatus
from milestones.selectors.authors import said_of
from milestones.selectors.covered import CoveredResult, covered_results
from milestones.selectors.markup import drawn
from milestones.selectors.parts import ChartPart, chart_part, ladder_part
from milestones.selectors.pictures import chart_of, result_href_base
from milestones.selectors.presenting import Badge, ResultWords, badge_of, said_of_result, scale_words
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline

#: Enough for twenty years of tests; a longer record goes on on the next page of its table.
ROWS_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """The results page: steps and chart of what is shown, and the table of it, a page at a time."""

    count: int
    count_words: str
    shown: int
    number: int
    pages: int
    columns: tuple[str, ...]
    ladder: str
    chart: ChartPart | None
    rows: SafeString
    withdrawn: tuple[TableRow, ...]
    laboratories: tuple[str, ...]
    covered: tuple[CoveredResult, ...]


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


def results_page(
    timeline: Timeline,
    chosen: ResultFilter,
    columns: TableColumns,
    *,
    number: int = 1,
    authors: Mapping[UUID, str] = MappingProxyType({}),
) -> ResultsPage:
    """Return what the results page shows, its table under these names of columns; ``authors`` as ``authors_of`` gives.

    ``number`` is the page of the table, the newest results on the first; the last page there is, if it lies beyond.
    """
    shown = [index for index, entry in enumerate(timeline.course.entries) if chosen.accepts(entry)]
    base, said = result_href_base(timeline.patient_id), [said_of_result(entry) for entry in timeline.course.entries]
    pages = max(1, -(-len(shown) // ROWS_ON_A_PAGE))
    number = max(1, min(number, pages))
    newest_first = shown[::-1][(number - 1) * ROWS_ON_A_PAGE : number * ROWS_ON_A_PAGE]
    return ResultsPage(
        count=len(timeline.rows),
        count_words=_count_words(len(timeline.rows), len(shown)),
        shown=len(shown),
        number=number,
        pages=pages,
        columns=(columns.taken, columns.result, columns.level, columns.says),
        ladder=ladder_part(timeline) if shown else "",
        chart=chart_part(chart_of(timeline, shown, said=said)) if shown else None,
        rows=drawn(
            render_rows([_table_row(timeline, index, said[index], base, authors) for index in newest_first], columns)
        ),
        withdrawn=tuple(_withdrawn_row(row, base) for row in reversed(timeline.withdrawn)),
        laboratories=tuple(sorted({row.observation.laboratory for row in timeline.rows if row.observation.laboratory})),
        covered=covered_results(timeline),
    )


def _count_words(count: int, shown: int) -> str:
    words = ngettext(
        "%(count)s result of BCR::ABL1, the CML gene", "%(count)s results of BCR::ABL1, the CML gene", count
    ) % {"count": count}
    if shown == count:
        return words
    part = _("%(shown)s shown") % {"shown": shown}
    return f"{words}, {part}"


def _table_row(timeline: Timeline, index: int, words: ResultWords, base: str, authors: Mapping[UUID, str]) -> TableRow:
    row, entry = timeline.rows[index], timeline.course.entries[index]
    said = _said(badge_of(timeline, entry), words.change)
    author = said_of(authors, row.entered_by) if authors else ""
    return TableRow(
        f"{base}{row.id}/",
        phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
        words.value,
        _detail(entry),
        words.level,
        f"{said} {author}" if author else said,
        "corrected" if row.status == RecordStatus.CORRECTED.value else "",
    )


def _said(badge: Badge | None, change: str) -> str:
    return f"{badge.text}. {change}." if badge is not None and badge.kind != "none" else f"{change}."


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


def rows_for_export(timeline: Timeline) -> Sequence[tuple[ResultRow, CourseEntry]]:
    """Return every result that counts with its entry, in order of collection."""
    return list(zip(timeline.rows, timeline.course.entries, strict=True))
