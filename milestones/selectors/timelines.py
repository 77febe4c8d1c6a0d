"""One person's record, read once: every page, list, chart and export of it comes from this one object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import Patient
from accounts.prepared import Ask, PreparedRows, run_together
from milestones.clinical.course import Course, CourseEntry, read_course, values_before_treatment
from milestones.clinical.guidelines.loader import DEFAULT_RULE_SET, RuleSet, load_rule_sets
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    ReadingKind,
    ReadingNote,
    Scale,
    Specimen,
    Transcript,
)
from milestones.clinical.parsing import parse_reading
from milestones.clinical.quantity import Comparator
from milestones.clinical.treatment import Medicine, TreatmentBreak, TreatmentLine
from milestones.clinical.units import Unit
from milestones.models import (
    ClinicalProfile,
    DatePrecision,
    LabResult,
    RecordStatus,
    ResultSource,
    Treatment,
    TreatmentChange,
    TreatmentChangeKind,
)

_COMPARATORS = {member.value: member for member in Comparator}
_KINDS = {member.value: member for member in ReadingKind}
_UNITS = {member.value: member for member in Unit}
_SCALES = {member.value: member for member in Scale}
_TRANSCRIPTS = {member.value: member for member in Transcript}
_SPECIMENS = {member.value: member for member in Specimen}
_GENES = {member.value: member for member in ControlGene}
_NO_NOTES: frozenset[ReadingNote] = frozenset()

_PROFILE_COLUMNS = (
    "version",
    "diagnosed_on",
    "baseline_text",
    "baseline_unit",
    "baseline_scale",
    "baseline_laboratory",
    "transcript",
    "rule_set",
    "test_interval_months",
    "set_up_at",
    "shows_when_ready",
)
_TREATMENT_COLUMNS = (
    "id",
    "version",
    "status",
    "medicine",
    "dose",
    "started_on",
    "started_precision",
    "stopped_on",
    "stopped_precision",
    "idempotency_key",
)
_CHANGE_COLUMNS = (
    "id",
    "version",
    "status",
    "treatment_id",
    "kind",
    "started_on",
    "started_precision",
    "ended_on",
    "ended_precision",
    "dose",
    "reason",
)
_RESULT_COLUMNS = (
    "id",
    "version",
    "status",
    "source",
    "collected_precision",
    "collected_on",
    "reported_text",
    "kind",
    "value",
    "comparator",
    "detected",
    "unit",
    "printed_scale",
    "log_reduction",
    "limit_of_detection",
    "reading_notes",
    "scale",
    "transcript",
    "specimen",
    "laboratory",
    "control_gene",
    "control_gene_copies",
    "conversion_factor",
    "entered_by_id",
    "held_until",
    "opened_at",
    "checked_version",
)


_profiles = PreparedRows(lambda: ClinicalProfile.objects.values_list(*_PROFILE_COLUMNS))
_treatments = PreparedRows(
    lambda: Treatment.objects.order_by("started_on", "created_at").values_list(*_TREATMENT_COLUMNS)
)
_changes = PreparedRows(
    lambda: TreatmentChange.objects.order_by("started_on", "created_at").values_list(*_CHANGE_COLUMNS)
)
_results = PreparedRows(
    lambda: LabResult.objects.order_by("collected_on", "created_at", "id").values_list(*_RESULT_COLUMNS)
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A stored result beside what the core reads in it."""

    id: UUID
    version: int
    status: str
    source: str
    day_is_known: bool
    observation: Observation
    entered_by: UUID | None = None
    held_until: date | None = None
    is_opened: bool = False
    is_checked: bool = False

    @property
    def is_from_team(self) -> bool:
        """Whether the care team entered it."""
        return self.source == ResultSource.TEAM.value


@dataclass(frozen=True, slots=True)
class TreatmentChangeRow:
    """Another dose or a break within a line of treatment, as it is stored."""

    id: UUID
    version: int
    status: str
    treatment_id: UUID
    kind: str
    started_on: date
    started_day_is_known: bool
    ended_on: date | None
    ended_day_is_known: bool
    dose: str
    reason: str

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value


@dataclass(frozen=True, slots=True)
class TreatmentRow:
    """A stored line of treatment, with what happened within it in order of time."""

    id: UUID
    version: int
    status: str
    medicine: str
    dose: str
    started_on: date
    started_day_is_known: bool
    stopped_on: date | None
    stopped_day_is_known: bool
    changes: tuple[TreatmentChangeRow, ...] = ()
    key: UUID | None = None

    @property
    def counts(self) -> bool:
        """Whether it was not entered by mistake."""
        return self.status != RecordStatus.ENTERED_IN_ERROR.value

    @property
    def line(self) -> TreatmentLine:
        """The line as the core reads it."""
        return TreatmentLine(
            self.started_on,
            self.stopped_on,
            Medicine(self.medicine),
            self.started_day_is_known,
            self.stopped_day_is_known,
        )


@dataclass(frozen=True, slots=True)
class Profile:
    """What the results are held against; ``baseline`` is the own level at diagnosis, as far as it can be read."""

    version: int = 0
    diagnosed_on: date | None = None
    baseline_text: str = ""
    baseline_unit: str = ""
    baseline_scale: str = Scale.UNKNOWN.value
    baseline_laboratory: str = ""
    transcript: str = Transcript.P210.value
    rule_set: str = DEFAULT_RULE_SET
    test_interval_months: int | None = None
    set_up_at: datetime | None = None
    shows_when_ready: bool = False
    baseline: Observation | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A record as it stands ``today``. ``rows`` and ``course.entries`` are parallel, in order of collection.

    ``covered`` are results of the team that the reader does not see yet: that they are there is said, and no more.
    """

    patient_id: UUID
    display_name: str
    today: date
    profile: Profile
    rule_set: RuleSet
    rows: tuple[ResultRow, ...]
    withdrawn: tuple[ResultRow, ...]
    treatments: tuple[TreatmentRow, ...]
    lines: tuple[TreatmentLine, ...]
    course: Course
    covered: tuple[ResultRow, ...] = ()

    def entry_of(self, result_id: UUID) -> tuple[int, ResultRow, CourseEntry] | None:
        """Return the place, row and entry of a result that counts, or None."""
        for index, row in enumerate(self.rows):
            if row.id == result_id:
                return index, row, self.course.entries[index]
        return None


def today_of(patient: Patient) -> date:
    """Return the date it is now where the person lives."""
    return timezone.now().astimezone(ZoneInfo(patient.time_zone)).date()


def get_timeline(
    patient: Patient, *, today: date | None = None, also: Sequence[RuleSet] = (), covers: bool = True
) -> Timeline:
    """Return a person's record in four queries, classified in memory.

    Args:
        patient: as ``accounts.access`` gave it.
        today: the day to read it on; the person's own today if absent.
        also: rule sets to ask beside the person's own, whose verdict stands first.
        covers: whether results that the reader does not see yet are left out; a team sees all of them.
    """
    return read_timeline(patient, run_together(ask_record(patient)), today=today, also=also, covers=covers)


def ask_record(patient: Patient) -> list[Ask]:
    """Return the queries that a timeline is read from."""
    return [query.ask(patient.pk) for query in (_profiles, _treatments, _changes, _results)]


def read_timeline(
    patient: Patient,
    rows: Sequence[Sequence[Sequence[Any]]],
    *,
    today: date | None = None,
    also: Sequence[RuleSet] = (),
    covers: bool = True,
) -> Timeline:
    """Return a person's record from the rows that ``ask_record`` asks for; the rest as in ``get_timeline``."""
    profile_rows, treatment_rows, change_rows, result_rows = rows
    day = today or today_of(patient)
    profile = _profile_of(profile_rows)
    rule_set = _rule_set(profile.rule_set)
    treatments = _treatments_of(treatment_rows, change_rows)
    counted = tuple(row for row in treatments if row.status != RecordStatus.ENTERED_IN_ERROR.value)
    lines = tuple(row.line for row in counted)
    counting: list[ResultRow] = []
    withdrawn: list[ResultRow] = []
    covered: list[ResultRow] = []
    covers = covers and not patient.viewing.role.is_team
    own = Transcript(profile.transcript)
    for row in (result_row(columns, own) for columns in result_rows):
        if covers and is_covered(row, profile, day):
            covered.append(row)
        else:
            (withdrawn if row.status == RecordStatus.ENTERED_IN_ERROR.value else counting).append(row)
    observations = [row.observation for row in counting]
    first_dose = lines[0].started_on if lines else None
    course = read_course(
        observations,
        lines,
        (rule_set, *also),
        day,
        baselines=own_baselines(observations, profile, first_dose),
        breaks=breaks_of(counted),
        chosen_interval_months=profile.test_interval_months,
    )
    return Timeline(
        patient.pk,
        patient.display_name,
        day,
        profile,
        rule_set,
        tuple(counting),
        tuple(withdrawn),
        treatments,
        lines,
        course,
        tuple(row for row in covered if row.status != RecordStatus.ENTERED_IN_ERROR.value),
    )


def is_covered(row: ResultRow, profile: Profile, today: date) -> bool:
    """Whether a result of the team is not to be seen yet: it is held, or waits until the person asks for it."""
    if row.held_until is not None and row.held_until > today:
        return True
    return profile.shows_when_ready and row.is_from_team and not row.is_opened


def own_baselines(
    observations: list[Observation], profile: Profile, first_dose: date | None
) -> list[Observation | None]:
    """Return the own baseline of each result: the level at diagnosis, or the last value before the first dose."""
    if profile.baseline is None:
        return values_before_treatment(observations, first_dose)
    return [profile.baseline] * len(observations)


def get_profile(patient: Patient) -> Profile:
    """Return a person's profile; an empty one before set-up."""
    return _profile_of(_profiles(patient.pk))


def _profile_of(rows: Sequence[Sequence[Any]]) -> Profile:
    if not rows:
        return Profile()
    stored = Profile(*rows[0])
    return replace(stored, baseline=_read_baseline(stored)) if stored.baseline_text else stored


def _read_baseline(stored: Profile) -> Observation | None:
    unit = Unit(stored.baseline_unit) if stored.baseline_unit else None
    reading = parse_reading(stored.baseline_text, unit=unit)
    if not isinstance(reading, Reading):
        return None
    return Observation(
        stored.diagnosed_on or date.min,
        reading,
        Scale(stored.baseline_scale),
        Transcript(stored.transcript),
        laboratory=stored.baseline_laboratory,
    )


def get_treatments(patient: Patient) -> tuple[TreatmentRow, ...]:
    """Return every line of treatment in order of its start, those entered in error included. Two queries."""
    return _treatments_of(*run_together([_treatments.ask(patient.pk), _changes.ask(patient.pk)]))


def _treatments_of(rows: Sequence[Sequence[Any]], change_rows: Sequence[Sequence[Any]]) -> tuple[TreatmentRow, ...]:
    day = DatePrecision.DAY.value
    changes = [
        TreatmentChangeRow(
            row_id, version, status, line, kind, start, known == day, end, end_known == day, dose, reason
        )
        for row_id, version, status, line, kind, start, known, end, end_known, dose, reason in change_rows
    ]
    return tuple(
        TreatmentRow(
            row_id,
            version,
            status,
            medicine,
            dose,
            started_on,
            started == day,
            stopped_on,
            stopped == day,
            tuple(change for change in changes if change.treatment_id == row_id),
            key,
        )
        for row_id, version, status, medicine, dose, started_on, started, stopped_on, stopped, key in rows
    )


def is_off_treatment_now(treatments: Sequence[TreatmentRow], today: date) -> bool:
    """Whether the last line that counts has a recorded stop that has come."""
    counted = [row for row in treatments if row.status != RecordStatus.ENTERED_IN_ERROR.value]
    return bool(counted) and counted[-1].stopped_on is not None and counted[-1].stopped_on <= today


def breaks_of(treatments: Sequence[TreatmentRow]) -> list[TreatmentBreak]:
    """Return the breaks within the lines that count, as the core reads them."""
    return [
        TreatmentBreak(change.started_on, change.ended_on)
        for row in treatments
        for change in row.changes
        if change.kind == TreatmentChangeKind.BREAK.value and change.counts
    ]


def _rule_set(chosen: str) -> RuleSet:
    rule_sets = load_rule_sets()
    return rule_sets.get(chosen) or rule_sets[DEFAULT_RULE_SET]


def result_row(row: Sequence[Any], own: Transcript = Transcript.P210) -> ResultRow:
    """Return a result from its columns, in the order of ``_RESULT_COLUMNS``.

    ``own`` is the person's transcript; it holds for every result that was not stored as another one's.
    """
    transcript = _TRANSCRIPTS[row[17]]
    reading = Reading(
        _KINDS[row[7]],
        row[8],
        _COMPARATORS[row[9]],
        row[10],
        _UNITS[row[11]],
        _SCALES[row[12]],
        row[13],
        row[14],
        frozenset(ReadingNote(note) for note in row[15].split(",")) if row[15] else _NO_NOTES,
        row[6],
    )
    observation = Observation(
        row[5],
        reading,
        _SCALES[row[16]],
        own if transcript is Transcript.P210 else transcript,
        _SPECIMENS[row[18]],
        row[19],
        "",
        _GENES[row[20]],
        row[21],
        row[22],
    )
    return ResultRow(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4] == DatePrecision.DAY.value,
        observation,
        row[23],
        row[24],
        row[25] is not None,
        row[26] == row[1],
    )


def result_row_of(result: Any) -> ResultRow:
    """Return a stored result, or a version of one from its history, beside what the core reads in it."""
    return result_row(tuple(getattr(result, name) for name in _RESULT_COLUMNS))


def observation_of(result: Any) -> Observation:
    """Return a stored result, or a version of one from its history, as the core reads it."""
    return result_row_of(result).observation
