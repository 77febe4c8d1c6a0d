"""The batch command's table: rows of one patient in, the same rows with their classification out.

Pure: it knows cells and no files. ``classify_file`` brings the rows together and keeps memory bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Final, TypeVar

from milestones.clinical.course import CourseEntry, classify_entries, values_before_treatment
from milestones.clinical.guidelines.loader import RuleSet, TimePoint
from milestones.clinical.notation import Refusal, parse_copies, parse_factor
from milestones.clinical.observation import (
    ControlGene,
    Observation,
    Reading,
    Scale,
    Specimen,
    Transcript,
    effective_scale,
)
from milestones.clinical.parsing import parse_reading
from milestones.clinical.quantity import plain, significant
from milestones.clinical.treatment import TreatmentLine

REQUIRED_COLUMNS: Final = ("patient", "collected_on", "reported")
OPTIONAL_COLUMNS: Final = (
    "scale",
    "transcript",
    "specimen",
    "laboratory",
    "control_gene",
    "control_gene_copies",
    "conversion_factor",
    "treatment_started_on",
    "treatment_stopped_on",
    "diagnosis_reported",
)
ADDED_BEFORE_VERDICTS: Final = (
    "level",
    "level_reason",
    "detected",
    "percent_is",
    "comparator",
    "times_below_standard",
    "times_below_diagnosis",
    "day_of_treatment",
    "time_point",
)
ADDED_AFTER_VERDICTS: Final = ("change_log10", "change", "flags")

_STOP_BEFORE_START = "treatment_stopped_on before treatment_started_on"
_FACTOR_NOT_USED = "conversion factor not used: already on the International Scale"
_SPECIMEN_NOT_JUDGED = "specimen not judged"

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SHOWN_DIGITS = 6
_CHANGE_PLACES = Decimal("0.001")

_SCALES = {"is": Scale.IS, "not is": Scale.NOT_IS, "": Scale.UNKNOWN}
_TRANSCRIPTS = {
    **dict.fromkeys(("", "p210", "e13a2", "e14a2", "b2a2", "b3a2", "e13a2/e14a2"), Transcript.P210),
    "unknown": Transcript.UNKNOWN,
}
_SPECIMENS = {
    **dict.fromkeys(("", "blood", "peripheral blood", "pb"), Specimen.BLOOD),
    **dict.fromkeys(("bone marrow", "marrow", "bm"), Specimen.BONE_MARROW),
}
_GENES = {
    "": ControlGene.UNKNOWN,
    "abl1": ControlGene.ABL1,
    "abl": ControlGene.ABL1,
    "gusb": ControlGene.GUSB,
    "gus": ControlGene.GUSB,
    "bcr": ControlGene.BCR,
}


_T = TypeVar("_T", int, Decimal)
TreatmentDates = tuple[date | None, date | None]


class UnreadableRowError(ValueError):
    """A row that cannot be read; the message is its ``level_reason``."""


def added_columns(rule_sets: Sequence[RuleSet]) -> tuple[str, ...]:
    """Return the columns that are added to the input's, in their order: one verdict column for each rule set."""
    verdicts = tuple(f"verdict_{rule_set.id}" for rule_set in rule_sets)
    return ADDED_BEFORE_VERDICTS + verdicts + ADDED_AFTER_VERDICTS


class RowReader:
    """Reads cells by the names of the header's columns."""

    def __init__(self, header: Sequence[str]) -> None:
        positions = {name: position for position, name in enumerate(header)}
        self.width = len(header)
        self.patient = positions["patient"]
        self._collected_on = positions["collected_on"]
        self._reported = positions["reported"]
        # A column that the header lacks is read from a blank cell behind the row.
        self._pick = itemgetter(*(positions.get(name, self.width) for name in OPTIONAL_COLUMNS))

    def read(self, row: Sequence[str]) -> tuple[Observation, TreatmentDates, str]:
        """Return the row's observation, its treatment dates, and the own level at diagnosis as printed.

        Raises:
            UnreadableRowError: a cell cannot be read; the message names it.
        """
        if len(row) != self.width:
            raise UnreadableRowError(f"not read: {len(row)} cells where the header has {self.width}")
        cells = [cell.strip() for cell in row]
        if not cells[self.patient]:
            raise UnreadableRowError("not read: patient is empty")
        cells.append("")
        scale, transcript, specimen, laboratory, gene, copies, factor, started, stopped, diagnosis = self._pick(cells)
        reading = parse_reading(row[self._reported])
        if isinstance(reading, Refusal):
            raise UnreadableRowError(f"not read: {reading.value}")
        observation = Observation(
            _date(cells[self._collected_on], "collected_on"),
            reading,
            _choice(_SCALES, scale, "scale"),
            _TRANSCRIPTS.get(transcript.lower(), Transcript.OTHER),
            _SPECIMENS.get(specimen.lower(), Specimen.OTHER),
            laboratory,
            "",
            _GENES.get(gene.lower(), ControlGene.OTHER),
            _number(copies, parse_copies, "control_gene_copies") if copies else None,
            _number(factor, parse_factor, "conversion_factor") if factor else None,
        )
        dates = (
            _date(started, "treatment_started_on") if started else None,
            _date(stopped, "treatment_stopped_on") if stopped else None,
        )
        return observation, dates, diagnosis


@lru_cache(maxsize=8_192)
def _date(text: str, column: str) -> date:
    try:
        # ``fromisoformat`` alone would also take 20260806 and 2026-W32-4.
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise UnreadableRowError(f"not read: {column} is not a date like 2026-08-06")


def _choice(choices: dict[str, Scale], text: str, column: str) -> Scale:
    try:
        return choices[text.lower()]
    except KeyError:
        raise UnreadableRowError(f"not read: {column} is not one of its words") from None


def _number(text: str, parse: Callable[[str], _T | Refusal], column: str) -> _T:
    number = parse(text)
    if isinstance(number, Refusal):
        raise UnreadableRowError(f"not read: {column}: {number.value}")
    return number


def treatment_lines(dates: Sequence[TreatmentDates]) -> list[TreatmentLine]:
    """Return the lines of treatment that a patient's rows tell of, in order of their start.

    A stop belongs to the last line that had begun on it; one before every start is dropped. Of several stops of one
    line the latest counts. Where only a stop is known, the line begins on that day, and what came before has no place
    in it.
    """
    starts = sorted({started for started, _ in dates if started is not None})
    stops = sorted({stopped for _, stopped in dates if stopped is not None})
    if not starts:
        return [TreatmentLine(stops[-1], stops[-1])] if stops else []
    stop_of: dict[date, date] = {}
    for stopped in stops:
        begun = [started for started in starts if started <= stopped]
        if begun:
            stop_of[begun[-1]] = stopped
    return [TreatmentLine(started, stop_of.get(started)) for started in starts]


def classify_patient(
    rows: Sequence[Sequence[str]], reader: RowReader, rule_sets: Sequence[RuleSet]
) -> list[tuple[str, ...]]:
    """Return the added cells of each row of one patient, in the order of the rows.

    Args:
        rows: every row of the patient, as cells, in any order.
        reader: the header's reader.
        rule_sets: the rule sets to ask.
    """
    answers: list[tuple[str, ...]] = [()] * len(rows)
    read: list[tuple[date, int, Observation, str, date | None]] = []
    dates: list[TreatmentDates] = []
    for index, row in enumerate(rows):
        try:
            observation, treatment, diagnosis = reader.read(row)
        except UnreadableRowError as unreadable:
            answers[index] = _unread(str(unreadable), len(rule_sets))
            continue
        read.append((observation.collected_on, index, observation, diagnosis, treatment[1]))
        dates.append(treatment)
    read.sort(key=lambda item: item[:2])
    lines = treatment_lines(dates)
    has_start = any(started is not None for started, _ in dates)
    observations = [observation for _, _, observation, _, _ in read]
    first_dose = lines[0].started_on if has_start else None
    baselines, unread = _baselines(observations, [diagnosis for *_, diagnosis, _ in read], first_dose)
    entries = classify_entries(observations, lines, rule_sets, baselines=baselines)
    for (_, index, observation, _, stopped), entry, note in zip(read, entries, unread, strict=True):
        notes = _notes(observation, stopped, first_dose)
        if note:
            notes.append(note)
        answers[index] = _cells(entry, notes, has_start=has_start)
    return answers


def _notes(observation: Observation, stopped: date | None, first_dose: date | None) -> list[str]:
    """Return what a row says that has no part in its answer."""
    notes = []
    if stopped is not None and first_dose is not None and stopped < first_dose:
        notes.append(_STOP_BEFORE_START)
    if observation.conversion_factor is not None and effective_scale(observation) is Scale.IS:
        notes.append(_FACTOR_NOT_USED)
    if observation.specimen is Specimen.OTHER:
        notes.append(_SPECIMEN_NOT_JUDGED)
    return notes


def _baselines(
    observations: Sequence[Observation], diagnoses: Sequence[str], first_dose: date | None
) -> tuple[list[Observation | None], list[str]]:
    """Return the own baseline that each result is held against, and a note where its cell could not be read.

    The cell beside a result is that result's own: same laboratory and method, and the same scale unless its text says
    otherwise. Where it is blank, the last value of the same laboratory and scale before the first dose stands in.
    """
    baselines = values_before_treatment(observations, first_dose)
    notes: list[str] = []
    for index, (observation, diagnosis) in enumerate(zip(observations, diagnoses, strict=True)):
        note = ""
        if diagnosis:
            reading = parse_reading(diagnosis)
            if isinstance(reading, Reading):
                scale = effective_scale(observation) if reading.scale is Scale.UNKNOWN else reading.scale
                baselines[index] = replace(observation, reading=reading, scale=scale or Scale.UNKNOWN)
            else:
                note = f"diagnosis_reported not read: {reading.value}"
        notes.append(note)
    return baselines, notes


def _unread(reason: str, verdicts: int) -> tuple[str, ...]:
    """Return the added cells of a row that cannot be read."""
    none = ("none",) * verdicts
    return ("not evaluable", reason, "", "", "", "", "", "", "none", *none, "", "", "")


def _shown(value: Decimal | None) -> str:
    return "" if value is None else plain(significant(value, _SHOWN_DIGITS))


def _cells(entry: CourseEntry, notes: Sequence[str], *, has_start: bool) -> tuple[str, ...]:
    """Return the added cells of one classified row."""
    finding, place, change = entry.finding, entry.place, entry.change
    reading = entry.observation.reading
    log10 = change.log10
    off_treatment = place.time_point is TimePoint.OFF_TREATMENT
    is_placed = has_start or off_treatment
    flags = [*sorted(finding.flags), *entry.flags, *notes] if finding.flags or entry.flags or notes else []
    return (
        finding.level,
        finding.reason,
        "" if reading.detected is None else "yes" if reading.detected else "no",
        "" if finding.percent_is is None else plain(finding.percent_is),
        "" if finding.percent_is is None else finding.comparator,
        _shown(finding.times_below_standard),
        _shown(finding.times_below_diagnosis),
        str(place.day) if is_placed and place.day is not None else "",
        place.time_point if is_placed else "none",
        *[verdict.words for verdict in entry.verdicts],
        "" if log10 is None else plain(log10.quantize(_CHANGE_PLACES)),
        change.kind,
        "; ".join(flags),
    )
