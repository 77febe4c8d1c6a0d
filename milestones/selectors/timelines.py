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
from milestones.clinical.observation import Observation, Reading, Scale, Transcript
from milestones.clinical.parsing import parse_reading
from milestones.clinical.treatment import TreatmentLine
from milestones.clinical.units import Unit
from milestones.models import ClinicalProfile, RecordStatus
from milestones.selectors.result_rows import ResultRow, ask_results, result_row
from milestones.selectors.treatment_rows import TreatmentRow, ask_treatments, breaks_of, read_treatments

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
_profiles = PreparedRows(lambda: ClinicalProfile.objects.values_list(*_PROFILE_COLUMNS))


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
    return [_profiles.ask(patient.pk), *ask_treatments(patient), ask_results(patient)]


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
    treatments = read_treatments(treatment_rows, change_rows)
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


def _rule_set(chosen: str) -> RuleSet:
    rule_sets = load_rule_sets()
    return rule_sets.get(chosen) or rule_sets[DEFAULT_RULE_SET]
