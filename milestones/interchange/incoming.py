"""What an import understood, row by row, before anything is saved. The same for tables, FHIR and pasted text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from milestones.clinical.notation import Refusal
from milestones.interchange.draft import DiagnosisDraft, ResultDraft, TreatmentDraft


class UnreadableFileError(ValueError):
    """A file that is refused as a whole; ``reason`` says why."""

    def __init__(self, reason: FileProblem) -> None:
        super().__init__(reason.value)
        self.reason = reason


class FileProblem(StrEnum):
    """Why a whole file is refused."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    TOO_MANY_ROWS = "too many rows"
    TOO_MANY_COLUMNS = "too many columns"
    NOT_A_TABLE = "not a table"
    NOT_TEXT = "not text"
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    DAMAGED = "damaged"


class ProblemKind(StrEnum):
    """What keeps a row from being brought in."""

    MISSING = "missing"
    DATE_UNREADABLE = "date unreadable"
    DATE_ORDER = "date order unknown"
    YEAR_OF_TWO_DIGITS = "year of two digits"
    DATE_TO_COME = "date to come"
    DATE_TOO_EARLY = "date too early"
    REFUSED = "refused by the reader"
    UNKNOWN_WORD = "unknown word"
    DISAGREES = "disagrees with the reported text"
    TOO_LONG = "too long"
    MORE_CELLS = "more cells than headings"
    UNKNOWN_CODE = "unknown code"
    NOT_YOURS = "not for this person to bring in"


class IncomingStatus(StrEnum):
    """What a source says of a row's standing; a table says nothing, and so ``FINAL``."""

    FINAL = "final"
    CORRECTED = "corrected"
    ENTERED_IN_ERROR = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one cell: which column, its text, and what the one parser said where it was asked.

    ``kind`` is a ``ProblemKind``, or what FHIR's own reader names. ``takes`` is the key of the column whose words are
    taken, where the text is none of them.
    """

    kind: StrEnum
    column: str
    text: str = ""
    refusal: Refusal | None = None
    takes: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One row or resource. ``draft`` is None where a problem stands in the way.

    ``place`` is where it stands in the source: a row's number, or a path. ``source`` is what stood there, as pairs of
    name and text. ``external_id`` is the source's own name for it, where it has one. ``remarks`` stand beside what can
    be saved all the same.
    """

    place: str
    source: tuple[tuple[str, str], ...]
    draft: ResultDraft | TreatmentDraft | DiagnosisDraft | None
    problems: tuple[Problem, ...] = ()
    external_id: str = ""
    status: IncomingStatus = IncomingStatus.FINAL
    remarks: tuple[Problem, ...] = ()
