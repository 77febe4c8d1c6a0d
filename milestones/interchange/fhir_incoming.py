"""What a FHIR file says, resource by resource, for a person to look at before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milestones.clinical.notation import Refusal
from milestones.interchange.draft import DiagnosisDraft, ResultDraft, TreatmentDraft


class IncomingStatus(StrEnum):
    """What is to become of an earlier row of the same ``external_id``: nothing, a new version, or its withdrawal."""

    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


class ProblemKind(StrEnum):
    """What stands in the way, or is to be looked at."""

    # These leave nothing to save.
    NOT_READ = "cannot be read"
    INVALID = "not valid FHIR"
    KIND_NOT_TAKEN = "a kind that is not taken over"
    UNKNOWN_CODE = "code not listed"
    WRONG_CHECK_DIGIT = "wrong check digit"
    CODES_DISAGREE = "codes that disagree"
    NO_DATE = "no date of the sample"
    DATE_UNCLEAR = "date unclear"
    DATE_TOO_EARLY = "date before 1990"
    NO_VALUE = "no value"
    VALUE_NOT_TAKEN = "a kind of value that is not taken"
    VALUE_REFUSED = "value not understood"
    TEXT_AND_VALUE_DISAGREE = "printed text and value disagree"
    SCALE_AND_CODE_DISAGREE = "scale and code disagree"
    NOT_FINAL = "not final"
    NOT_TAKEN_BY_PATIENT = "not taken"
    UNKNOWN_MEDICINE = "medicine not listed"
    REPEATED_PRESCRIPTION = "a later prescription of the same medicine"
    DIAGNOSIS_BY_HAND = "a diagnosis, which is entered in the settings"
    # These stand beside something that can be saved.
    PART_NOT_TAKEN = "a part that is not taken over"
    PART_REFUSED = "a part that was not understood"
    TEXT_CUT = "text cut"
    SPECIMEN_UNKNOWN = "sample not listed"
    START_FROM_PRESCRIPTION = "first dose taken from the prescription"


class Warned(StrEnum):
    """What is to be looked at in the file as a whole."""

    SEVERAL_PATIENTS = "The file names more than one person. Check that everything in it is about you."
    REPEATED_IDS = "The file holds some things twice. Check which of them is the newer one."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing about one element: what stood there, and what the one parser said where it was asked."""

    kind: ProblemKind
    element: str
    text: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One resource. ``draft`` is None where a problem stands in the way; ``remarks`` stand beside what can be saved.

    ``place`` is where it stands in the file; ``source`` is what stood there, as pairs of name and text. ``external_id``
    is the source's own name for it. Of one that was entered in error nothing has to be saved.
    """

    place: str
    source: tuple[tuple[str, str], ...]
    draft: ResultDraft | TreatmentDraft | DiagnosisDraft | None
    problems: tuple[Problem, ...] = ()
    external_id: str = ""
    status: IncomingStatus = IncomingStatus.FINAL
    remarks: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FhirFile:
    """All of a file. ``patients`` are the ids of the people that it names, to be held against the record's own."""

    items: tuple[Incoming, ...]
    warnings: tuple[Warned, ...] = ()
    patients: tuple[str, ...] = ()
