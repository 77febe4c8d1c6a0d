"""What an import says, in words: why a file or a row is refused, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from milestones.explanations.catalogue import explain
from milestones.interchange.columns import BY_KEY, Key
from milestones.interchange.fhir_incoming import ProblemKind as Fhir
from milestones.interchange.incoming import FileProblem, Problem, ProblemKind

_FILES: dict[FileProblem, str | Promise] = {
    FileProblem.EMPTY: gettext_lazy("This file is empty. Choose a file that holds a table of results."),
    FileProblem.TOO_LARGE: gettext_lazy("This file is too large. It may hold 1 MB at most. Split it into parts."),
    FileProblem.TOO_MANY_ROWS: gettext_lazy("This file has more than 5,000 rows. Split it into parts."),
    FileProblem.TOO_MANY_COLUMNS: gettext_lazy(
        "This table has more than 60 columns. Delete those that are not needed."
    ),
    FileProblem.NOT_A_TABLE: gettext_lazy(
        "This is not a table. Save it as CSV or as an Excel workbook (XLSX), and choose it again."
    ),
    FileProblem.NOT_TEXT: gettext_lazy(
        "We cannot read the letters of this file. Save it as “CSV UTF-8”, and choose it again."
    ),
    FileProblem.ENCRYPTED: gettext_lazy(
        "This workbook has a password, or is of an old kind (XLS). Save it as XLSX without a password."
    ),
    FileProblem.MACROS: gettext_lazy(
        "This workbook holds macros, which can run on a computer. Save it as XLSX or CSV."
    ),
    FileProblem.DAMAGED: gettext_lazy(
        "We cannot open this file: it seems to be damaged. Open it in your spreadsheet, and save it once more."
    ),
}
_ROWS: dict[ProblemKind, str | Promise] = {
    ProblemKind.MISSING: gettext_lazy("It is empty. Fill it in, in your file."),
    ProblemKind.DATE_UNREADABLE: gettext_lazy("This is not a date that we can read. Write it like 2026-08-06."),
    ProblemKind.DATE_ORDER: gettext_lazy("We do not know which number is the day. Say so under “Columns”."),
    ProblemKind.YEAR_OF_TWO_DIGITS: gettext_lazy("Write the year with four digits."),
    ProblemKind.DATE_TO_COME: gettext_lazy("This date has not come yet. Check day, month and year."),
    ProblemKind.DATE_TOO_EARLY: gettext_lazy("This date is before 1990. Check the year."),
    ProblemKind.UNKNOWN_WORD: gettext_lazy("We do not know this word. Use one of these:"),
    ProblemKind.DISAGREES: gettext_lazy("This does not agree with what the report says in this row."),
    ProblemKind.TOO_LONG: gettext_lazy("This is too long: 80 characters at most."),
    ProblemKind.MORE_CELLS: gettext_lazy(
        "This row has more cells than there are headings. A comma in a number may have split a cell."
    ),
    ProblemKind.UNKNOWN_CODE: gettext_lazy("We do not know this code, so we cannot tell what was measured."),
    ProblemKind.NOT_YOURS: gettext_lazy("You may not add this to the record of somebody else."),
    ProblemKind.REFUSED: gettext_lazy("We cannot read this."),
}
_FHIR: dict[StrEnum, str | Promise] = {
    Fhir.NOT_READ: gettext_lazy("This part of the file cannot be read."),
    Fhir.INVALID: gettext_lazy("This part does not keep to the rules of FHIR, so it is not taken."),
    Fhir.KIND_NOT_TAKEN: gettext_lazy("Entries of this kind are not taken over. You can type it in."),
    Fhir.UNKNOWN_CODE: gettext_lazy("We do not know this code, so we cannot tell what was measured."),
    Fhir.WRONG_CHECK_DIGIT: gettext_lazy("This code has a slip in it: its last digit does not fit."),
    Fhir.CODES_DISAGREE: gettext_lazy("Two codes say two different things. Look at your report, and type it in."),
    Fhir.NO_DATE: gettext_lazy("There is no day on which the sample was taken."),
    Fhir.DATE_UNCLEAR: gettext_lazy("The day on which the sample was taken is not clear."),
    Fhir.DATE_TOO_EARLY: gettext_lazy("This date is before 1990. Check the year."),
    Fhir.NO_VALUE: gettext_lazy("There is no value."),
    Fhir.VALUE_NOT_TAKEN: gettext_lazy("A value of this kind is not taken over. You can type it in."),
    Fhir.VALUE_REFUSED: gettext_lazy("We cannot read this value. Look at your report, and type it in."),
    Fhir.TEXT_AND_VALUE_DISAGREE: gettext_lazy("The text and the number say two different things."),
    Fhir.SCALE_AND_CODE_DISAGREE: gettext_lazy("The code and the scale say two different things."),
    Fhir.NOT_FINAL: gettext_lazy("This result is not final yet. Bring it in when it is."),
    Fhir.NOT_TAKEN_BY_PATIENT: gettext_lazy("The file says that this medicine was not taken."),
    Fhir.UNKNOWN_MEDICINE: gettext_lazy("This is no medicine for CML that we know. You can add it to your list."),
    Fhir.REPEATED_PRESCRIPTION: gettext_lazy("A later prescription of the same medicine. The first one counts."),
    Fhir.DIAGNOSIS_BY_HAND: gettext_lazy("Your diagnosis. Enter its month in the settings."),
    Fhir.PART_NOT_TAKEN: gettext_lazy("This part is not kept."),
    Fhir.PART_REFUSED: gettext_lazy("We could not read this part, so it is not kept."),
    Fhir.TEXT_CUT: gettext_lazy("This text is long, so the end of it is not kept."),
    Fhir.SPECIMEN_UNKNOWN: gettext_lazy("We do not know this kind of sample. It is kept as “something else”."),
    Fhir.START_FROM_PRESCRIPTION: gettext_lazy("The first dose is the day of the prescription. Check that."),
}


def file_problem_in_words(problem: FileProblem) -> str:
    """Return why a whole file is refused, and what to do."""
    return str(_FILES[problem])


def problem_in_words(problem: Problem) -> str:
    """Return what is wrong with a cell, and what to do."""
    if problem.refusal is not None:
        return explain(problem.refusal, text=problem.text.strip()).body
    words = str(_FHIR[problem.kind] if isinstance(problem.kind, Fhir) else _ROWS[ProblemKind(problem.kind)])
    if problem.kind is ProblemKind.UNKNOWN_WORD and problem.takes:
        return f"{words} {BY_KEY[Key(problem.takes)].takes}"
    return words


def column_title(key: Key) -> str:
    """Return what a column is called on a page."""
    return str(_TITLES[key])


_TITLES: dict[Key, str | Promise] = {
    Key.COLLECTED_ON: gettext_lazy("Date the blood was taken"),
    Key.DAY_IS_KNOWN: gettext_lazy("Whether the day is known"),
    Key.REPORTED: gettext_lazy("What the report says"),
    Key.VALUE_PERCENT: gettext_lazy("The value in percent"),
    Key.COMPARATOR: gettext_lazy("The sign, such as <"),
    Key.DETECTED: gettext_lazy("Whether it was detected"),
    Key.UNIT: gettext_lazy("The unit of the number"),
    Key.LIMIT_OF_DETECTION: gettext_lazy("Lowest level the test could see"),
    Key.PRINTED_LEVEL: gettext_lazy("The level that the report prints"),
    Key.SCALE: gettext_lazy("The scale"),
    Key.LABORATORY: gettext_lazy("The laboratory"),
    Key.CONTROL_GENE: gettext_lazy("The control gene"),
    Key.COPIES: gettext_lazy("Copies of the control gene"),
    Key.CONVERSION_FACTOR: gettext_lazy("The laboratory's conversion factor"),
    Key.SPECIMEN: gettext_lazy("The sample: blood or bone marrow"),
    Key.TRANSCRIPT: gettext_lazy("The transcript"),
}


def left_open(problem: Problem) -> str:
    """Return the column and what stands in it, for a row with a problem."""
    return _("%(column)s: “%(text)s”") % {"column": problem.column, "text": problem.text}
