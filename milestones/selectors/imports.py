"""What an import shows before anything is saved: how a file was read, row by row, held against the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Patient, User
from milestones.clinical.notation import DecimalMark
from milestones.clinical.observation import Scale
from milestones.clinical.units import Unit
from milestones.explanations import phrases
from milestones.interchange.columns import Key
from milestones.interchange.draft import DiagnosisDraft, ResultDraft, TreatmentDraft
from milestones.interchange.file_dates import DateFault, DateOrder, FoundDate, read_date
from milestones.interchange.incoming import Incoming, IncomingStatus, Problem
from milestones.interchange.table_file import Table, read_table
from milestones.interchange.table_rows import (
    Choices,
    OpenQuestions,
    cells_of,
    first_choices,
    open_questions,
    place_of,
    read_rows,
)
from milestones.models import HeldImport, ImportBatch, ImportKind, LabResult, MedicineChoice, RecordStatus
from milestones.selectors.checking import question_in_words, understood
from milestones.selectors.import_rows import Judged, digest_of, rows_to_take
from milestones.selectors.import_words import left_open, problem_in_words
from milestones.selectors.result_rows import ResultRow
from milestones.selectors.timelines import Timeline

ON_A_PAGE = 50
HELD_HOURS = 24
UNDO_DAYS = 30
_SAMPLE_CELLS = 3
_MOST_BATCHES = 20


@dataclass(frozen=True, slots=True)
class HeldFile:
    """A file that waits for its confirmation, and what was said about it so far."""

    id: UUID
    kind: str
    content: bytes
    choices: Mapping[str, Any]

    @property
    def is_fhir(self) -> bool:
        """Whether it is FHIR, and no table."""
        return self.kind == ImportKind.FHIR.value

    @property
    def ticked(self) -> frozenset[str]:
        """The rows that are taken although they look like others."""
        return frozenset(self.choices.get("take", ()))


def get_held_file(patient: Patient, held_id: UUID, by: User) -> HeldFile | None:
    """Return a file with rows, a table or FHIR, that this person chose within the last day, or None."""
    return get_held(patient, held_id, by) or get_held(patient, held_id, by, kind=ImportKind.FHIR)


def get_held(patient: Patient, held_id: UUID, by: User, *, kind: ImportKind = ImportKind.TABLE) -> HeldFile | None:
    """Return a file of a kind that this person chose within the last day, or None."""
    since = timezone.now() - timedelta(hours=HELD_HOURS)
    rows = HeldImport.objects.filter(pk=held_id, patient=patient, made_by=by, kind=kind)
    row = rows.filter(created_at__gte=since).first()
    return None if row is None else HeldFile(row.pk, row.kind, bytes(row.content), row.choices)


def get_held_text(patient: Patient, held_id: UUID, by: User) -> str | None:
    """Return the text of a report that this person pasted within the last day, or None."""
    held = get_held(patient, held_id, by, kind=ImportKind.TEXT)
    return None if held is None else held.content.decode()


# --- A table: its columns and what it leaves open ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table with what is chosen for it, and what its cells ask."""

    table: Table
    choices: Choices
    questions: OpenQuestions

    @property
    def missing(self) -> tuple[Key, ...]:
        """The columns that have to be found and are not."""
        places = set(self.choices.columns.values())
        dates = () if Key.COLLECTED_ON in places else (Key.COLLECTED_ON,)
        has_value = places & {Key.REPORTED, Key.VALUE_PERCENT, Key.DETECTED}
        return dates if has_value else (*dates, Key.REPORTED)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The headings of the columns that are not read."""
        return tuple(name for place, name in enumerate(self.table.headings) if place not in self.choices.columns)

    @property
    def dates_said(self) -> str:
        """How dates are read, on an example; "" where none needs to be told."""
        place, order = place_of(self.choices.columns, Key.COLLECTED_ON), self.choices.date_order
        if place is None or order is None:
            return ""
        for text in cells_of(self.table, place):
            found = read_date(text, order)
            is_open = all(isinstance(read_date(text, one), FoundDate) for one in DateOrder)
            if is_open and read_date(text) is DateFault.ORDER_UNKNOWN and isinstance(found, FoundDate):
                return _("%(text)s is read as %(date)s.") % {"text": text, "date": phrases.long_date(found.day)}
        return ""

    @property
    def is_complete(self) -> bool:
        """Whether every row can be read: the columns are found, and what is open for all rows has its answer."""
        asked, given = self.questions, self.choices
        pairs = (
            (asked.date_order, given.date_order),
            (asked.decimal_mark, given.decimal_mark),
            (asked.unit, given.unit),
            (asked.scale, given.scale),
        )
        return not self.missing and all(answer is not None for question, answer in pairs if question)


def read_held_table(held: HeldFile) -> ReadTable:
    """Return the table of a file that waits, with what was chosen, or else with what the table itself says."""
    table = read_table(held.content)
    choices = choices_from(held.choices) if "columns" in held.choices else first_choices(table)
    return ReadTable(table, choices, open_questions(table, choices))


def choices_from(stored: Mapping[str, Any]) -> Choices:
    """Return what was chosen for a table, as it is stored with the file."""
    mark = stored.get("decimal_mark") or None
    return Choices(
        {int(place): Key(key) for place, key in stored.get("columns", {}).items()},
        DateOrder(stored["date_order"]) if stored.get("date_order") else None,
        cast("DecimalMark", mark) if mark in (".", ",") else None,
        Unit(stored["unit"]) if stored.get("unit") else None,
        Scale(stored["scale"]) if stored.get("scale") else None,
    )


def stored_choices(choices: Choices) -> dict[str, Any]:
    """Return choices as they are stored with the file."""
    return {
        "columns": {str(place): key.value for place, key in choices.columns.items()},
        "date_order": choices.date_order.value if choices.date_order else "",
        "decimal_mark": choices.decimal_mark or "",
        "unit": choices.unit.value if choices.unit else "",
        "scale": choices.scale.value if choices.scale else "",
    }


def rows_of(read: ReadTable, today: date) -> list[Incoming]:
    """Return the rows of a table, as they are understood by what was chosen."""
    return read_rows(read.table, read.choices, today)


def sample_cells(table: Table, place: int) -> tuple[str, ...]:
    """Return the first different texts that stand in a column."""
    found: dict[str, None] = {}
    for _number, row in table.rows:
        if place < len(row) and row[place]:
            found[row[place][:60]] = None
        if len(found) == _SAMPLE_CELLS:
            break
    return tuple(found)


# --- The page ---------------------------------------------------------------------------------------------------------

SHOWN = ("all", "problems", "repeats", "questions")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of the preview."""

    place: str
    source: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, str], ...]
    repeats: str
    questions: tuple[str, ...]
    is_ticked: bool
    change: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen, in numbers; the rows of one page; and the proof of what was shown."""

    total: int
    taken: int
    problems: int
    repeats: int
    questions: int
    rows: tuple[PreviewRow, ...]
    show: str
    number: int
    pages: int
    digest: str

    @property
    def left_out(self) -> int:
        """How many rows are not brought in."""
        return self.total - self.taken


def preview(
    judged: Sequence[Judged], ticked: frozenset[str], *, show: str, number: int, diagnosed_on: date | None
) -> Preview:
    """Return a page of the preview.

    Args:
        judged: every row.
        ticked: the rows that are taken although they look like others.
        show: which rows: one of ``SHOWN``.
        number: the page; the last there is, if it lies beyond.
        diagnosed_on: the day of diagnosis, for the questions.
    """
    kinds = {
        "all": list(judged),
        "problems": [one for one in judged if one.row.problems],
        "repeats": [one for one in judged if one.is_repeat],
        "questions": [one for one in judged if one.asked and one.is_taken(ticked)],
    }
    chosen = kinds[show]
    pages = max(1, -(-len(chosen) // ON_A_PAGE))
    number = max(1, min(number, pages))
    taken = rows_to_take(judged, ticked)
    return Preview(
        len(judged),
        len(taken),
        len(kinds["problems"]),
        len(kinds["repeats"]),
        len(kinds["questions"]),
        tuple(_row(one, ticked, diagnosed_on) for one in chosen[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]),
        show,
        number,
        pages,
        digest_of(taken),
    )


def summary_in_words(page: Preview, read: ReadTable | None) -> tuple[tuple[str, str], ...]:
    """Return what will happen, as term and text; ``read`` is the table, where it is one."""
    facts = (
        (_("Rows in the file"), str(page.total)),
        (_("Will be brought in"), str(page.taken)),
        (_("Left out"), str(page.left_out or "")),
        (_("With a problem"), str(page.problems or "")),
        (_("Seem to be there twice"), str(page.repeats or "")),
        (_("Columns left out"), ", ".join(read.left_out) if read else ""),
        (_("Dates"), read.dates_said if read else ""),
    )
    return tuple((term, text) for term, text in facts if text)


def _row(one: Judged, ticked: frozenset[str], diagnosed_on: date | None) -> PreviewRow:
    draft = one.row.draft
    facts: tuple[tuple[str, str], ...] = ()
    questions: tuple[str, ...] = ()
    if isinstance(draft, ResultDraft):
        facts = understood(draft)
        questions = tuple(question_in_words(asked, draft, other, diagnosed_on).body for asked, other in one.asked)
    if isinstance(draft, TreatmentDraft):
        facts = _line_understood(draft)
    if isinstance(draft, DiagnosisDraft):
        facts = ((_("Month of diagnosis"), phrases.long_date(draft.diagnosed_on, day_is_known=False)),)
    return PreviewRow(
        one.row.place,
        one.row.source,
        facts,
        _in_words(one.row.problems),
        _repeat_in_words(one),
        questions,
        one.row.place in ticked,
        _change_in_words(one),
        _in_words(one.row.remarks),
    )


def _in_words(problems: Sequence[Problem]) -> tuple[tuple[str, str], ...]:
    return tuple((left_open(wrong) if wrong.column else "", problem_in_words(wrong)) for wrong in problems)


def _line_understood(draft: TreatmentDraft) -> tuple[tuple[str, str], ...]:
    stopped = draft.stopped_on
    facts = (
        (_("Medicine"), str(MedicineChoice(draft.medicine).label)),
        (_("Dose"), draft.dose),
        (_("First dose"), phrases.long_date(draft.started_on, day_is_known=draft.started_day_is_known)),
        (_("Last dose"), phrases.long_date(stopped, day_is_known=draft.stopped_day_is_known) if stopped else ""),
    )
    return tuple((term, text) for term, text in facts if text)


def _change_in_words(one: Judged) -> str:
    if one.earlier is None:
        return ""
    facts = {
        "value": phrases.result(one.earlier.observation),
        "date": phrases.long_date(one.earlier.observation.collected_on, day_is_known=one.earlier.day_is_known),
    }
    if one.row.status is IncomingStatus.ENTERED_IN_ERROR:
        return _("The source has taken this back: %(value)s, %(date)s. It will be marked as a mistake.") % facts
    return _("This corrects a result in the record: %(value)s, %(date)s. The old version is kept.") % facts


def _repeat_in_words(one: Judged) -> str:
    if one.is_known and isinstance(one.row.draft, DiagnosisDraft):
        return _("A month of diagnosis is in the record already. Tick this row to put the new one in its place.")
    if one.is_known:
        return _("This line of treatment seems to be in the record already.")
    if one.repeats is None:
        return ""
    observation, day_is_known = one.repeats
    facts = {
        "row": one.repeats_row,
        "value": phrases.result(observation),
        "date": phrases.long_date(observation.collected_on, day_is_known=day_is_known),
    }
    if one.repeats_row:
        return _("This seems to be the same test as row %(row)s: %(value)s, %(date)s.") % facts
    return _("This seems to be in the record already: %(value)s, %(date)s.") % facts


# --- What was brought in ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A result of an import as its page lists it; ``is_kept`` where it stays when the import is undone."""

    id: UUID
    date_text: str
    text: str
    is_withdrawn: bool
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """What was brought in at one time."""

    id: UUID
    entered_by: UUID
    results: int
    treatments: int
    left_out: int
    created_at: datetime
    undo_until: datetime
    undone_at: datetime | None
    kept: tuple[BatchResult, ...]
    rows: tuple[BatchResult, ...]
    number: int
    pages: int

    @property
    def can_be_undone(self) -> bool:
        """Whether it can still be taken back."""
        return self.undone_at is None and timezone.now() <= self.undo_until


def get_batch(patient: Patient, batch_id: UUID, timeline: Timeline, *, number: int = 1) -> Batch | None:
    """Return an import with its results, a page at a time; None where this record has none.

    Only what the reader may see by now is listed: a team's results can wait.
    """
    row = ImportBatch.objects.filter(pk=batch_id, patient=patient).first()
    if row is None:
        return None
    own = set(LabResult.objects.filter(batch=row, patient=patient).values_list("pk", flat=True))
    shown = [one for one in (*timeline.rows, *timeline.withdrawn) if one.id in own]
    shown.sort(key=lambda one: one.observation.collected_on, reverse=True)
    results = [_batch_result(one) for one in shown]
    pages = max(1, -(-len(results) // ON_A_PAGE))
    number = max(1, min(number, pages))
    return Batch(
        row.pk,
        row.entered_by_id,
        row.results,
        row.treatments,
        row.left_out,
        row.created_at,
        row.created_at + timedelta(days=UNDO_DAYS),
        row.undone_at,
        tuple(one for one in results if one.is_kept)[:ON_A_PAGE],
        tuple(results[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]),
        number,
        pages,
    )


def _batch_result(row: ResultRow) -> BatchResult:
    is_withdrawn = row.status == RecordStatus.ENTERED_IN_ERROR.value
    return BatchResult(
        row.id,
        phrases.short_date(row.observation.collected_on, day_is_known=row.day_is_known),
        row.observation.reading.text,
        is_withdrawn,
        not is_withdrawn and (row.version > 1 or row.is_checked),
    )


@dataclass(frozen=True, slots=True)
class BatchLine:
    """An import as a list names it."""

    id: UUID
    entered_by: UUID
    date_text: str
    results: int
    is_undone: bool


def get_batches(patient: Patient, zone: ZoneInfo) -> list[BatchLine]:
    """Return what was brought in so far, the newest first, its day as it was in this time zone."""
    rows = ImportBatch.objects.filter(patient=patient).order_by("-created_at", "pk")[:_MOST_BATCHES]
    return [
        BatchLine(
            row.pk,
            row.entered_by_id,
            phrases.long_date(row.created_at.astimezone(zone).date()),
            row.results,
            row.undone_at is not None,
        )
        for row in rows
    ]
